"""Instances of the service in front of one sandbox, and their callers."""

import threading
from pathlib import Path

import requests

from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, until
from support.service import Sandbox, Service
from support.shop import KEY

# At the same time.
CALLERS = 8


def instance(launcher: Launcher, nice: Sandbox, silent: bool = False, **settings: str) -> Service:
    """One service; `start` starts it again on the same port."""
    return launcher.service(silent=silent, **{
        **nice.settings_of_a_service, "RETURN_URLS": "https://shop.example/back",
        "RESULT_API_KEY": KEY, **settings})


class Callers:
    """Begin one verification after the other, each caller on a connection that is kept."""

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
                    answer = session.post(self._url, json={}, timeout=PATIENCE_SECONDS,
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
        """Waits until this many more verifications have begun."""
        enough = len(self.begun) + number
        until(lambda: len(self.begun) >= enough, self.failures)

    @property
    def tokens(self) -> list[str]:
        return [begun["token_version_id"] for begun in self.begun]
