"""What is measured; each scenario returns its table."""

import json
import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from math import comb
from pathlib import Path
from statistics import median

from fleet import fleet
from processes import Driven, Failed, Process, Server, StandIn, free_port, http, wait_for

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
PATH = "/v1/member/getOAuthToken"
RETURN_URL = "https://shop.example/nice/callback"
REQUEST = json.dumps({
    "returnurl": RETURN_URL, "authtype": "M", "mobilceco": "S", "methodtype": "get",
    "popupyn": "Y", "receivedata": "c3RhdGU9NDI="}, separators=(",", ":"))

POOL, BURST = 20_000, 15_000
# The peer keeps no sessions: a few seconds' worth, or memory would be compared by how long it ran.
PEER_SESSION_TTL = "5s"


class Bench:
    def __init__(self, rounds, quick, against=None):
        self.rounds, self.quick = rounds, quick
        self.wrong = []
        self.binaries = TARGET / "release"
        self.binary = self.binaries / "member-verification"
        self.against = against
        self._help = {}

    def build(self):
        # Into the same directory, so that dependencies are built once.
        for manifest in ("Cargo.toml", "benches/Cargo.toml"):
            if subprocess.run(["cargo", "build", "--release", "--locked", "--bins",
                               "--manifest-path", manifest, "--target-dir", TARGET],
                              cwd=ROOT).returncode:
                raise Failed("cargo build")

    def settings(self, binary=None, **more):
        """Everything switched on that this binary knows."""
        binary = binary or self.binary
        if binary not in self._help:
            self._help[binary] = subprocess.run([binary, "serve", "--help"], capture_output=True,
                                                text=True, check=True).stdout
        optional = {"RESULT_API_KEY": "0123456789abcdef" * 3, "ADMIN_BIND": "127.0.0.1:0",
                    # Nobody opens a result here: each request leaves a session behind.
                    "SESSION_MAX": "1000000", "SESSION_TTL": "60s"}
        known = {name: value for name, value in optional.items() if name in self._help[binary]}
        return {"BIND": "127.0.0.1:0", "RETURN_URLS": RETURN_URL, **known, **more}

    def service(self, nice, logs, binary=None, name="service", **more):
        live = {"NICE_BASE_URL": nice.url, "NICE_CLIENT_ID": "bench-client",
                "NICE_CLIENT_SECRET": "bench-secret"}
        service = Server(name, [binary or self.binary, "serve"], logs,
                         self.settings(binary, **{**live, **more}))
        wait_until_ready(service)
        return service

    def static_route(self, service, logs):
        """Answers what the service answered once."""
        status, _, body = http(service.url + PATH, "POST", REQUEST)
        if status != 200:
            raise Failed(f"the service answered {status}: {body}")
        answer = Path(logs) / "answer.json"
        answer.write_bytes(body)
        command = [self.binaries / "load_static_route", "--answer", answer]
        return Server("static-route", command, logs,
                      {"BIND": "127.0.0.1:0", "RETURN_URLS": RETURN_URL})

    def drive(self, server, tokens=True, **options):
        driven = Driven(server, self.binaries, REQUEST, **options)
        if driven.failed:
            self.wrong.append(f"{server.name}: answers other than 200: {driven.statuses}")
        if tokens and driven.tokens_twice:
            self.wrong.append(f"{server.name}: {driven.tokens_twice} tokens given out twice")
        return driven

    def in_pairs(self, measure):
        """`measure` is called with 0 and 1, each first in turn; a list of pairs."""
        pairs = []
        for number in range(self.rounds):
            order = (0, 1) if number % 2 == 0 else (1, 0)
            done = {which: measure(which) for which in order}
            pairs.append((done[0], done[1]))
        return pairs

    def check(self, nice):
        twice = nice.counts()["req_no_twice"]
        if twice:
            self.wrong.append(f"{twice} crypto-token calls repeated a req_no")


def wait_until_ready(server, pause=0.02):
    def ready():
        server.check()
        answer = http(server.url + "/health/ready")
        return answer and answer[0] == 200
    wait_for(f"{server.name} is ready", ready, pause=pause)


