"""NICE's bad days: faults of the sandbox's catalogue, on for a while, then off."""

import json
import time

import judge
from judge import Wrong
from wire import Connection, call

FAULTS = "/sandbox/api/faults"
CALLS = ("institution_token", "crypto_token")
# The service promises 5 s; a busy machine may add to it.
WELL_AGAIN = 15.0


class Faults:
    def __init__(self, traffic, dice, stop, metrics):
        self._traffic, self._dice, self._stop, self._metrics = traffic, dice, stop, metrics
        self._healthy_since = None
        self._catalogue = None
        self.slowest_recovery = 0.0

    def healthy_since(self):
        """Since when nothing is wrong with NICE; None while something is."""
        return self._healthy_since

    def cycle(self):
        """A good time, a bad time, and getting over it."""
        if self._catalogue is None:
            self._recover()
            self._catalogue = self._list()
        if self._stop.wait(self._dice.uniform(0.5, 2)):
            return
        entries = [self._entry() for _ in range(self._dice.randint(1, 3))]
        if any(entry["call"] == "institution_token" for entry in entries):
            # Only then does the service ask for one.
            entries.insert(0, {"call": "crypto_token", "fault": "token_revoked", "times": 1})
        self._healthy_since = None
        self._api("PUT", entries)
        self._traffic.count("faults")
        self._stop.wait(self._dice.uniform(0.3, 2))
        self._api("DELETE")
        self._recover()

    def _entry(self):
        fault = self._dice.choice(self._catalogue)
        call_ = self._dice.choice([name for name in CALLS if name in fault["call"]])
        entry = {"call": call_, "fault": fault["name"]}
        if fault["name"] == "delay" or self._dice.random() < 0.2:
            entry["delay"] = f"{self._dice.randint(1, 300)}ms"
        if self._dice.random() < 0.5:
            entry["times"] = self._dice.randint(1, 50)
        return entry

    def _recover(self):
        began = time.monotonic()
        while True:
            with Connection(self._traffic.port) as connection:
                answer = connection.call("POST", "/v1/member/getOAuthToken", b"{}")
            fields = judge.issued(answer)
            took = time.monotonic() - began
            # A token may come out of the pool while refills still pause.
            if fields is not None and self._metrics()["breaker_open"] == 0:
                break
            if took > WELL_AGAIN:
                raise Wrong(f"not well again after {took:.1f} s: {answer}")
            if self._stop.wait(0.05):
                return
        self.slowest_recovery = max(self.slowest_recovery, took)
        self._healthy_since = time.monotonic()

    def _list(self):
        listing = self._api("GET").json()["catalogue"]
        return [fault for fault in listing if any(name in fault["call"] for name in CALLS)]

    def _api(self, method, entries=None):
        body = None if entries is None else json.dumps(entries).encode()
        answer = call(self._traffic.port, method, FAULTS, body)
        if answer.status not in (200, 204):
            raise Wrong(f"{method} {entries}: {answer}")
        return answer
