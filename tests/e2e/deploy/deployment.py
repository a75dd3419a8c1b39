"""What deploy/ describes, made to run on this machine: its secrets made by
its own script, and its containers as processes."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from programs import BINARY, PROJECT, Program, accepts, free_port

# Where the containers find their secrets.
SECRETS = re.compile(r"/run/secrets/(?:[a-z-]+/)?(?=[a-z-]+$)")


class Deployment:
    """A copy of deploy/ as an operator has it once the secrets are made."""

    def __init__(self, test: unittest.TestCase, secrets: str) -> None:
        self._test = test
        folder = tempfile.TemporaryDirectory(prefix="deploy-")
        test.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, "deploy")
        shutil.copytree(PROJECT / "deploy", self.folder, ignore=shutil.ignore_patterns(
            "secrets", "live.env", ".env", "node_modules"))
        shutil.copy(PROJECT / "Dockerfile", folder.name)
        self.secrets = self.folder / secrets
        subprocess.run([self.folder / "make-secrets", self.secrets], check=True,
                       capture_output=True)

    def redis(self, command: list[str]) -> None:
        """Starts Redis as its container would, and has the service's address lead to it."""
        port = free_port()
        words = [self._here(word) for word in command]
        program = Program(self._test.addCleanup, [*words, "--port", str(port), "--bind", "127.0.0.1"],
                          folder=self.folder)
        program.until(lambda: accepts(port))
        address = self.secrets / "redis-url"
        text = address.read_text()
        assert "@redis:6379/" in text, text
        address.write_text(text.replace("@redis:6379/", f"@127.0.0.1:{port}/"))

    def service(self, command: list[str], settings: dict[str, str]) -> "Service":
        """Starts the service as its container would: the image's settings, then its own."""
        settings = {**image_settings(), **settings}
        settings = {name: self._here(value) for name, value in settings.items()}
        return Service(self._test, command, settings)

    def _here(self, value: str) -> str:
        return SECRETS.sub(f"{self.secrets}/", value)


class Service:
    """The service with its two ports on loopback."""

    def __init__(self, test: unittest.TestCase, command: list[str],
                 settings: dict[str, str]) -> None:
        self.ports = {}
        for name in ("BIND", "ADMIN_BIND"):
            # From another container only this can be reached.
            test.assertRegex(settings[name], r"^0\.0\.0\.0:\d+$", name)
            container_port = int(settings[name].rpartition(":")[2])
            self.ports[container_port] = free_port()
            settings[name] = f"127.0.0.1:{self.ports[container_port]}"
        self.url = f"http://{settings['BIND']}"
        self.metrics = f"http://{settings['ADMIN_BIND']}/metrics"
        self.program = Program(test.addCleanup, [BINARY, *command], settings)
        healthcheck = [BINARY, "healthcheck"]
        self.program.until(lambda: subprocess.run(
            healthcheck, env=settings, capture_output=True).returncode == 0)


def image_settings() -> dict[str, str]:
    """The Dockerfile's ENV."""
    text = (PROJECT / "Dockerfile").read_text()
    return dict(re.findall(r"^ENV (\w+)=(\S+)$", text, re.MULTILINE))


def unknown_settings(names: set[str]) -> set[str]:
    """Those that `serve --help` doesn't name; a secret may be NAME_FILE."""
    text = subprocess.run([BINARY, "serve", "--help"], env={}, check=True,
                          capture_output=True, text=True).stdout
    known = set(re.findall(r"\[env:\s+(\w+)\]", text))
    _, _, secrets = text.partition("Secrets, ")
    for name in re.findall(r"^  ([A-Z_]+)  ", secrets, re.MULTILINE):
        known |= {name, f"{name}_FILE"}
    return names - known


def seconds(text: str) -> int:
    """`15s`; no other unit is used here."""
    return int(text.removesuffix("s"))