class Bursts:
    """A service with a full pool, and bursts of requests while NICE is silent."""

    def __init__(self, bench, nice, service):
        self._bench, self.nice, self.service = bench, nice, service
        self.taken = 0
        self.forget()

    def forget(self):
        self.refills, self.calls = [], []

    def fill(self):
        wait_for("the pool is full",
                 lambda: self.nice.counts()["tokens"] >= self.taken + POOL, pause=0.1)
        time.sleep(0.3)

    def measure(self):
        self.fill()
        self.nice.be(stalled=True)
        before = self.nice.counts()["tokens"]
        driven = self._bench.drive(self.service, requests=BURST)
        self.calls.append(self.nice.counts()["tokens"] - before)
        self.taken += driven.tokens
        # The whole refill, including fetches that began to wait during the burst.
        tokens, cpu = self.nice.counts()["tokens"], self.service.cpu()
        began = time.monotonic()
        self.nice.be()
        self.fill()
        seconds = time.monotonic() - began - 0.3
        tokens = self.nice.counts()["tokens"] - tokens
        self.refills.append(((self.service.cpu() - cpu) / tokens * 1e6, tokens / seconds))
        return driven


def burst(bench, logs):
    if bench.against:
        return burst_against(bench, logs)
    with StandIn(bench.binaries, logs) as nice, \
            bench.service(nice, logs, TOKEN_POOL_MIN=str(POOL)) as service:
        bursts = Bursts(bench, nice, service)
        bursts.fill()
        with bench.static_route(service, logs) as static:
            bursts.taken += 1

            def measure(which):
                if which == 1:
                    return bench.drive(static, tokens=False, requests=BURST)
                return bursts.measure()

            measure(0), measure(1)  # warms both up
            bursts.forget()
            pairs = bench.in_pairs(measure)
            bench.check(nice)
    title = (f"burst: {POOL} tokens ready, NICE silent, {BURST} requests on 64 connections; "
             f"medians of {bench.rounds} pairs")
    table = compare(title, ("member-verification", "static route"), pairs)
    cpu, rate = (median(values) for values in zip(*bursts.refills))
    table += [f"upstream answers during a burst: {max(bursts.calls)}; tokens issued twice: "
              f"{sum(pair[0].tokens_twice for pair in pairs)}",
              f"refill: {cpu:.1f} CPU µs per token fetched, {rate:.0f} tokens/s"]
    return "\n".join(table)


def burst_against(bench, logs):
    """Two binaries take turns; one burst of each is a pair."""
    with ExitStack() as stack:
        both = []
        for name, binary in (("new", bench.binary), ("old", bench.against)):
            nice = stack.enter_context(StandIn(bench.binaries, logs))
            service = stack.enter_context(bench.service(nice, logs, binary=binary, name=name,
                                                        TOKEN_POOL_MIN=str(POOL)))
            both.append(Bursts(bench, nice, service))
        for bursts in both:
            bursts.measure()  # warms it up
            bursts.forget()
        pairs = bench.in_pairs(lambda which: both[which].measure())
        for bursts in both:
            bench.check(bursts.nice)
    title = (f"burst: {POOL} tokens ready, NICE silent, {BURST} requests on 64 connections; "
             f"medians of {bench.rounds} pairs")
    table = compare(title, ("this tree", bench.against.name), pairs)
    for label, name in (("CPU per request", "cpu_us"), ("requests/s", "per_second")):
        ratios = sorted(getattr(new, name) / getattr(old, name) for new, old in pairs)
        low, high, sure = median_interval(ratios)
        table.append(f"{label}: ratio {median(ratios):.3f}, {sure:.0%} interval of the median "
                     f"{low:.3f} to {high:.3f}; pairs: "
                     + " ".join(f"{ratio:.3f}" for ratio in ratios))
    ratios = [new[0] / old[0] for new, old in zip(*(bursts.refills for bursts in both))]
    table.append(f"CPU per refilled token: ratio {median(ratios):.3f}")
    return "\n".join(table)


