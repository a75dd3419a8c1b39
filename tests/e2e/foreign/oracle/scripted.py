"""Scripted answers of the stand-in: what a call gets instead of the plain success."""

import json
import re
import threading
from collections import deque
from dataclasses import dataclass, field
from itertools import cycle

# Ways to answer that are no NICE answer at all.
STALL, HALF_BODY, HALF_THEN_STALL, GARBAGE, EMPTY, CLOSE, HUGE, REDIRECT = (
    "stall", "half_body", "half_then_stall", "garbage", "empty", "close", "huge", "redirect")
FAULTS = frozenset({STALL, HALF_BODY, HALF_THEN_STALL, GARBAGE, EMPTY, CLOSE, HUGE, REDIRECT})
RAW_NUMBER = re.compile(r'"@number:([^"@]*)@"')


def number(text: str) -> str:
    """A field value that is written as this very number, such as 3.6e3."""
    return f"@number:{text}@"


@dataclass(frozen=True)
class Step:
    """One answer. `fields` replaces fields of dataBody, `without` drops them ("dataBody" too)."""

    gw: str = "1200"
    message: str = ""
    rsp_cd: str = "P000"
    res_msg: str = ""
    result_cd: str = "0000"
    status: int = 200
    delay: float = 0.0
    fault: str | None = None
    fields: dict = field(default_factory=dict)
    without: tuple[str, ...] = ()
    date_offset: float = 0.0

    def __post_init__(self) -> None:
        if self.fault is not None and self.fault not in FAULTS:
            raise ValueError(f"unknown fault {self.fault!r}")

    @property
    def hopes_for_success(self) -> bool:
        """Whether the call's own faults still decide."""
        return self.fault is None and (self.gw, self.rsp_cd, self.result_cd) == (
            "1200", "P000", "0000")


class Script:
    """For each kind of call a queue of answers, and an endless round for when it is empty."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Step]] = {}
        self._rounds: dict[str, cycle] = {}

    def once(self, kind: str, *steps: Step) -> None:
        with self._lock:
            self._queues.setdefault(kind, deque()).extend(steps)

    def always(self, kind: str, *steps: Step) -> None:
        with self._lock:
            self._rounds[kind] = cycle(steps)

    def next(self, kind: str) -> Step:
        with self._lock:
            if self._queues.get(kind):
                return self._queues[kind].popleft()
            return next(self._rounds[kind]) if kind in self._rounds else Step()


def render(data_header: dict, data_body: dict | None, step: Step) -> bytes:
    document: dict = {"dataHeader": data_header}
    if data_body is not None:
        document["dataBody"] = {**data_body, **step.fields}
    for name in step.without:
        for part in (document, document.get("dataBody"), document.get("dataHeader")):
            if part:
                part.pop(name, None)
    text = json.dumps(document, ensure_ascii=False)
    return RAW_NUMBER.sub(r"\1", text).encode()
