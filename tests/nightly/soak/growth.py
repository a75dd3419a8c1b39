"""Whether the service grows: medians of an early and a late window, and the idle state."""

import statistics
import threading
import time

from measures import look, metrics
from wire import Unanswered

PAUSE = 0.25
# How far a median may move by chance: connections come and go. Those to NICE, too: up to
# NICE_CONCURRENCY (16) with both ends in this process, and none in a window full of faults. A leak
# shows once all calls have ended.
SLACK = {"rss": 4.0, "fds": 8 + 2 * 16, "threads": 1, "tasks": 12 + 2 * 16}
RELATIVE_RSS = 0.08
# The sandbox remembers a token for twice SANDBOX_PERIOD; with its id, keys and request it takes
# this much. In a run shorter than that, what it remembers grows.
REMEMBERED_SECONDS, REMEMBERED_MIB = 150, 700 / 2 ** 20
# The connections of one refill of the idle pool, which has a task on either side of each.
IDLE_SLACK = {"fds": 8, "tasks": 8}
# The pool halves its demand every 20 s, from at most 300 tokens under this traffic and its faults
# to the few that refill over IDLE_SLACK's connections. These are kept for 20 s more.
IDLE_SECONDS = 240
NAMES = ("rss", "fds", "threads", "tasks")


class Samples:
    def __init__(self, service, seconds):
        self._service = service
        # A third to warm up: allocators, pools, tables; the sandbox's memory in longer runs.
        self._warm_up = max(seconds / 3, min(REMEMBERED_SECONDS + 30, seconds / 2))
        self._seconds = seconds
        self._rows = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._broken = None
        self.idle_before, self.idle_after = {}, {}
        self.medians = {}

    def __enter__(self):
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def watch_idle(self):
        """What is open before the first call: the most within a refill or two."""
        rows = []
        for _ in range(20):
            rows.append(self._look())
            time.sleep(PAUSE)
        self.idle_before = {name: max(row[name] for row in rows) for name in NAMES}

    def judge(self):
        if self._broken:
            return [self._broken]
        span = (self._seconds - self._warm_up) / 3
        ends = {"early": self._warm_up + span, "late": self._seconds}
        for window, end in ends.items():
            rows = [row for row in self._rows if end - span <= row["at"] < end]
            if len(rows) < 5:
                return [f"only {len(rows)} samples in the {window} window"]
            self.medians[window] = {name: statistics.median(row[name] for row in rows)
                                    for name in (*NAMES, "sessions")}
            self.medians[window]["remembered"] = self._remembered(end) - self._remembered(0)
        early, late = self.medians["early"], self.medians["late"]
        wrong = []
        for name in NAMES:
            allowed = SLACK[name]
            if name == "rss":
                allowed = max(allowed, RELATIVE_RSS * early["rss"]) + REMEMBERED_MIB * max(
                    0, late["remembered"] - early["remembered"])
            if late[name] - early[name] > allowed:
                wrong.append(f"{name} grew from {early[name]:.1f} to {late[name]:.1f}, "
                             f"by more than {allowed:.1f}")
        return wrong

    def judge_idle(self):
        """Once all calls have ended, no more is open than before the first."""
        end = time.monotonic() + IDLE_SECONDS
        while True:
            self.idle_after = self._look()
            left = [name for name, slack in IDLE_SLACK.items()
                    if self.idle_after[name] > self.idle_before[name] + slack]
            if not left:
                return []
            if time.monotonic() > end:
                return [f"{name} stay at {self.idle_after[name]:.0f} after all calls, "
                        f"from {self.idle_before[name]:.0f} before the first" for name in left]
            time.sleep(PAUSE)

    def _watch(self):
        try:
            while not self._stop.wait(PAUSE):
                self._rows.append(self._look())
        except (Unanswered, OSError) as error:
            self._broken = f"no more samples: {error!r}"

    def _look(self):
        values = metrics(self._service)
        at = time.monotonic() - getattr(self, "_began", time.monotonic())
        return {"at": at, **look(self._service), "tasks": values["tasks"],
                "sessions": values.get("sessions", 0), "given": values["given"]}

    def _remembered(self, at):
        """Tokens that NICE gave in the time that the sandbox looks back over."""
        def given(moment):
            before = [row["given"] for row in self._rows if row["at"] <= moment]
            return before[-1] if before else 0
        return given(at) - given(at - REMEMBERED_SECONDS)
