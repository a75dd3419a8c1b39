"""NICE's answers as they should not be: odd numbers, values out of range, broken transport."""

import json
from collections.abc import Callable

import envelope
from bench import HASTE, LIVE, READY, Bench
from nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN, OTHER
from nice_stand_in import NiceStandIn
from scripted import (CLOSE, EMPTY, GARBAGE, HALF_BODY, HALF_THEN_STALL, HUGE, RAW_NUMBER, REDIRECT,
                      STALL, Step, number)
from sealed import judge
from service import Ports

LENIENT_PERIODS = [number(text) for text in
                   ("3600", "3600.0", "3.6e3", "3.6E+3", "36e2", "3599.5", "86400")]
LENIENT_PERIODS += ["3600", "3600.0", "3.6e3"]
LENIENT_LIFETIMES = [number("1576800000"), number("1576800000.0"), number("1.5768e9"),
                     "1576800000"]

BAD_FIELDS = {
    CRYPTO_TOKEN: {
        "period": [number(text) for text in ("59", "86401", "0", "-3600", "1e99", "59.4")]
        + ["", "soon", None, True, [3600]],
        "token_version_id": ["", "v" * 65, "판", "a\nb", "a\x7fb", None],
        "token_val": ["", "v" * 513, "값", "a\tb", None],
        "site_code": ["", "S" * 17, None],
    },
    INSTITUTION_TOKEN: {
        "access_token": ["", None, "토큰", "a\nb", "t" * 10_000],
    },
}
MISSING = {
    CRYPTO_TOKEN: ["period", "token_version_id", "token_val", "site_code", "rsp_cd", "result_cd",
                   "dataBody", "dataHeader", "GW_RSLT_CD"],
    INSTITUTION_TOKEN: ["access_token", "dataBody", "dataHeader", "GW_RSLT_CD"],
}
AT_THE_LIMIT = {
    "token_version_id of 64 characters": {"token_version_id": "v" * 64},
    "token_version_id of one character": {"token_version_id": "v"},
    "token_val of 512 characters": {"token_val": "v" * 512},
    "token_val within white space": {"token_val": "  dG9rZW4gdmFsdWU=  "},
    "site_code of 16 characters": {"site_code": "S" * 16},
}
TIMEOUTS = (STALL, HALF_THEN_STALL)
BROKEN = (GARBAGE, EMPTY, CLOSE, HALF_BODY, HUGE, REDIRECT)


def tasks() -> list[Callable[[Bench], None]]:
    found = [_lenient_periods, _shortest_period, _at_the_limit, _proxies_ignored, _nobody_there]
    found += [_lenient_lifetime(value) for value in LENIENT_LIFETIMES]
    for kind, fields in BAD_FIELDS.items():
        found += [_unavailable(f"{kind} {name} {_shown(value)}", kind, Step(fields={name: value}))
                  for name, values in fields.items() for value in values]
        found += [_unavailable(f"{kind} without {name}", kind, Step(without=(name,)))
                  for name in MISSING[kind]]
        found += [_unavailable(f"{kind} answers with {fault}", kind, Step(fault=fault))
                  for fault in BROKEN]
        found += [_unavailable(f"{kind} answers {status} with {fault}", kind,
                               Step(fault=fault, status=status))
                  for status, fault in ((500, GARBAGE), (503, EMPTY))]
        found += [_timeout(kind, fault) for fault in TIMEOUTS]
    return found


def _shown(value: object) -> str:
    text = RAW_NUMBER.sub(r"\1", json.dumps(value))
    return text if len(text) < 40 else f"of {len(text)} characters"


def _unavailable(name: str, kind: str, step: Step) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        theme = bench.theme("upstream")
        with NiceStandIn() as nice:
            nice.script.always(kind, step)
            with bench.live(nice, **HASTE) as scene:
                envelope.check(theme, f"{name} -> NICE_UNAVAILABLE", scene.client.issue({}),
                               "NICE_UNAVAILABLE", fields=set())
            if step.fault == REDIRECT:
                theme.equal(f"{name}: it is not followed", nice.calls(OTHER), [])
    run.__name__ = name
    return run


