"""The binary under test: the service, and the NICE sandbox alone."""

import json
import os
import re
from contextlib import ExitStack
from pathlib import Path

import requests

from support.process import PATIENCE_SECONDS, Program, accepts

BINARY = Path(os.environ["MEMBER_VERIFICATION"]).resolve(strict=True)
# The system chooses the port; the log names it.
ANY_PORT = "127.0.0.1:0"
READY, LIVE = "/health/ready", "/health/live"
# The sandbox's defaults.
CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"
PRODUCT_ID = "2101979031"
INTEGRATED_CLIENT_ID = "NI00000000-5a4d-4b0c-8000-0000005a4d01"
INTEGRATED_CLIENT_SECRET = (
    "U0FOREJPWDogdGhpcyBzZWNyZXQgZ3VhcmRzIG5vdGhpbmcgYW5kIGlzIGZvciB0ZXN0cyBhbG9uZSEh")
# In JSON and in text.
ADDRESS = re.compile(r'\b(address|metrics)"?[=:]"?([\d.]+:\d+)')
BASE_URL = re.compile(r"base URL +(http://\S+)")


class Service(Program):
    """`member-verification serve`. It has started when it listens and `wait_for` answers 200."""

    def __init__(self, stack: ExitStack, settings: dict[str, str], *words: str,
                 wait_for: str | None = READY, silent: bool = False) -> None:
        self._wait_for = wait_for
        command = [BINARY, "serve", *words]
        if silent:
            command = ["sh", "-c", 'exec "$@" >/dev/full 2>/dev/full', "sh", *command]
        self._scanned = 0
        super().__init__(stack, command, {
            "BIND": ANY_PORT, "ADMIN_BIND": ANY_PORT, "LOG_FORMAT": "json", **settings})
        # Checked before its process is ended.
        stack.callback(self._has_not_panicked)

    def start(self) -> None:
        """Starts it; a second time on the same ports."""
        super().start()
        if self.settings["BIND"] == ANY_PORT:
            self.until(self._has_named_its_ports)
        self.port = int(self.settings["BIND"].rpartition(":")[2])
        self.url = f"http://127.0.0.1:{self.port}"
        self.window = f"{self.url}/sandbox/CheckPlusSafeModel/service.cb"
        self.metrics = f"http://{self.settings['ADMIN_BIND']}/metrics"
        self.until(lambda: accepts(self.port))
        if self._wait_for:
            self.until(lambda: self.answers_ok(self._wait_for))

    def answers_ok(self, path: str) -> bool:
        try:
            return requests.get(self.url + path, timeout=PATIENCE_SECONDS).ok
        except requests.ConnectionError:
            return False

    def log(self) -> list[dict]:
        """The whole JSON lines of its log."""
        return [json.loads(line) for line in self.output.splitlines(keepends=True)
                # The sandbox's greeting is not JSON; the last line may be incomplete.
                if line.startswith("{") and line.endswith("\n")]

    def requests(self) -> list[dict]:
        """The lines of answered requests."""
        return [line for line in self.log() if line.get("message") == "request"]

    @property
    def descriptors(self) -> int:
        """Open files, as the kernel counts them."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    @property
    def resident(self) -> float:
        """Memory in MiB, as the kernel counts it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[1]) / 1024

    def _has_named_its_ports(self) -> bool:
        named = dict(ADDRESS.findall(self.output))
        if named.keys() < {"address", "metrics"}:
            return False
        self.settings |= {"BIND": named["address"], "ADMIN_BIND": named["metrics"]}
        return True

    def _has_not_panicked(self) -> None:
        output = self.output
        where = output.find("panicked at")
        assert where < 0, f"the service panicked: {output[where:where + 500]}"


class Sandbox(Program):
    """`member-verification sandbox`: NICE alone, at NICE's own paths."""

    def __init__(self, stack: ExitStack, *words: str) -> None:
        super().__init__(stack, [BINARY, "sandbox", "--bind", ANY_PORT, *words])

    def start(self) -> None:
        super().start()
        self.until(lambda: BASE_URL.search(self.output))
        self.url = BASE_URL.search(self.output)[1]
        self.window = f"{self.url}/CheckPlusSafeModel/service.cb"
        self.until(lambda: accepts(int(self.url.rpartition(":")[2])))

    @property
    def settings_of_a_service(self) -> dict[str, str]:
        """With these a service takes this sandbox for NICE."""
        return {"NICE_BASE_URL": self.url, "NICE_CLIENT_ID": CLIENT_ID,
                "NICE_CLIENT_SECRET": CLIENT_SECRET}
