"""NICE's codes: reason, cause, retryable, status; what is retried, and how often.

Each code gets a service of its own whose first fetch already fails, so that it makes no difference
whether tokens are fetched ahead.
"""

from collections.abc import Callable

import envelope
from bench import HASTE, Bench
from code_table import ONE_REISSUE, Case, cases
from nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN
from nice_stand_in import NiceStandIn
from report import Theme
from scripted import Step

# What one caller and a few fetches ahead may cost; a loop would be in the hundreds.
FEW_CALLS, BOUNDED_CALLS = 12, 60
LOGGED_MESSAGE = "strange answer of the gateway"


def tasks() -> list[Callable[[Bench], None]]:
    return [_one_code(case) for case in cases()] + [
        _skew(600), _skew(-600), _in_step, _recovers, _remedy, _unknown_is_logged]


def _one_code(case: Case) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        theme = bench.theme("code")
        with NiceStandIn() as nice:
            nice.script.always(case.kind, case.step)
            with bench.live(nice, **HASTE) as scene:
                answer = scene.client.issue({})
                reason, cause = case.expected
                envelope.check(theme, f"{case.name} -> {cause or reason}", answer, reason,
                               cause=cause, fields=set())
                _judge_calls(theme, case, nice)
    run.__name__ = case.name
    return run


def _judge_calls(theme: Theme, case: Case, nice: NiceStandIn) -> None:
    calls = nice.calls(case.kind)
    if case.retried:
        theme.check(f"{case.name} is retried, with an end", 2 <= len(calls) <= BOUNDED_CALLS,
                    f"{len(calls)} calls")
    else:
        theme.check(f"{case.name} is not retried", 1 <= len(calls) <= FEW_CALLS,
                    f"{len(calls)} calls")
    if case.kind == CRYPTO_TOKEN:
        req_nos = [call.req_no for call in calls]
        theme.check(f"{case.name}: each call has a new req_no", len(set(req_nos)) == len(req_nos))
        issues = len(nice.calls(INSTITUTION_TOKEN))
        if case.step.gw in ONE_REISSUE:
            theme.check(f"{case.name}: reissued, not in a loop", 2 <= issues <= 4,
                        f"{issues} issues")
        else:
            theme.equal(f"{case.name}: the institution token is issued once", issues, 1)


def _skew(offset: int) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        theme = bench.theme("code")
        with NiceStandIn() as nice:
            nice.clock_offset = offset
            with bench.live(nice, **HASTE) as scene:
                name = f"GW 1800 with NICE's clock {offset:+} s"
                envelope.check(theme, f"{name} -> CLOCK_SKEW", scene.client.issue({}),
                               "NICE_REFUSED", cause="CLOCK_SKEW")
                theme.check(f"{name}: no loop", len(nice.calls()) <= FEW_CALLS)
    run.__name__ = f"skew {offset}"
    return run


def _in_step(bench: Bench) -> None:
    with NiceStandIn() as nice:
        nice.script.always(CRYPTO_TOKEN, Step(gw="1800", date_offset=60))
        with bench.live(nice, **HASTE) as scene:
            envelope.check(bench.theme("code"), "GW 1800 with clocks a minute apart -> CREDENTIALS",
                           scene.client.issue({}), "NICE_REFUSED", cause="CREDENTIALS")


def _recovers(bench: Bench) -> None:
    theme = bench.theme("retry")
    for kind, step in (
        (CRYPTO_TOKEN, Step(gw="1503")), (CRYPTO_TOKEN, Step(rsp_cd="S603")),
        (CRYPTO_TOKEN, Step(gw="1500")), (CRYPTO_TOKEN, Step(status=502, fault="garbage")),
        (CRYPTO_TOKEN, Step(fault="close")), (INSTITUTION_TOKEN, Step(gw="1905")),
        (INSTITUTION_TOKEN, Step(fault="half_body")),
    ):
        with NiceStandIn() as nice:
            nice.script.once(kind, step)
            with bench.live(nice, **HASTE) as scene:
                what = step.fault or f"{step.gw}/{step.rsp_cd}"
                theme.equal(f"{what} once on the {kind} call is got over",
                            scene.client.issue({}).status, 200)
                req_nos = [call.req_no for call in nice.calls(CRYPTO_TOKEN)]
                theme.check(f"{what} once on the {kind} call: a retry has a new req_no",
                            len(set(req_nos)) == len(req_nos))


def _remedy(bench: Bench) -> None:
    with NiceStandIn() as nice:
        nice.script.always(CRYPTO_TOKEN, Step(gw="1702"))
        with bench.live(nice, **HASTE) as scene:
            theme = bench.theme("code")
            korean = scene.client.issue({}).json().get("message", "")
            theme.check("1702 says where to register the address", "허용 IP" in korean, korean)
            answer = scene.client.issue({}, ("Accept-Language", "en"))
            theme.check("1702 says it in English too",
                        "address" in answer.json().get("message", ""),
                        answer)


def _unknown_is_logged(bench: Bench) -> None:
    with NiceStandIn() as nice:
        nice.script.always(CRYPTO_TOKEN, Step(gw="1999", message=LOGGED_MESSAGE))
        with bench.live(nice, **HASTE) as scene:
            answer = scene.client.issue({})
            theme = bench.theme("code")
            theme.check("an unknown code is logged with code and message",
                        "1999" in scene.service.output and LOGGED_MESSAGE in scene.service.output)
            theme.check("NICE's own text is not told to the caller",
                        LOGGED_MESSAGE.encode() not in answer.raw, answer)
