"""The callers of benches/load/failover: who begins, who opens, and what they saw."""

import asyncio
import base64
import collections
import json
import os
import re
import time
import urllib.parse
from dataclasses import dataclass, field

from processes import Failed, Process, free_port, http, wait_for

ISSUE = "/v1/member/getOAuthToken"
OPEN = "/v1/member/getVerificationResult"
WINDOW = "/sandbox/CheckPlusSafeModel/service.cb"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
STOCK_SECONDS = 6
CALLERS = 512
LONGEST = 2.0  # seconds that a caller may wait


@dataclass
class Seen:
    """What callers saw of one fault. Times in seconds since it began."""

    servers_well: float = 0.0
    last_failure: float = 0.0
    answered: int = 0
    failed: int = 0
    slowest_failure: float = 0.0
    slowest: float = 0.0
    strange: list = field(default_factory=list)
    lost: int = 0
    burnt: int = 0
    twice: int = 0

    @property
    def is_wrong(self):
        return bool(self.strange or self.twice)


def table(rows):
    lines = ["| Fault | Servers well after | Service well | Failed of all | Slowest failure | "
             "Slowest answer | Begins lost | Results lost | Opened twice |",
             "|---|---|---|---|---|---|---|---|---|"]
    for name, seen in rows:
        since = max(0.0, seen.last_failure - seen.servers_well)
        lines.append(
            f"| {name} | {seen.servers_well:.2f} s | {since:.2f} s later | "
            f"{seen.failed} of {seen.failed + seen.answered} | {seen.slowest_failure:.2f} s | "
            f"{seen.slowest:.2f} s | {seen.lost} | {seen.burnt} | {seen.twice} |")
        lines += [f"WRONG: {what}" for what in seen.strange[:5]]
    return "\n".join(lines)