def median_interval(ordered, sure=0.95):
    """The narrowest pair of order statistics that holds the median this surely, and how surely it
    does. All of the values if they are too few. By the sign test: no distribution is assumed."""
    number = len(ordered)
    for cut in reversed(range((number + 1) // 2)):
        # The median is outside if at most `cut` values are on one side of it.
        holds = 1 - 2 * sum(comb(number, count) for count in range(cut + 1)) / 2 ** number
        if holds >= sure or cut == 0:
            return ordered[cut], ordered[-1 - cut], holds


def open_loop(bench, logs):
    seconds, warm_up = (4, 2) if bench.quick else (35, 5)
    with StandIn(bench.binaries, logs) as nice, \
            bench.service(nice, logs, NICE_CONCURRENCY="512") as service:
        nice.be(delay_ms=200)
        time.sleep(1)
        before = nice.counts()["crypto_calls"]
        driven = bench.drive(service, rate=1000, seconds=seconds, warm_up=warm_up, connections=512)
        calls = nice.counts()["crypto_calls"] - before
        bench.check(nice)
    return "\n".join([
        f"open loop: NICE takes 200 ms, 1,000 requests/s offered for {seconds} s, "
        "NICE_CONCURRENCY=512; latency from when a request was due",
        "",
        "| | p50 µs | p99 µs | p99.9 µs | slowest µs |",
        "|---|---|---|---|---|",
        f"| first {warm_up} s, from idle | {driven.first['p50']} | {driven.first['p99']} "
        f"| {driven.first['p999']} | {driven.first['max']} |",
        f"| the {seconds - warm_up} s after | {driven.p50} | {driven.p99} | {driven.p999} "
        f"| {driven.worst} |",
        "",
        f"requests/s: {driven.per_second:.0f}; CPU µs per request, refill included: "
        f"{driven.cpu_us:.1f}; RSS: {driven.rss:.1f} MiB; upstream calls: {calls} for "
        f"{driven.requests} requests; tokens issued twice: {driven.tokens_twice}"])


def peer(bench, logs):
    if not shutil.which("npm"):
        raise Failed("peer: needs node and npm")
    directory = ROOT / ".test/peer-node"
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(ROOT / "benches/load/peer-node" / name, directory)
    if not (directory / "node_modules/fastify").exists():
        if subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=directory).returncode:
            raise Failed("npm ci")
    port = free_port()
    settings = {"PORT": str(port), "WORKERS": str(os.cpu_count() or 2)}
    with StandIn(bench.binaries, logs) as nice, \
            bench.service(nice, logs, SESSION_TTL=PEER_SESSION_TTL) as service, \
            Process("peer", [shutil.which("node"), directory / "server.mjs"], logs,
                    {**settings, "NICE_BASE": nice.url}, directory) as other:
        settings["NICE_BASE"] = nice.url
        other.address = f"127.0.0.1:{port}"

        def up():
            other.check()
            answer = http(f"http://{other.address}{PATH}", "POST", REQUEST)
            return answer and b"token_version_id" in answer[2]
        wait_for("the peer is ready", up)
        servers = (service, other)
        length = 2 if bench.quick else 5

        def measure(which):
            before = nice.counts()["crypto_calls"]
            driven = bench.drive(servers[which], seconds=length, connections=64)
            driven.calls = nice.counts()["crypto_calls"] - before
            return driven

        measure(0), measure(1)  # warms both up
        pairs = bench.in_pairs(measure)
        wrk = shutil.which("wrk") and in_wrk(bench, servers, logs, length)
        slow = in_front_of_a_slow_nice(bench, servers, nice)
        bench.check(nice)
    title = (f"peer: NICE answers at once, closed loop of 64 connections, {length} s each; "
             f"medians of {bench.rounds} pairs")
    table = compare(title, ("member-verification", "Node peer"), pairs)
    for which, name in enumerate(("member-verification", "Node peer")):
        requests = sum(pair[which].requests for pair in pairs)
        calls = sum(pair[which].calls for pair in pairs)
        twice = sum(pair[which].tokens_twice for pair in pairs)
        table.append(f"{name}: {calls} upstream calls for {requests} requests; "
                     f"tokens issued twice: {twice}")
    if wrk:
        ours, theirs = (median(values) for values in zip(*wrk))
        table.append(f"the same with wrk: {ours:.0f} and {theirs:.0f} requests/s, "
                     f"ratio {median(a / b for a, b in wrk):.2f}")
    return "\n".join(table + slow)


def in_front_of_a_slow_nice(bench, servers, nice):
    rate, seconds, warm_up = (100, 3, 1) if bench.quick else (300, 15, 5)
    rows = ["", f"the same with a slow NICE, {rate} requests/s offered for {seconds} s, "
            f"of which {warm_up} s to warm up; p50 in µs", "",
            "| NICE takes | member-verification | Node peer | ratio |", "|---|---|---|---|"]
    for delay in (20, 200):
        nice.be(delay_ms=delay)
        ours, theirs = (bench.drive(server, rate=rate, seconds=seconds, warm_up=warm_up,
                                    connections=256).p50 for server in servers)
        rows.append(f"| {delay} ms | {ours} | {theirs} | 1 : {theirs / ours:.0f} |")
    nice.be()
    return rows


def in_wrk(bench, servers, logs, length):
    script = Path(logs) / "post.lua"
    script.write_text(f"wrk.method = 'POST'\nwrk.body = [[{REQUEST}]]\n"
                      "wrk.headers['content-type'] = 'application/json'\n")

    def measure(which):
        ran = subprocess.run(
            ["wrk", "-t1", "-c64", f"-d{length}s", "-s", script,
             f"http://{servers[which].address}{PATH}"],
            capture_output=True, text=True, timeout=60, check=True)
        if "Non-2xx" in ran.stdout:
            bench.wrong.append(f"{servers[which].name}: wrk saw failures")
        line = next(line for line in ran.stdout.splitlines() if line.startswith("Requests/sec:"))
        return float(line.split()[1])
    return bench.in_pairs(measure)


def idle(bench, logs):
    ready_ms = []
    settings = {name: value for name, value in bench.settings().items() if name != "RETURN_URLS"}
    for _ in range(3 if bench.quick else 15):
        with Server("sandbox", [bench.binary, "serve", "--sandbox"], logs, settings) as sandbox:
            wait_until_ready(sandbox, pause=0.001)
            ready_ms.append((time.monotonic() - sandbox.started) * 1000)
    with StandIn(bench.binaries, logs) as nice, bench.service(nice, logs) as service:
        time.sleep(2)
        at_rest = service.rss()
        loaded = bench.drive(service, seconds=2 if bench.quick else 10, connections=64)
        time.sleep(2)
        after = service.rss()
        bench.check(nice)
    size = bench.binary.stat().st_size
    return "\n".join([
        "idle and small",
        "",
        "| What | Figure |",
        "|---|---|",
        f"| start to ready, sandbox, median of {len(ready_ms)} | {median(ready_ms):.0f} ms |",
        f"| RSS, idle | {at_rest:.1f} MiB |",
        f"| RSS, peak under 64 connections ({loaded.requests} requests) | {loaded.rss:.1f} MiB |",
        f"| RSS, 2 s later | {after:.1f} MiB |",
        f"| binary | {size / 1e6:.1f} MB |"])


def compare(title, names, pairs):
    """A column for each of the two, and the median of the pairs' ratios."""
    rows = [("requests/s", "per_second", 0), ("p50 µs", "p50", 0), ("p99 µs", "p99", 0),
            ("CPU µs per request", "cpu_us", 1), ("RSS MiB, peak", "rss", 1)]
    table = [title, "", f"| | {names[0]} | {names[1]} | ratio (lowest to highest) |",
             "|---|---|---|---|"]
    for label, name, digits in rows:
        ours, theirs = ([getattr(pair[which], name) for pair in pairs] for which in (0, 1))
        ratios = [a / b for a, b in zip(ours, theirs)]
        table.append(f"| {label} | {median(ours):.{digits}f} | {median(theirs):.{digits}f} "
                     f"| {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |")
    return [*table, ""]


ALL = {"burst": burst, "open": open_loop, "peer": peer, "idle": idle, "fleet": fleet}
