"""The program, running for as long as the test does."""

import collections
import json
import subprocess
import threading
from typing import Any, Deque, Dict, List, Optional

from . import _program

# What a failed test may want to read.
LINES = 1000


class StartError(RuntimeError):
    """The sandbox has not started; the message is its own."""


class Process:
    """Ends with `stop`, and with this process, even if that is killed: it watches the pipe
    to its standard input."""

    def __init__(self, words: List[str], environment: Optional[Dict[str, str]]) -> None:
        self._process = subprocess.Popen(
            [_program.path(), "--bind", "127.0.0.1:0", "--greeting", "json",
             "--until-stdin-closes", *words],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.log: Deque[str] = collections.deque(maxlen=LINES)
        self._reader = threading.Thread(target=self._read, daemon=True)
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        try:
            self.greeting: Dict[str, Any] = json.loads(first)
        except ValueError:
            rest = self._process.stdout.read()
            self.stop()
            raise StartError((first + rest).decode(errors="replace").strip()) from None
        # A full pipe would stop it.
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.log.append(line.decode(errors="replace").rstrip("\n"))

    def stop(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        if self._reader.ident is not None:
            self._reader.join()
        self._process.stdout.close()
