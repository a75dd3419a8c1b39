"""The callers: good ones, those who open results, bad ones, rude ones."""

import collections
import json
import random
import threading
import time
import urllib.parse

import judge
from faults import Faults
from judge import Wrong
from measures import metrics
from wire import FORM, JSON, Connection, Unanswered, call, message

ISSUE = "/v1/member/getOAuthToken"
OPEN = "/v1/member/getVerificationResult"
WINDOW = "/sandbox/CheckPlusSafeModel/service.cb"
# SESSION_TTL is 5 s: until then a session is there for sure, after that it is gone for sure.
SURELY_THERE, SURELY_GONE = 4.0, 7.0
BODY_LIMIT = 64 * 1024
PERSONAS = ["hong", "pyeop", "rare", "minor14", "minor19", "foreigner", "mvno", "noci", "corporate"]

BAD_REQUESTS = {
    "malformed JSON": (message("POST", ISSUE, b'{"requestno":'), "INVALID_REQUEST"),
    "a list": (message("POST", ISSUE, b"[]"), "INVALID_REQUEST"),
    "a key twice": (message("POST", ISSUE, b'{"authtype":"M","authtype":"C"}'), "INVALID_REQUEST"),
    "not UTF-8": (message("POST", ISSUE, b'{"requestno":"\xff"}'), "INVALID_REQUEST"),
    "too deep": (message("POST", ISSUE, b'{"a":' * 40 + b"1" + b"}" * 40), "INVALID_REQUEST"),
    "wrong fields": (message("POST", ISSUE, b'{"authtype":"Z","popupyn":1,"requestno":"a b"}'),
                     "INVALID_REQUEST"),
    "a foreign returnurl": (message("POST", ISSUE, b'{"returnurl":"javascript:1"}'),
                            "INVALID_REQUEST"),
    "an oversize body": (message("POST", ISSUE, b"x" * (BODY_LIMIT + 1)), "BODY_TOO_LARGE"),
    "a wrong type": (message("POST", ISSUE, b"{}", "text/plain"), "UNSUPPORTED_MEDIA_TYPE"),
    "a wrong method": (message("GET", ISSUE), "METHOD_NOT_ALLOWED"),
    "a wrong path": (message("POST", "/v1/member/getOauthToken", b"{}"), "NOT_FOUND"),
    "an opening without fields": (message("POST", OPEN, b"{}"), "INVALID_REQUEST"),
    "an opening out of the blue": (
        message("POST", OPEN, b"token_version_id=X&enc_data=AA&integrity_value=AA&reqNo=X", FORM),
        "SESSION_NOT_FOUND"),
}


