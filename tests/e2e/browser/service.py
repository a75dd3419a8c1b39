"""Starts `member-verification serve --sandbox` and ends it."""

import json
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue

START_SECONDS = 20


class Service:
    """One process on ports of its own choice, with nothing else in its environment."""

    def __init__(self, binary: Path, **settings: str) -> None:
        environment = {"BIND": "127.0.0.1:0", "ADMIN_BIND": "127.0.0.1:0", "LOG_FORMAT": "json"}
        self._process = subprocess.Popen(
            [binary, "serve", "--sandbox"], env={**environment, **settings},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._listening: Queue[str] = Queue()
        # Each answer that was a refusal, as `status route`.
        self.refusals: list[str] = []

    def __enter__(self) -> "Service":
        threading.Thread(target=self._read_log, daemon=True).start()
        try:
            address = self._listening.get(timeout=START_SECONDS)
        except Empty:
            self.__exit__()
            raise AssertionError("the service did not start") from None
        self.origin = f"http://{address}"
        self.window_url = f"{self.origin}/sandbox/CheckPlusSafeModel/service.cb"
        return self

    def _read_log(self) -> None:
        for line in self._process.stdout:
            entry = json.loads(line)
            fields = entry.get("fields", entry)
            if fields.get("message") == "listening":
                self._listening.put(fields["address"])
            if fields.get("status", 0) >= 400:
                self.refusals.append(f"{fields['status']} {fields['path']}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
