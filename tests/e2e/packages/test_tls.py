"""`nice-sandbox --tls` in NICE's place: clients with fixed addresses run as they are.

They run on a machine of their own, as far as names and ports go: a namespace with its own
loopback and its own /etc/hosts, which has the two lines that the sandbox prints. What it
prints on how to trust its CA is run as it stands there.
"""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from packages.conftest import BARE, SECONDS, SHOPS, by_archive
from support.launcher import Launcher
from support.process import PROJECT, Program
from support.service import BINARY, CLIENT_ID, CLIENT_SECRET, INTEGRATED_CLIENT_ID, \
    INTEGRATED_CLIENT_SECRET, PRODUCT_ID

E2E = Path(__file__).parents[1]
IMAGE = PROJECT / "packaging/image"
# Debian's libfaketime; the folder is named after the machine's kind.
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
LAST_WORDS = "update-ca-certificates --fresh."
NAMESPACE = ["unshare", "--map-root-user", "--net", "--mount", "sh", "-euc",
             'ip link set lo up; mount --bind hosts /etc/hosts; exec "$@"', "sh"]
# What both APIs say of a call without credentials.
REFUSED = "authorization_missing\nbody_missing\n"
API = "https://svc.niceapi.co.kr:22001/sandbox/api/personas"
NEWER = "https://auth.niceid.co.kr/sandbox/api/personas"


class Machine:
    """A sandbox at NICE's addresses, and what runs beside it."""

    def __init__(self, launcher: Launcher, folder: Path) -> None:
        self.folder = folder
        self.binary = by_archive("nice-sandbox", folder)
        self._command = [self.binary, "--auto-approve", "--tls", "--tls-folder", folder / "ca"]
        self.told = self.starts_elsewhere(launcher)
        lines = re.findall(r"^ +(127\.0\.0\.1 .*)$", self.told, re.MULTILINE)
        assert len(lines) == 2, self.told
        self.hosts = {host for line in lines for host in line.split()[1:]}
        (folder / "hosts").write_text("\n".join(["127.0.0.1 localhost", *lines, ""]))
        self.sandbox: Program = launcher.program([*NAMESPACE, *self._command], BARE, folder)
        self.sandbox.until(lambda: LAST_WORDS in self.sandbox.output)

    def starts_elsewhere(self, launcher: Launcher, **settings: str) -> str:
        """On ports that are free. Returns what it prints."""
        program = launcher.program([*self._command, "--tls-bind", "127.0.0.1:0"],
                                   {**BARE, **settings})
        program.until(lambda: LAST_WORDS in program.output)
        program.stop()
        return program.output

    def inside(self, command: list[str | Path]) -> list[str | Path]:
        return ["nsenter", "--target", str(self.sandbox.process.pid), "--user", "--net", "--mount",
                "--preserve-credentials", f"--wd={self.folder}", *command]

    def run(self, command: list[str | Path], **settings: str) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in self.inside(command)]
        return subprocess.run(words, cwd=self.folder, text=True, timeout=SECONDS, check=False,
                              env={**BARE, "HOME": str(self.folder), **settings},
                              stdin=subprocess.DEVNULL, capture_output=True)

    def prints(self, command: list[str | Path], **settings: str) -> str:
        done = self.run(command, **settings)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{self.sandbox.output}"
        return done.stdout

    def printed(self, pattern: str) -> str:
        """What stands at that place in what the sandbox has printed."""
        found = re.search(pattern, self.told)
        assert found, f"{pattern}: {self.told}"
        return found[1]


@pytest.fixture(scope="module")
def machine(module_launcher: Launcher, folder: Path) -> Machine:
    return Machine(module_launcher, folder)


def test_curl(machine: Machine) -> None:
    words = machine.printed(r"curl (--cacert \S+)").split()
    for address in (API, NEWER):
        assert "hong" in machine.prints(["curl", "--silent", "--show-error", *words, address])
    assert machine.run(["curl", "--silent", API]).returncode == 60
    machine.sandbox.until(lambda: "trust the CA in it" in machine.sandbox.output)


def test_python_verifies_a_person_by_either_api(machine: Machine) -> None:
    bundle = machine.printed(r"REQUESTS_CA_BUNDLE=(\S+)")
    told = machine.prints([sys.executable, SHOPS / "fixed/shop.py"], REQUESTS_CA_BUNDLE=bundle,
                          PYTHONPATH=str(E2E), MEMBER_VERIFICATION=str(BINARY))
    assert told == "홍길동\n홍길동\n"


def test_python_is_strict(machine: Machine) -> None:
    strict = ("import ssl, urllib.request as web\ncontext = ssl.create_default_context()\n"
              "context.verify_flags |= ssl.VERIFY_X509_STRICT\n"
              f"print(web.urlopen('{NEWER}', context=context).status)")
    file = machine.printed(r"SSL_CERT_FILE=(\S+)")
    assert machine.prints([sys.executable, "-c", strict], SSL_CERT_FILE=file) == "200\n"


