"""Processes that the tests start. Each ends with the `ExitStack` that is given."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]

# Longer than any deadline of the service.
PATIENCE_SECONDS = 30
POLL_SECONDS = 0.02

_given: set[int] = set()


def free_port() -> int:
    """A free loopback port. No port is given twice.

    For programs that can't choose a port themselves; the others bind port 0.
    """
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something on this port accepts a connection."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


def until(condition: Callable[[], object], otherwise: object = "not within time") -> None:
    """Waits for the condition. If it does not come, `otherwise` is the failure's text."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(POLL_SECONDS)


class Program:
    """One process. Its environment has PATH and the given settings, nothing else."""

    def __init__(self, stack: ExitStack, command: list[str | Path],
                 settings: dict[str, str] | None = None, folder: Path | None = None) -> None:
        self.command = [str(word) for word in command]
        self.settings = {"PATH": os.environ["PATH"], **(settings or {})}
        self.folder = folder
        self._output = stack.enter_context(tempfile.TemporaryFile())
        self.process: subprocess.Popen[bytes] | None = None
        stack.callback(self.end)
        self.start()

    def start(self) -> None:
        """Starts it, or starts it again after it ended."""
        self.process = subprocess.Popen(
            self.command, env=self.settings, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=self._output, stderr=subprocess.STDOUT)

    @property
    def output(self) -> str:
        """All that it has printed, on both streams."""
        # Not by `seek`: the process writes at the same position of the same file.
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def until(self, condition: Callable[[], object]) -> None:
        """Waits for the condition. It is a failure if the process ends first."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if not self.running or time.monotonic() > deadline:
                raise AssertionError(f"{self.command}: {self.process.poll()}\n{self.output}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> int:
        """Asks it to end, as an operator does. Returns the exit code."""
        self.process.terminate()
        return self.exit_code()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def exit_code(self) -> int:
        """Waits for its end."""
        return self.process.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        if self.running:
            self.kill()
