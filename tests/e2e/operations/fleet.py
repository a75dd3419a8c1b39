"""Instances of the service before one sandbox, and the callers that they have."""

import base64
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import requests

from programs import BINARY, Cleanup, Program, Sandbox, accepts, free_port

KEY = "a-key-of-the-shop-that-is-long-enough"
# Longer than any deadline of the service's.
SECONDS = 30
# At the same time.
CALLERS = 8


def redis(cleanup: Cleanup) -> dict[str, str]:
    """A Redis; answers the settings for it."""
    port = free_port()
    program = Program(cleanup, ["redis-server", "--bind", "127.0.0.1", "--port", str(port),
                                "--save", "", "--appendonly", "no"])
    program.until(lambda: accepts(port))
    return {"REDIS_URL": f"redis://127.0.0.1:{port}/0",
            "STORE_KEY": base64.b64encode(os.urandom(32)).decode()}


class Instance:
    """One service, which can be ended and started again on the same port."""

    def __init__(self, cleanup: Cleanup, nice: Sandbox, **settings: str) -> None:
        self._cleanup = cleanup
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "BIND": f"127.0.0.1:{self.port}", "ADMIN_BIND": f"127.0.0.1:{free_port()}",
            "NICE_BASE_URL": nice.url, "NICE_CLIENT_ID": "sandbox-client",
            "NICE_CLIENT_SECRET": "sandbox-secret", "RETURN_URLS": "https://shop.example/back",
            "RESULT_API_KEY": KEY, "LOG_FORMAT": "json", **settings}
        self.start()

    @property
    def command(self) -> list[str | Path]:
        return [BINARY, "serve"]

    def start(self) -> None:
        self.program = Program(self._cleanup, self.command, self.settings)
        self.program.until(self.is_ready)

    def is_ready(self) -> bool:
        return accepts(self.port) and \
            requests.get(f"{self.url}/health/ready", timeout=SECONDS).ok

    def stop(self) -> int:
        """As an operator does; answers the exit code."""
        self.program.terminate()
        return self.program.exit_code()

    def kill(self) -> None:
        self.program.process.send_signal(signal.SIGKILL)
        self.program.exit_code()

    def begin(self) -> requests.Response:
        return requests.post(f"{self.url}/v1/member/getOAuthToken", json={}, timeout=SECONDS)

    # ---- What the kernel tells of it ----------------------------------------

    @property
    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.program.process.pid}/fd"))

    @property
    def resident(self) -> float:
        """MiB."""
        status = Path(f"/proc/{self.program.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


class Callers:
    """Begin one verification after the other, each on a connection that is kept."""

    def __init__(self, url: str, certificate: Path) -> None:
        self._url, self._certificate = url, certificate
        self._lock, self._over = threading.Lock(), threading.Event()
        self.begun: list[dict[str, str]] = []
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._call) for _ in range(CALLERS)]

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _call(self) -> None:
        with requests.Session() as session:
            while not self._over.is_set():
                try:
                    answer = session.post(self._url, json={}, timeout=SECONDS,
                                          verify=self._certificate)
                    failure = None if answer.ok else f"{answer.status_code} {answer.text}"
                except requests.RequestException as error:
                    failure = repr(error)
                with self._lock:
                    if failure is None:
                        self.begun.append(answer.json())
                    else:
                        self.failures.append(failure)

    def more(self, number: int) -> None:
        """Waits until so many more verifications have begun."""
        enough = len(self.begun) + number
        until(lambda: len(self.begun) >= enough, self.failures)

    @property
    def tokens(self) -> list[str]:
        return [begun["token_version_id"] for begun in self.begun]


def until(condition: Callable[[], bool], otherwise: object = "not within time") -> None:
    """Waits for the condition; `otherwise` is shown when it doesn't come."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)