def _timeout(kind: str, fault: str) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        theme = bench.theme("upstream")
        with NiceStandIn() as nice:
            nice.script.always(kind, Step(fault=fault))
            with bench.live(nice, LIVE, **HASTE) as scene:
                envelope.check(theme, f"{kind}: {fault} -> NICE_TIMEOUT", scene.client.issue({}),
                               "NICE_TIMEOUT", fields=set())
                theme.check(f"{kind}: {fault}: ready nonetheless", scene.service.waits_for(READY))
    run.__name__ = f"{kind} {fault}"
    return run


def _lenient_periods(bench: Bench) -> None:
    theme = bench.theme("upstream")
    with NiceStandIn() as nice:
        nice.script.always(CRYPTO_TOKEN, *(Step(fields={"period": p}) for p in LENIENT_PERIODS))
        with bench.live(nice, **HASTE) as scene:
            answers = [scene.client.issue({}) for _ in range(4 * len(LENIENT_PERIODS))]
            theme.check("period is read leniently: no request fails",
                        all(answer.status == 200 for answer in answers),
                        next((a for a in answers if a.status != 200), ""))
            used = {nice.issued[answer.json()["token_version_id"]].period
                    for answer in answers if answer.status == 200}
            for period in LENIENT_PERIODS:
                theme.check(f"period {_shown(period)} is used", period in used)


def _shortest_period(bench: Bench) -> None:
    """Alone, for a service may rather hand out tokens that live longer."""
    with NiceStandIn() as nice:
        nice.script.always(CRYPTO_TOKEN, Step(fields={"period": 60}))
        with bench.live(nice, **HASTE) as scene:
            answer = scene.client.issue({})
            bench.theme("upstream").equal("period 60 is accepted", answer.status, 200, answer)


def _lenient_lifetime(value: object) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        with NiceStandIn() as nice:
            nice.script.always(INSTITUTION_TOKEN, Step(fields={"expires_in": value}))
            with bench.live(nice, **HASTE) as scene:
                answer = scene.client.issue({})
                bench.theme("upstream").equal(f"expires_in {_shown(value)} is read", answer.status, 200,
                                              answer)
    run.__name__ = f"expires_in {value}"
    return run


def _at_the_limit(bench: Bench) -> None:
    theme = bench.theme("upstream")
    for name, fields in AT_THE_LIMIT.items():
        with NiceStandIn() as nice:
            nice.script.once(CRYPTO_TOKEN, Step(fields=fields))
            with bench.live(nice, **HASTE) as scene:
                answers = [scene.client.issue({}) for _ in range(8)]
                used = [a for a in answers if a.status == 200 and _carries(nice, a, fields)]
                if theme.check(f"{name} is accepted", used, answers[0]):
                    judge(theme, name, scene, used[0], {})


def _carries(nice: NiceStandIn, answer, fields: dict) -> bool:
    issued = nice.issued.get(answer.json().get("token_version_id"))
    return issued is not None and all(getattr(issued, k) == v for k, v in fields.items())


def _proxies_ignored(bench: Bench) -> None:
    nowhere = f"http://127.0.0.1:{Ports.free()}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxies = {spelling: nowhere for name in names for spelling in (name, name.lower())}
    with NiceStandIn() as nice, bench.live(nice, **HASTE, **proxies) as scene:
        bench.theme("upstream").equal("HTTP_PROXY and the like are ignored",
                                      scene.client.issue({}).status, 200)


def _nobody_there(bench: Bench) -> None:
    with NiceStandIn() as nice:
        address = f"http://127.0.0.1:{Ports.free()}"
        with bench.live(nice, **HASTE, NICE_BASE_URL=address) as scene:
            envelope.check(bench.theme("upstream"), "nobody listens at NICE -> NICE_UNAVAILABLE",
                           scene.client.issue({}), "NICE_UNAVAILABLE")
