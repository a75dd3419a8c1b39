"""The institution token: issued once, shared, reissued once when NICE no longer takes it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from foreign.oracle.bench import LISTENING, Scene, live
from foreign.oracle.checks import check, equal
from foreign.oracle.http_client import Answer
from foreign.oracle.nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN, REVOKE
from foreign.oracle.nice_stand_in import NiceStandIn
from foreign.oracle.scripted import Step

CALLERS = 64
KEPT_TOKEN = "0f6d7a52-kept-institution-token"


def _at_once(scene: Scene) -> list[Answer]:
    barrier = Barrier(CALLERS)

    def caller(_: int) -> Answer:
        barrier.wait()
        return scene.client.issue({})

    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(caller, range(CALLERS)))


def test_the_first_requests_share_one_token(nice: NiceStandIn) -> None:
    nice.script.once(INSTITUTION_TOKEN, Step(delay=0.5))
    with live(nice, LISTENING) as scene:
        answers = _at_once(scene)
        equal("all are answered", [a.status for a in answers], [200] * CALLERS)
        equal("one institution-token call", len(nice.calls(INSTITUTION_TOKEN)), 1)
        equal("the token is never revoked", nice.calls(REVOKE), [])
        for name in ("token_version_id", "key", "iv", "reqNo"):
            values = {a.json().get(name) for a in answers}
            equal(f"no two answers share {name}", len(values), CALLERS)


@pytest.mark.parametrize("code", ["1800", "1401"])
def test_a_retired_token_is_reissued_once_for_all(nice: NiceStandIn, code: str) -> None:
    with live(nice) as scene:
        scene.client.issue({})
        nice.retire_tokens(code)
        answers = _at_once(scene)
        equal("all are answered", [a.status for a in answers], [200] * CALLERS)
        equal("one reissue for all", len(nice.calls(INSTITUTION_TOKEN)), 2)


@pytest.mark.parametrize("code", ["1401", "1800"])
def test_a_first_token_that_is_refused_is_reissued(nice: NiceStandIn, code: str) -> None:
    nice.first_token_answers = code
    with live(nice) as scene:
        answer = scene.client.issue({})
        equal("one reissue, then success", answer.status, 200, answer)
        equal("two institution-token calls", len(nice.calls(INSTITUTION_TOKEN)), 2)


def test_a_token_that_is_always_refused_is_no_loop(nice: NiceStandIn) -> None:
    requests = 5
    nice.script.always(CRYPTO_TOKEN, Step(gw="1800"))
    with live(nice) as scene:
        answers = [scene.client.issue({}) for _ in range(requests)]
        equal("each request says CREDENTIALS", {a.payload.get("cause") for a in answers},
              {"CREDENTIALS"})
        issues = len(nice.calls(INSTITUTION_TOKEN))
        check("no loop of reissues", issues <= 2 + requests, f"{issues} issues")
        calls = len(nice.calls(CRYPTO_TOKEN))
        check("no loop of crypto-token calls", calls <= 60, f"{calls} calls")


def test_a_given_token_is_used(nice: NiceStandIn) -> None:
    nice.access_tokens[KEPT_TOKEN] = "1200"
    with live(nice, NICE_ACCESS_TOKEN=KEPT_TOKEN) as scene:
        equal("is used", scene.client.issue({}).status, 200)
        equal("none is issued then", nice.calls(INSTITUTION_TOKEN), [])


def test_a_given_token_that_is_refused_is_replaced(nice: NiceStandIn) -> None:
    nice.access_tokens[KEPT_TOKEN] = "1800"
    with live(nice, NICE_ACCESS_TOKEN=KEPT_TOKEN) as scene:
        equal("one issue, then success", scene.client.issue({}).status, 200)
        equal("one institution-token call", len(nice.calls(INSTITUTION_TOKEN)), 1)
