"""What the process prints: one line per request, and nothing secret or personal at any level."""

import base64
import json
from collections.abc import Callable

from bench import Bench, Scene
from http_client import CONTRACT_PATH, JSON_TYPE
from nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN, Account
from nice_stand_in import NiceStandIn
from report import Theme
from service import wait_until

CANARY = "canary7"
ACCOUNT = Account(f"{CANARY}-client-id", f"{CANARY}:secret:of the client/+", "2101979031")
LINE_SECONDS = 5
SOUND = {"requestno": f"{CANARY}-requestno", "receivedata": f"{CANARY} receivedata 010-0000-0000",
         "sitecode": f"{CANARY}-sitecode", "unknown": f"{CANARY}-unknown"}
FAULTY = {name: f"{CANARY}-{name}-\n<faulty>" for name in
          ("requestno", "returnurl", "authtype", "mobilceco", "methodtype", "popupyn")}
HEADERS = tuple((name, f"{CANARY}-{name.lower()}") for name in (
    "Cookie", "User-Agent", "X-Api-Key", "X-Forwarded-For", "Forwarded", "Referer", "Origin",
    "Accept-Language", "X-Canary", "Proxy-Authorization", "X-Real-Ip", "Traceparent"))
HEADERS += (("Authorization", f"Bearer {CANARY}-bearer"),)


def tasks() -> list[Callable[[Bench], None]]:
    return [_nothing_leaks("json", "trace"), _nothing_leaks("text", "trace"),
            _nothing_leaks("json", "info"), _one_line_per_request]


def _nothing_leaks(log_format: str, level: str) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        theme = bench.theme(f"log {log_format} {level}")
        with NiceStandIn(ACCOUNT) as nice, bench.live(
                nice, LOG_FORMAT=log_format, RUST_LOG=level) as scene:
            told = _plant(scene)
            _await_line(scene, f"id-7-{log_format}")
            output = scene.service.output
            theme.check("the requests are in the log at all", f"id-7-{log_format}" in output)
            leaks = sorted({name for name, value in [*told, *_between_service_and_nice(nice)]
                            if value and (value in output or _escaped(value) in output)})
            theme.equal("nothing secret or personal", leaks, [])
            planted = [line for line in output.splitlines()
                       if CANARY in line.replace(ACCOUNT.client_id, "")]
            theme.equal("no canary", planted, [])
            theme.check("no colours, for the output is no terminal", "\x1b" not in output)
            if log_format == "json":
                _all_lines_are_json(theme, output)
    run.__name__ = f"log {log_format} {level}"
    return run


def _plant(scene: Scene) -> list[tuple[str, str]]:
    """Sends canaries in every place; returns what the good answers told the caller."""
    client, nice, marked = scene.client, scene.nice, ("x-request-id", "id-1")
    answers = [client.issue(SOUND, *HEADERS, marked), client.issue({}, *HEADERS)]
    client.issue(FAULTY, *HEADERS)
    client.issue({name: [value] for name, value in SOUND.items()}, *HEADERS)
    client.issue('{"receivedata":"' + CANARY, *HEADERS)
    client.issue(f'{{"{CANARY}":1,"{CANARY}":2}}', *HEADERS)
    client.issue({}, ("Content-Type", f"text/{CANARY}"), *HEADERS)
    client.issue({}, ("Content-Type", f"application/json; x={CANARY}"), *HEADERS)
    client.issue({}, ("x-request-id", f"{CANARY} {CANARY}"))
    client.issue({}, *HEADERS, path=f"{CONTRACT_PATH}?ci={CANARY}")
    client.call("POST", f"/{CANARY}/{CANARY}?{CANARY}={CANARY}", (JSON_TYPE, *HEADERS), b"{}")
    client.call("DELETE", f"{CONTRACT_PATH}?{CANARY}", HEADERS)
    nice.retire_tokens()
    answers += [client.issue({}, *HEADERS) for _ in range(10)]
    log_format = scene.service.settings["LOG_FORMAT"]
    answers.append(client.issue({}, ("x-request-id", f"id-7-{log_format}")))
    return [(f"{name} of an answer", value) for answer in answers
            for name, value in answer.json().items() if isinstance(value, str)
            if answer.status == 200]


def _between_service_and_nice(nice: NiceStandIn) -> list[tuple[str, str]]:
    found = [("client secret", nice.account.client_secret)]
    found += [("institution token", token) for token in nice.institution_tokens()]
    for call in nice.calls(INSTITUTION_TOKEN) + nice.calls(CRYPTO_TOKEN):
        encoded = (call.header("Authorization") or " ").split(" ", 1)[1]
        found += [("Authorization to NICE", encoded),
                  ("Authorization to NICE, decoded", base64.b64decode(encoded).decode())]
        found.append(("req_no", call.req_no or ""))
    for token in nice.crypto_tokens():
        keys = token.keys()
        found += [("token_val", token.token_val), ("token_version_id", token.token_version_id),
                  ("key", keys.key), ("iv", keys.iv), ("hmac_key", keys.hmac_key),
                  ("undisclosed part of the digest", keys.undisclosed),
                  ("key as numbers", str(list(keys.key.encode()))),
                  ("key in hex", keys.key.encode().hex()),
                  ("token_val as numbers", str(list(token.token_val.encode())))]
    return found


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _all_lines_are_json(theme: Theme, output: str) -> None:
    odd = []
    for line in output.splitlines():
        try:
            json.loads(line)
        except ValueError:
            odd.append(line)
    theme.equal("every line is JSON", odd, [])


def _one_line_per_request(bench: Bench) -> None:
    theme = bench.theme("log line")
    for log_format in ("json", "text"):
        with NiceStandIn() as nice, bench.live(nice, LOG_FORMAT=log_format) as scene:
            scene.client.issue({}, ("x-request-id", "good-one"))
            scene.client.issue("{", ("x-request-id", "bad-one"))
            scene.client.get("/health/live", ("x-request-id", "last-one"))
            _await_line(scene, "bad-one")
            good = _lines(scene, "good-one")
            theme.equal(f"{log_format}: one line for a good request", len(good), 1, good)
            line = "".join(good)
            for part in ("POST", CONTRACT_PATH, "200"):
                theme.check(f"{log_format}: it names {part}", part in line, line)
            bad = "\n".join(_lines(scene, "bad-one"))
            for part in ("POST", CONTRACT_PATH, "400", "INVALID_REQUEST"):
                theme.check(f"{log_format}: a refusal's line names {part}", part in bad, bad)
            scene.service.terminate()
            theme.equal(f"{log_format}: SIGTERM ends it with exit code 0",
                        scene.service.exit_code(), 0)


def _await_line(scene: Scene, request_id: str) -> None:
    wait_until(lambda: request_id in scene.service.output, LINE_SECONDS)


def _lines(scene: Scene, request_id: str) -> list[str]:
    return [line for line in scene.service.output.splitlines() if request_id in line]
