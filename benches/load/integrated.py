"""What 통합인증 costs: `getOAuthToken` against the standard window's burst, and the bridge."""

import http.client
import json
import time
from statistics import median, quantiles
from urllib.parse import urlencode

from processes import Failed, StandIn, http as ask
from scenarios import (BURST, PATH, POOL, REQUEST, RETURN_URL, Bursts, compare, median_interval)

SETTINGS = {"NICE_API": "integrated", "NICE_CLIENT_ID": "NI00000000-aaaa-4bbb-8ccc-0123456789ab",
            "PUBLIC_URL": "https://shop.example/api/member"}
BRIDGE = "/v1/member/verificationWindow"
VALUES = ("token_version_id", "enc_data", "integrity_value")


def integrated(bench, logs):
    with StandIn(bench.binaries, logs) as nice, StandIn(bench.binaries, logs) as newer, \
            bench.service(nice, logs, name="standard-window", TOKEN_POOL_MIN=str(POOL)) as standard, \
            bench.service(newer, logs, name="integrated", **SETTINGS) as service:
        bursts = Bursts(bench, nice, standard)

        def measure(which):
            return bench.drive(service, requests=BURST) if which == 0 else bursts.measure()

        measure(0), measure(1)  # warms both up
        before = newer.counts()
        pairs = bench.in_pairs(measure)
        after = newer.counts()
        bench.check(nice)
        called = sum(after[name] - before[name] for name in ("access_calls", "window_calls"))
        if called:
            bench.wrong.append(f"getOAuthToken made {called} calls")
        table = compare(f"getOAuthToken: {BURST} requests on 64 connections; medians of "
                        f"{bench.rounds} pairs", ("integrated", "standard-window"), pairs)
        for label, sign, figures in (
                ("CPU per request: ratio", "", [a.cpu_us / b.cpu_us for a, b in pairs]),
                ("CPU per request: difference, µs", "+", [a.cpu_us - b.cpu_us for a, b in pairs])):
            low, high, sure = median_interval(sorted(figures))
            table.append(f"{label} {median(figures):{sign}.2f}, {sure:.0%} interval of the median "
                         f"{low:{sign}.2f} to {high:{sign}.2f}")
        table += [f"upstream calls of getOAuthToken: {called}; access tokens since the start: "
                  f"{after['access_calls']}", "", *bridge(bench, newer, service)]
    return "\n".join(table)


def bridge(bench, nice, service):
    """One after the other on one connection, as a browser's; NICE answers at once."""
    number = 100 if bench.quick else 2000
    opened = nice.counts()["window_calls"]
    to_bridge, to_nice = (http.client.HTTPConnection(one.partition("//")[2], timeout=10)
                          for one in (service.url, nice.url))
    took, alone = [], []
    form = {"content-type": "application/x-www-form-urlencoded",
            "origin": RETURN_URL.rpartition("/nice")[0]}
    for _ in range(number):
        values = json.loads(ask(service.url + PATH, "POST", REQUEST)[2])
        body = urlencode({name: values[name] for name in VALUES})
        took.append(microseconds(to_bridge, BRIDGE, body, form, 303))
        alone.append(microseconds(to_nice, "/ido/intc/v1.0/auth/url", "{}", {}, 200))
    opened = nice.counts()["window_calls"] - opened
    if opened != 2 * number:
        bench.wrong.append(f"{opened - number} calls to NICE for {number} windows")
    rows = [("from the bridge's POST to its 303", took), ("the call to NICE alone", alone)]
    return [f"bridge: {number} windows one after the other, NICE at 0 ms", "",
            "| | p50 µs | p99 µs |", "|---|---|---|",
            *(f"| {name} | {median(all_):.0f} | {quantiles(all_, n=100)[-1]:.0f} |"
              for name, all_ in rows)]


def microseconds(connection, path, body, headers, expected):
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - began) * 1e6
    if answer.status != expected:
        raise Failed(f"{path} answered {answer.status}")
    return took