class Traffic:
    """Threads that call until they are stopped, and what they saw."""

    ROLES = {"good": 4, "opener": 3, "bad": 2, "rude": 3}

    def __init__(self, service, seed):
        self.port = service.port
        self.counts = collections.Counter()
        self.wrong = []
        self.tokens = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.faults = Faults(self, random.Random(seed), self._stop, lambda: metrics(service))
        self._threads = [self._thread(self.faults.cycle, None)]
        for role, count in self.ROLES.items():
            for number in range(count):
                dice = random.Random(f"{seed} {role} {number}")
                self._threads.append(self._thread(getattr(self, f"_{role}"), dice))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def missing(self):
        """What should have happened and didn't: a run without it shows nothing."""
        expected = ["issued", "opened", "replayed", "tampered", "of another", "not verified",
                    "expired", "slow", "cut off", "silent", "garbage", "faults", "failed",
                    *BAD_REQUESTS]
        return [f"it never came to: {what}" for what in expected if not self.counts[what]]

    def count(self, what):
        with self._lock:
            self.counts[what] += 1

    def issue(self, connection, body, path=ISSUE):
        """The fields, or None when NICE fails, which it may only while faults are on."""
        before = self.faults.healthy_since()
        answer = connection.call("POST", path, body)
        fields = judge.issued(answer)
        if fields is None:
            if before is not None and before == self.faults.healthy_since():
                raise Wrong(f"NICE was well: {answer}")
            self.count("failed")
            return None
        with self._lock:
            twice = fields["token_version_id"] in self.tokens
            self.tokens.add(fields["token_version_id"])
            self.counts["issued"] += 1
        if twice:
            raise Wrong(f"a token twice: {answer}")
        return fields

    def _thread(self, role, dice):
        def work():
            while not self._stop.is_set():
                try:
                    role(dice) if dice else role()
                except (Wrong, Unanswered, OSError) as error:
                    with self._lock:
                        self.wrong.append(f"{role.__name__.strip('_')}: {error!r}")
                    self._stop.set()
        return threading.Thread(target=work, daemon=True)

    def _good(self, dice):
        with Connection(self.port) as connection:
            for _ in range(dice.randint(1, 50)):
                fields = dice.choice([{}, {"authtype": "M", "popupyn": "Y"}, {
                    "requestno": f"soak-{dice.getrandbits(64):x}", "methodtype": "POST",
                    "receivedata": "상태=4 €", "ignored": [1, {"a": None}]}])
                base = dice.choice(["", "/api/member"])
                self.issue(connection, json.dumps(fields).encode(), base + ISSUE)
                if self._stop.wait(dice.uniform(0, 0.02)):
                    return

    def _bad(self, dice):
        what = dice.choice([*BAD_REQUESTS, "garbage"])
        with Connection(self.port) as connection:
            if what == "garbage":
                connection.send(bytes(dice.getrandbits(8) for _ in range(60)) + b"\r\n\r\n")
                try:
                    answer = connection.answer()
                except Unanswered:
                    pass  # there was no request: no answer is due
                else:
                    if answer.status != 400:
                        raise Wrong(f"garbage: {answer}")
            else:
                request, reason = BAD_REQUESTS[what]
                connection.send(request)
                judge.failed(connection.answer(), reason)
        self.count(what)
        self._stop.wait(dice.uniform(0, 0.05))

    def _rude(self, dice):
        what = dice.choice(["slow", "cut off", "cut off", "silent", "gone before the answer"])
        request = message("POST", ISSUE, b'{"authtype":"M"}')
        with Connection(self.port) as connection:
            if what == "slow":
                connection.send_slowly(request, dice.uniform(0.2, 1.5))
                judge.issued(connection.answer())
            elif what == "cut off":
                connection.send(request[:dice.randrange(1, len(request))])
            elif what == "silent":
                self._stop.wait(dice.uniform(0.1, 1))
            else:
                connection.send(request)
            if dice.random() < 0.5:
                connection.reset()
        self.count(what)
        self._stop.wait(dice.uniform(0, 0.05))

    def _opener(self, dice):
        with Connection(self.port) as connection:
            begun = time.monotonic()
            fields = self.issue(connection, b"{}")
        if fields is None:
            return
        what = dice.choice(["opened", "opened", "opened", "tampered", "of another", "not verified",
                            "expired"])
        outcome = {"tampered": dice.choice(["tamper_enc", "tamper_mac"]), "not verified": "fail"}
        result = self._window(fields, dice.choice(PERSONAS), outcome.get(what, "success"))
        result["reqNo"] = "of-another" if what == "of another" else fields["reqNo"]
        if what == "expired" and self._stop.wait(SURELY_GONE):
            return
        answer = self._open(result, dice)
        if what == "expired":
            judge.failed(answer, "SESSION_NOT_FOUND")
        elif time.monotonic() - begun > SURELY_THERE:
            return
        elif what == "opened":
            judge.opened(answer, fields["reqNo"])
            answer = self._open(result, dice)
            if time.monotonic() - begun <= SURELY_THERE:
                judge.failed(answer, "RESULT_ALREADY_USED")
                self.count("replayed")
        else:
            reason = "VERIFICATION_FAILED" if what == "not verified" else "RESULT_REJECTED"
            judge.failed(answer, reason)
        self.count(what)
        self._stop.wait(dice.uniform(0, 0.1))

    def _window(self, fields, persona, outcome):
        form = {"m": "service", "sandbox_persona": persona, "sandbox_outcome": outcome,
                **{name: fields[name] for name in
                   ("token_version_id", "enc_data", "integrity_value")}}
        answer = call(self.port, "POST", WINDOW, urllib.parse.urlencode(form).encode(), FORM)
        if answer.status != 302:
            raise Wrong(f"the window: {answer}")
        query = urllib.parse.urlsplit(answer.headers["location"]).query
        return dict(urllib.parse.parse_qsl(query))

    def _open(self, result, dice):
        if dice.random() < 0.5:
            return call(self.port, "POST", OPEN, json.dumps(result).encode(), JSON)
        return call(self.port, "POST", OPEN, urllib.parse.urlencode(result).encode(), FORM)
