"""Programs that the tests start: each ends with the test, or the class of
tests, whose clean-up is given."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ["MEMBER_VERIFICATION"]).resolve(strict=True)

START_SECONDS = 30
POLL_SECONDS = 0.02

# unittest's addCleanup or addClassCleanup.
Cleanup = Callable[..., object]

_given: set[int] = set()


def free_port() -> int:
    """A free loopback port, none given twice."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Program:
    """One process with nothing in its environment but what is given."""

    def __init__(self, cleanup: Cleanup, command: list[str | Path],
                 settings: dict[str, str] | None = None, folder: Path | None = None) -> None:
        self.command = [str(word) for word in command]
        self.settings = {"PATH": os.environ["PATH"], **(settings or {})}
        self._output = tempfile.TemporaryFile()
        cleanup(self._output.close)
        self.process = subprocess.Popen(
            self.command, env=self.settings, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=self._output, stderr=subprocess.STDOUT)
        cleanup(self.end)

    @property
    def output(self) -> str:
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for the condition; the process ending first is a failure."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{self.command}: {self.process.poll()}\n{self.output}")
            time.sleep(POLL_SECONDS)

    def terminate(self) -> None:
        self.process.terminate()

    def exit_code(self) -> int:
        """Waits for its end."""
        return self.process.wait(START_SECONDS)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Sandbox:
    """The NICE sandbox alone."""

    def __init__(self, cleanup: Cleanup) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.window = f"{self.url}/CheckPlusSafeModel/service.cb"
        self.program = Program(cleanup, [BINARY, "sandbox", "--bind", f"127.0.0.1:{port}"])
        self.program.until(lambda: accepts(port))
