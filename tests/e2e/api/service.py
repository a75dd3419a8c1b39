"""Starts `member-verification serve --sandbox` on free ports and ends it."""

import json
import subprocess
import time
from pathlib import Path

START_SECONDS = 20
POLL_SECONDS = 0.02


class Service:
    """One process, with nothing in its environment but the settings given."""

    def __init__(self, binary: Path, log: Path, settings: dict[str, str]) -> None:
        self._log = log
        with log.open("wb") as sink:
            self._process = subprocess.Popen(
                [binary, "serve", "--sandbox"], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                env={"BIND": "127.0.0.1:0", "ADMIN_BIND": "127.0.0.1:0", "LOG_FORMAT": "json",
                     **settings})

    def __enter__(self) -> "Service":
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            address = self._printed("listening", "address")
            if address:
                self.url = f"http://{address}"
                return self
            time.sleep(POLL_SECONDS)
        self.__exit__()
        raise AssertionError(f"the service did not start:\n{self._log.read_text()}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def answers(self) -> set[tuple[str, int]]:
        """The routes that were called, each with the statuses that it answered."""
        return {(line["path"], line["status"]) for line in self._lines()
                if line.get("message") == "request"}

    def _printed(self, message: str, field: str) -> str | None:
        for line in self._lines():
            if line.get("message") == message:
                return line[field]
        return None

    def _lines(self):
        for line in self._log.read_text(encoding="utf-8").splitlines(keepends=True):
            # The greeting of the sandbox is not JSON, and the last line may be half there.
            if line.startswith("{") and line.endswith("\n"):
                yield json.loads(line)
