"""What deploy/ describes, on this machine: secrets by its own script, containers as processes."""

import re
import shutil
import subprocess

from support.launcher import Launcher
from support.process import PROJECT, free_port
from support.service import ANY_PORT, BINARY, Service

# Where the containers find their secrets.
SECRETS = re.compile(r"/run/secrets/(?:[a-z-]+/)?(?=[a-z-]+$)")


class Deployment:
    """A copy of deploy/ as an operator has it once the secrets are made."""

    def __init__(self, launcher: Launcher, secrets: str) -> None:
        self._launcher = launcher
        folder = launcher.folder()
        self.folder = folder / "deploy"
        shutil.copytree(PROJECT / "deploy", self.folder, ignore=shutil.ignore_patterns(
            "secrets", "live.env", ".env", "node_modules"))
        shutil.copy(PROJECT / "Dockerfile", folder)
        self.secrets = self.folder / secrets
        subprocess.run([self.folder / "make-secrets", self.secrets], check=True,
                       capture_output=True)

    def redis(self, command: list[str]) -> None:
        """Starts Redis as its container would, and points the service's address to it."""
        port = free_port()
        self._launcher.redis_server([self._here(word) for word in command], port, self.folder)
        address = self.secrets / "redis-url"
        text = address.read_text()
        assert "@redis:6379/" in text, text
        address.write_text(text.replace("@redis:6379/", f"@127.0.0.1:{port}/"))

    def service(self, command: list[str], settings: dict[str, str]) -> "Container":
        """Starts the service as its container would: the image's settings, then its own."""
        settings = {**image_settings(), **settings}
        settings = {name: self._here(value) for name, value in settings.items()}
        return Container(self._launcher, command, settings)

    def _here(self, value: str) -> str:
        return SECRETS.sub(f"{self.secrets}/", value)


class Container:
    """The service with the ports of its container on loopback."""

    def __init__(self, launcher: Launcher, command: list[str], settings: dict[str, str]) -> None:
        ports = {}
        for name in ("BIND", "ADMIN_BIND"):
            # From another container only this can be reached.
            assert re.fullmatch(r"0\.0\.0\.0:\d+", settings[name]), (name, settings[name])
            ports[name] = int(settings[name].rpartition(":")[2])
        assert command[0] == "serve", command
        self.service = Service(launcher, {**settings, "BIND": ANY_PORT, "ADMIN_BIND": ANY_PORT},
                               *command[1:], wait_for=None)
        self.url, self.metrics = self.service.url, self.service.metrics
        # Which port stands for which of the container's.
        self.ports = {port: int(self.service.settings[name].rpartition(":")[2])
                      for name, port in ports.items()}
        self.service.until(lambda: subprocess.run(
            [BINARY, "healthcheck"], env=self.service.settings,
            capture_output=True).returncode == 0)


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
