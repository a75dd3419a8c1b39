"""NICE's codes: reason, cause, retryable, status; what is retried, and how often.

Each code gets a service of its own, whose first fetch already fails: so it makes no difference
whether tokens are fetched ahead.
"""

import pytest

from foreign.oracle import envelope
from foreign.oracle.bench import HASTE, live
from foreign.oracle.checks import check, equal
from foreign.oracle.code_table import ONE_REISSUE, UNKNOWN_CODE, Case, cases
from foreign.oracle.nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN
from foreign.oracle.nice_stand_in import NiceStandIn
from foreign.oracle.scripted import Step

# What one caller and a few fetches ahead may cost; a loop would be in the hundreds.
FEW_CALLS, BOUNDED_CALLS = 12, 60
LOGGED_MESSAGE = "strange answer of the gateway"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_code(nice: NiceStandIn, case: Case) -> None:
    nice.script.always(case.kind, case.step)
    with live(nice, **HASTE) as scene:
        answer = scene.client.issue({})
        reason, cause = case.expected
        envelope.check(f"{case.name} -> {cause or reason}", answer, reason, cause=cause,
                       fields=set())
        _judge_calls(case, nice)


def _judge_calls(case: Case, nice: NiceStandIn) -> None:
    calls = nice.calls(case.kind)
    if case.retried:
        check(f"{case.name} is retried, with an end", 2 <= len(calls) <= BOUNDED_CALLS,
              f"{len(calls)} calls")
    else:
        check(f"{case.name} is not retried", 1 <= len(calls) <= FEW_CALLS,
              f"{len(calls)} calls")
    if case.kind == CRYPTO_TOKEN:
        req_nos = [call.req_no for call in calls]
        check(f"{case.name}: each call has a new req_no", len(set(req_nos)) == len(req_nos))
        issues = len(nice.calls(INSTITUTION_TOKEN))
        if case.step.gw in ONE_REISSUE:
            check(f"{case.name}: reissued, not in a loop", 2 <= issues <= 4,
                  f"{issues} issues")
        else:
            equal(f"{case.name}: the institution token is issued once", issues, 1)


@pytest.mark.parametrize("offset", [600, -600])
def test_clocks_that_differ(nice: NiceStandIn, offset: int) -> None:
    nice.clock_offset = offset
    with live(nice, **HASTE) as scene:
        envelope.check("-> CLOCK_SKEW", scene.client.issue({}), "NICE_REFUSED", cause="CLOCK_SKEW")
        check("no loop", len(nice.calls()) <= FEW_CALLS)


def test_clocks_that_differ_little(nice: NiceStandIn) -> None:
    nice.script.always(CRYPTO_TOKEN, Step(gw="1800", date_offset=60))
    with live(nice, **HASTE) as scene:
        envelope.check("GW 1800 with clocks a minute apart -> CREDENTIALS",
                       scene.client.issue({}), "NICE_REFUSED", cause="CREDENTIALS")


@pytest.mark.parametrize("kind, step", [
    (CRYPTO_TOKEN, Step(gw="1503")), (CRYPTO_TOKEN, Step(rsp_cd="S603")),
    (CRYPTO_TOKEN, Step(gw="1500")), (CRYPTO_TOKEN, Step(status=502, fault="garbage")),
    (CRYPTO_TOKEN, Step(fault="close")), (INSTITUTION_TOKEN, Step(gw="1905")),
    (INSTITUTION_TOKEN, Step(fault="half_body")),
], ids=lambda value: value if isinstance(value, str) else value.fault or f"{value.gw}-{value.rsp_cd}")
def test_one_failure_is_retried(nice: NiceStandIn, kind: str, step: Step) -> None:
    nice.script.once(kind, step)
    with live(nice, **HASTE) as scene:
        equal("the request succeeds", scene.client.issue({}).status, 200)
        req_nos = [call.req_no for call in nice.calls(CRYPTO_TOKEN)]
        check("a retry has a new req_no", len(set(req_nos)) == len(req_nos))


def test_the_remedy_is_told_in_both_languages(nice: NiceStandIn) -> None:
    nice.script.always(CRYPTO_TOKEN, Step(gw="1702"))
    with live(nice, **HASTE) as scene:
        korean = scene.client.issue({}).json().get("message", "")
        check("1702 says where to register the address", "허용 IP" in korean, korean)
        answer = scene.client.issue({}, ("Accept-Language", "en"))
        check("1702 says it in English too",
              "address" in answer.json().get("message", ""),
              answer)


def test_an_unknown_code_is_logged_and_not_told(nice: NiceStandIn) -> None:
    nice.script.always(CRYPTO_TOKEN, Step(gw=UNKNOWN_CODE, message=LOGGED_MESSAGE))
    with live(nice, **HASTE) as scene:
        answer = scene.client.issue({})
        scene.service.until(lambda: UNKNOWN_CODE in scene.service.output
                            and LOGGED_MESSAGE in scene.service.output)
        check("the caller does not see NICE's own text",
              LOGGED_MESSAGE.encode() not in answer.raw, answer)
