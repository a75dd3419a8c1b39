"""Starts `member-verification sandbox --auto-approve` and ends it."""

import socket
import subprocess
import time
from pathlib import Path

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
PRODUCT_ID = "2101979031"
AUTHTYPE = "M"

START_SECONDS = 20
POLL_SECONDS = 0.02


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sandbox:
    """One process, with nothing in its environment."""

    def __init__(self, binary: Path) -> None:
        port = _free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        self._address = ("127.0.0.1", port)
        self._process = subprocess.Popen(
            [binary, "sandbox", "--bind", f"127.0.0.1:{port}", "--auto-approve"], env={})

    def __enter__(self) -> "Sandbox":
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(self._address) == 0:
                    return self
            time.sleep(POLL_SECONDS)
        self.__exit__()
        raise AssertionError("the sandbox did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
