"""NICE's answers as they should not be: odd numbers, values out of range, broken transport."""

import json
from collections.abc import Iterator

import pytest

from foreign.oracle import envelope
from foreign.oracle.bench import HASTE, live
from foreign.oracle.checks import check, equal
from foreign.oracle.nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN, OTHER
from foreign.oracle.nice_stand_in import NiceStandIn
from foreign.oracle.scripted import (CLOSE, EMPTY, GARBAGE, HALF_BODY, HALF_THEN_STALL, HUGE, RAW_NUMBER, REDIRECT,
                      STALL, Step, number)
from foreign.oracle.sealed import judge
from support.process import free_port
from support.service import LIVE, READY

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


def _shown(value: object) -> str:
    text = RAW_NUMBER.sub(r"\1", json.dumps(value))
    return text if len(text) < 40 else f"of {len(text)} characters"


def _bad_answers() -> Iterator[tuple[str, str, Step]]:
    for kind, fields in BAD_FIELDS.items():
        for name, values in fields.items():
            for value in values:
                yield f"{kind} {name} {_shown(value)}", kind, Step(fields={name: value})
        for name in MISSING[kind]:
            yield f"{kind} without {name}", kind, Step(without=(name,))
        for fault in BROKEN:
            yield f"{kind} answers with {fault}", kind, Step(fault=fault)
        for status, fault in ((500, GARBAGE), (503, EMPTY)):
            yield f"{kind} answers {status} with {fault}", kind, Step(fault=fault, status=status)


@pytest.mark.parametrize("kind, step", [
    pytest.param(kind, step, id=name) for name, kind, step in _bad_answers()])
def test_a_bad_answer_is_nice_unavailable(nice: NiceStandIn, kind: str, step: Step) -> None:
    nice.script.always(kind, step)
    with live(nice, **HASTE) as scene:
        envelope.check("-> NICE_UNAVAILABLE", scene.client.issue({}), "NICE_UNAVAILABLE",
                       fields=set())
    if step.fault == REDIRECT:
        equal("it is not followed", nice.calls(OTHER), [])


@pytest.mark.parametrize("fault", TIMEOUTS)
@pytest.mark.parametrize("kind", [CRYPTO_TOKEN, INSTITUTION_TOKEN])
def test_silence_is_nice_timeout(nice: NiceStandIn, kind: str, fault: str) -> None:
    nice.script.always(kind, Step(fault=fault))
    with live(nice, LIVE, **HASTE) as scene:
        envelope.check("-> NICE_TIMEOUT", scene.client.issue({}), "NICE_TIMEOUT", fields=set())
        scene.service.until(lambda: scene.service.answers_ok(READY))


def test_each_form_of_a_period_is_read(nice: NiceStandIn) -> None:
    nice.script.always(CRYPTO_TOKEN, *(Step(fields={"period": p}) for p in LENIENT_PERIODS))
    with live(nice, **HASTE) as scene:
        answers = [scene.client.issue({}) for _ in range(4 * len(LENIENT_PERIODS))]
        check("period is read leniently: no request fails",
              all(answer.status == 200 for answer in answers),
              next((a for a in answers if a.status != 200), ""))
        used = {nice.issued[answer.json()["token_version_id"]].period
                for answer in answers if answer.status == 200}
        for period in LENIENT_PERIODS:
            check(f"period {_shown(period)} is used", period in used)


def test_the_shortest_period(nice: NiceStandIn) -> None:
    """Alone, for a service may rather hand out tokens that live longer."""
    nice.script.always(CRYPTO_TOKEN, Step(fields={"period": 60}))
    with live(nice, **HASTE) as scene:
        answer = scene.client.issue({})
        equal("period 60 is accepted", answer.status, 200, answer)


@pytest.mark.parametrize("value", LENIENT_LIFETIMES, ids=lambda value: _shown(value))
def test_each_form_of_a_lifetime_is_read(nice: NiceStandIn, value: str) -> None:
    nice.script.always(INSTITUTION_TOKEN, Step(fields={"expires_in": value}))
    with live(nice, **HASTE) as scene:
        answer = scene.client.issue({})
        equal("it is read", answer.status, 200, answer)


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_at_the_limit(nice: NiceStandIn, name: str) -> None:
    fields = AT_THE_LIMIT[name]
    nice.script.once(CRYPTO_TOKEN, Step(fields=fields))
    with live(nice, **HASTE) as scene:
        answers = [scene.client.issue({}) for _ in range(8)]
        used = [a for a in answers if a.status == 200 and _carries(nice, a, fields)]
        check(f"{name} is accepted", used, answers[0])
        judge(name, scene, used[0], {})


def _carries(nice: NiceStandIn, answer, fields: dict) -> bool:
    issued = nice.issued.get(answer.json().get("token_version_id"))
    return issued is not None and all(getattr(issued, k) == v for k, v in fields.items())


def test_proxies_are_ignored(nice: NiceStandIn) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxies = {spelling: nowhere for name in names for spelling in (name, name.lower())}
    with live(nice, **HASTE, **proxies) as scene:
        equal("HTTP_PROXY and the like are ignored",
              scene.client.issue({}).status, 200)


def test_nobody_listens_at_nice(nice: NiceStandIn) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with live(nice, **HASTE, NICE_BASE_URL=address) as scene:
        envelope.check("nobody listens at NICE -> NICE_UNAVAILABLE",
                       scene.client.issue({}), "NICE_UNAVAILABLE")
