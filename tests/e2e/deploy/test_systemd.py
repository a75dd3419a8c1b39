"""deploy/systemd: the unit, as systemd reads it and as the program does."""

import re
import subprocess
from pathlib import Path

from support.launcher import Launcher
from support.process import PROJECT
from support.service import BINARY

UNIT = PROJECT / "deploy/systemd/member-verification.service"


def directives(name: str) -> list[str]:
    return re.findall(rf"(?m)^{name}=(.*)$", UNIT.read_text())


def test_its_settings_are_all_that_the_service_needs(launcher: Launcher) -> None:
    folder = launcher.folder()
    for credential in directives("LoadCredential"):
        name, _, source = credential.partition(":")
        assert Path(source).parent == Path("/etc/member-verification"), credential
        (folder / name).write_text("x" * 40 + "\n")
    settings = dict(setting.replace("%d", str(folder)).split("=", 1)
                    for setting in directives("Environment"))
    readme = (PROJECT / "deploy/README.md").read_text()
    written = re.search(r"printf '%s\\n' (.*?) \\\n     > /etc/member", readme, re.DOTALL)[1]
    settings |= dict(word.split("=", 1) for word in written.replace("\\\n", " ").split())
    [start] = directives("ExecStart")
    assert start == "/usr/local/bin/member-verification serve"
    told = subprocess.run([BINARY, "check"], capture_output=True, text=True, timeout=60,
                          env={**settings, "NICE_BASE_URL": "http://127.0.0.1:1"})
    assert "ok     settings" in told.stdout, told.stdout + told.stderr
    assert "NOTE" not in told.stdout, told.stdout
