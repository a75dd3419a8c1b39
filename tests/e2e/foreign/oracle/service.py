"""Starts the binary under test, waits for it, keeps all that it prints, ends it."""

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

START_SECONDS = 20
POLL_SECONDS = 0.02


class Ports:
    """Free loopback ports, none handed out twice."""

    _given: set[int] = set()
    _lock = threading.Lock()

    @classmethod
    def free(cls) -> int:
        with cls._lock:
            while True:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    port = probe.getsockname()[1]
                if port not in cls._given:
                    cls._given.add(port)
                    return port


class Service:
    """One process of the binary, with nothing in its environment but the settings given."""

    def __init__(self, binary: Path, args: tuple[str, ...], settings: dict[str, str]) -> None:
        self.settings = settings
        self._folder = tempfile.TemporaryDirectory(prefix="member-verification-")
        self._output = Path(self._folder.name, "output")
        with self._output.open("wb") as sink:
            self.process = subprocess.Popen(
                [binary, *args], env={"PATH": os.environ.get("PATH", ""), **settings},
                cwd=self._folder.name, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)

    @property
    def port(self) -> int:
        return int(self.settings["BIND"].rpartition(":")[2])

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def waits_for(self, path: str, seconds: float = START_SECONDS) -> bool:
        """Whether `path` answers 200 in time; the process ending is an answer too."""
        return wait_until(lambda: not self.running or _status(self.port, path) == 200,
                          seconds) and self.running

    def exit_code(self, seconds: float = START_SECONDS) -> int | None:
        """None: it still ran at the end of the time (and was then killed)."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        if self.running:
            self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        self.end()
        self._folder.cleanup()


def wait_until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(POLL_SECONDS)
    return False


def accepts_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _status(port: int, path: str) -> int | None:
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as connection:
            connection.settimeout(5)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                               "Connection: close\r\n\r\n".encode())
            words = connection.recv(64).split(b" ")
    except OSError:
        return None
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