class Traffic:
    def __init__(self, redis, binary, rate, folder, instances=1):
        self.redis, self.rate = redis, rate
        key = base64.b64encode(os.urandom(32)).decode()
        self._ports = [free_port() for _ in range(instances)]
        self.services = [
            Process(f"service-{port}", [binary, "serve", "--sandbox"], folder, {
                "BIND": f"127.0.0.1:{port}", "ADMIN_BIND": f"127.0.0.1:{free_port()}",
                "LOG_FORMAT": "json", "STORE_KEY": key, **redis.settings()})
            for port in self._ports]
        self._turn = 0
        self._idle = collections.defaultdict(list)
        self._begun = collections.deque()
        self._opened = []
        self._tasks = set()
        self._slots = asyncio.Semaphore(CALLERS)
        self._since = None
        self.seen = Seen()

    async def __aenter__(self):
        for service, port in zip(self.services, self._ports):
            def ready():
                service.check()
                answer = http(f"http://127.0.0.1:{port}/health/ready")
                return answer and answer[0] == 200
            await asyncio.to_thread(wait_for, "the service", ready)
        return self

    async def __aexit__(self, *_):
        for task in self._tasks:
            task.cancel()
        for service in self.services:
            service.__exit__()

    async def stock(self):
        """Verifications to open while none can be begun."""
        await self._at_rate(STOCK_SECONDS, [self._begin])
        await self._settle()
        if len(self._begun) < self.rate * STOCK_SECONDS * 0.9:
            raise Failed(f"only {len(self._begun)} begun before the fault: {self.seen.strange[:3]}")

    async def fail(self):
        await self._at_rate(2, [self._begin, self._open])
        self.seen = Seen(strange=self.seen.strange)
        self._since = time.monotonic()
        watch = asyncio.create_task(self._watch())
        await asyncio.to_thread(self.redis.fault)
        await self._at_rate(self.redis.seconds, [self._begin, self._open])
        watch.cancel()
        await self._settle()

    def log(self):
        """What the service told of its store, a line each."""
        lines = (json.loads(line) for service in self.services
                 for line in service.log.read_text().splitlines() if line.startswith("{"))
        return [line for line in lines if line.get("message") != "request"
                and ("cause" in line or "finding" in line or "answers again" in str(line))]

    async def judge(self):
        """Opens what was not opened yet, then everything a second time."""
        self._since = None
        while self._begun:
            async with self._slots:
                call, _ = self._begun.popleft()
            status, body = await self._call(self._next(), OPEN, call, JSON)
            reason = self._reason(body)
            if status == 200:
                self._opened.append(call)
            elif reason == "SESSION_NOT_FOUND":
                self.seen.lost += 1
            elif reason == "RESULT_ALREADY_USED":
                self.seen.burnt += 1
            else:
                self.seen.strange.append(f"at the end: {status} {body[:200]!r}")
        for call in self._opened:
            status, _ = await self._call(self._next(), OPEN, call, JSON)
            self.seen.twice += status == 200
        return self.seen

    async def open_all(self):
        """Opens all that was begun; returns how many results came."""
        while self._begun:
            await self._at_rate(0.1, [self._open])
            await self._settle()
        return len(self._opened)

    @property
    def begun(self):
        return len(self._begun)

    async def _watch(self):
        while True:
            begun = time.monotonic()
            if not await asyncio.to_thread(self.redis.is_well):
                self.seen.servers_well = time.monotonic() - self._since
            await asyncio.sleep(max(0.0, 0.05 - (time.monotonic() - begun)))

    async def _at_rate(self, seconds, calls):
        begun, count = time.monotonic(), 0
        while (passed := time.monotonic() - begun) < seconds:
            while count < passed * self.rate:
                count += 1
                for call in calls:
                    task = asyncio.create_task(call())
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(0.002)

    async def _settle(self):
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _begin(self):
        # Its window is that of its own sandbox.
        port = self._next()
        status, body = await self._timed(port, ISSUE, b"{}")
        if status != 200:
            return
        fields = json.loads(body)
        form = {"m": "service", "sandbox_persona": "hong", "sandbox_outcome": "success",
                **{name: fields[name] for name in
                   ("token_version_id", "enc_data", "integrity_value")}}
        status, location = await self._call(
            port, WINDOW, urllib.parse.urlencode(form).encode(), FORM)
        if status != 302:
            self.seen.strange.append(f"the window: {status} {location[:200]!r}")
            return
        result = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        result["reqNo"] = fields["reqNo"]
        self._begun.append((json.dumps(result).encode(), False))

    async def _open(self):
        if not self._begun:
            return
        call, was_tried = self._begun.popleft()
        status, body = await self._timed(self._next(), OPEN, call)
        reason = self._reason(body)
        if status == 200:
            self._opened.append(call)
        elif reason == "STORE_UNAVAILABLE":
            # As a shop's server would: once more, later.
            self._begun.append((call, True))
        elif reason == "SESSION_NOT_FOUND":
            self.seen.lost += 1
        elif reason == "RESULT_ALREADY_USED" and was_tried:
            self.seen.burnt += 1

    def _next(self):
        self._turn += 1
        return self._ports[self._turn % len(self._ports)]

    async def _timed(self, port, path, body):
        asked = time.monotonic()
        status, body = await self._call(port, path, body, JSON)
        now = time.monotonic()
        took, seen = now - asked, self.seen
        seen.slowest = max(seen.slowest, took)
        if status == 503 and self._reason(body) == "STORE_UNAVAILABLE":
            seen.failed += 1
            seen.slowest_failure = max(seen.slowest_failure, took)
            if self._since:
                seen.last_failure = now - self._since
        elif status in (200, 404, 409):
            seen.answered += 1
        else:
            seen.strange.append(f"{path}: {status} {body[:200]!r}")
        if took > LONGEST:
            seen.strange.append(f"{path}: {status} after {took:.2f} s")
        return status, body

    @staticmethod
    def _reason(body):
        try:
            return json.loads(body).get("payload", {}).get("reason")
        except (ValueError, AttributeError):
            return None

    async def _call(self, port, path, body, kind):
        async with self._slots:
            idle = self._idle[port]
            reader, writer = idle.pop() if idle else (
                await asyncio.open_connection("127.0.0.1", port))
            head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n")
            writer.write(head.encode() + body)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"content-length: *(\d+)", lines, re.IGNORECASE)
            body = await reader.readexactly(int(length[1])) if length else b""
            if re.search(r"connection: *close", lines, re.IGNORECASE):
                writer.close()
            else:
                idle.append((reader, writer))
            location = re.search(r"^location: *(\S+)", lines, re.IGNORECASE | re.MULTILINE)
            return int(lines.split(" ", 2)[1]), location[1] if location else body