def test_node(machine: Machine) -> None:
    file = machine.printed(r"NODE_EXTRA_CA_CERTS=(\S+)")
    told = machine.prints(["node", SHOPS / "fixed/shop.mjs"], NODE_EXTRA_CA_CERTS=file)
    assert told == REFUSED


def test_java(machine: Machine) -> None:
    machine.prints(["sh", "-c", machine.printed(r"(rm -f nice-sandbox.p12[^…]*?changeit)")])
    words = machine.printed(r"java ((?:-Djavax\S+[\s\\]*)+)").replace("\\\n", " ").split()
    assert machine.prints(["java", *words, SHOPS / "fixed/Shop.java"]) == REFUSED


def test_chromium(machine: Machine) -> None:
    words = re.sub(r"\\\n", " ", machine.printed(r"chromium (--user-data-dir[^\n]*\\\n[^\n]*)"))
    told = machine.prints([os.environ["CHROMIUM"], "--headless", "--no-sandbox", "--dump-dom",
                           *words.split(), "https://nice.checkplus.co.kr/sandbox/"])
    assert "sandbox-client" in told


@pytest.mark.parametrize("settings", [
    {"NICE_CLIENT_ID": CLIENT_ID, "NICE_CLIENT_SECRET": CLIENT_SECRET,
     "NICE_PRODUCT_ID": PRODUCT_ID},
    {"NICE_API": "integrated", "NICE_CLIENT_ID": INTEGRATED_CLIENT_ID,
     "NICE_CLIENT_SECRET": INTEGRATED_CLIENT_SECRET},
], ids=["standard", "integrated"])
def test_the_service_itself(machine: Machine, settings: dict[str, str]) -> None:
    told = machine.prints([BINARY, "token", "issue", "--yes"],
                          NICE_CA_FILE=machine.printed(r"NICE_CA_FILE=(\S+)"), **settings)
    assert told


def test_a_start_keeps_the_ca_and_a_broken_one_is_made_anew(machine: Machine,
                                                            launcher: Launcher) -> None:
    server, ca = machine.folder / "ca/server.pem", machine.folder / "ca/ca.pem"
    assert stat.S_IMODE(server.stat().st_mode) == 0o600
    assert stat.S_IMODE(ca.stat().st_mode) == 0o644
    before = ca.read_text()
    # The CA's key is nowhere.
    assert server.read_text().count("PRIVATE KEY-----") == 2 and "PRIVATE" not in before
    machine.starts_elsewhere(launcher)
    assert ca.read_text() == before
    server.write_text("no key")
    machine.starts_elsewhere(launcher)
    assert ca.read_text() != before


def test_the_ca_is_for_nice_alone_and_made_anew_before_its_end(machine: Machine,
                                                               launcher: Launcher) -> None:
    ca = machine.folder / "ca/ca.pem"
    told = machine.prints(["openssl", "x509", "-in", ca, "-noout", "-text"])
    constraints = re.search(r"Name Constraints: critical(.*?)X509v3 Sub", told, re.DOTALL)[1]
    assert set(re.findall(r"DNS:(\S+)", constraints)) == machine.hosts
    assert "pathlen:0" in told and "Excluded" in constraints
    before = ca.read_text()
    assert FAKETIME
    for days, same in (27, True), (28, False):
        machine.starts_elsewhere(launcher, LD_PRELOAD=str(FAKETIME), FAKETIME=f"+{days}d",
                                 FAKETIME_DONT_FAKE_MONOTONIC="1")
        assert (ca.read_text() == before) == same, days


def test_compose_has_the_sandbox_at_each_of_nices_names(machine: Machine,
                                                        launcher: Launcher) -> None:
    answer = subprocess.run(["docker-compose", "--file", IMAGE / "compose.yaml", "config",
                             "--format", "json"], text=True, capture_output=True, check=True)
    services = json.loads(answer.stdout)["services"]
    assert set(services["nice"]["networks"]["default"]["aliases"]) == machine.hosts
    # The image's own variables, in a folder that is there.
    settings = dict(re.findall(r"^ENV (\w+)=(\S+)$", (IMAGE / "Dockerfile").read_text(),
                               re.MULTILINE))
    assert services["shop"]["environment"]["CURL_CA_BUNDLE"] == "/ca/ca.pem"
    assert settings["SANDBOX_TLS_FOLDER"] == "/ca"
    settings["SANDBOX_TLS_FOLDER"] = str(machine.folder / "ca")
    container = launcher.program([*NAMESPACE, machine.binary, *services["nice"]["command"]],
                                 {**BARE, **settings}, machine.folder)
    container.until(lambda: LAST_WORDS in container.output)
