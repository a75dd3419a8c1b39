"""The institution token: issued once, shared, reissued once when NICE no longer takes it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bench import LISTENING, Bench, Scene
from http_client import Answer
from nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN, REVOKE
from nice_stand_in import NiceStandIn
from scripted import Step

CALLERS = 64
KEPT_TOKEN = "0f6d7a52-kept-institution-token"


def tasks() -> list:
    return [_first_requests, _reissue_for_all, _NotTaken("1401"), _NotTaken("1800"), _never_mended,
            _given_token, _given_token_gone]


def _at_once(scene: Scene) -> list[Answer]:
    barrier = Barrier(CALLERS)

    def caller(_: int) -> Answer:
        barrier.wait()
        return scene.client.issue({})

    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(caller, range(CALLERS)))


def _first_requests(bench: Bench) -> None:
    theme = bench.theme("64 first requests")
    with NiceStandIn() as nice:
        nice.script.once(INSTITUTION_TOKEN, Step(delay=0.5))
        with bench.live(nice, LISTENING) as scene:
            answers = _at_once(scene)
            theme.equal("all are answered", [a.status for a in answers], [200] * CALLERS)
            theme.equal("one institution-token call", len(nice.calls(INSTITUTION_TOKEN)), 1)
            theme.equal("the token is never revoked", nice.calls(REVOKE), [])
            for name in ("token_version_id", "key", "iv", "reqNo"):
                values = {a.json().get(name) for a in answers}
                theme.equal(f"no two answers share {name}", len(values), CALLERS)


def _reissue_for_all(bench: Bench) -> None:
    theme = bench.theme("token retired while running")
    for code in ("1800", "1401"):
        with NiceStandIn() as nice, bench.live(nice) as scene:
            scene.client.issue({})
            nice.retire_tokens(code)
            answers = _at_once(scene)
            theme.equal(f"{code}: all are answered", [a.status for a in answers], [200] * CALLERS)
            theme.equal(f"{code}: one reissue for all", len(nice.calls(INSTITUTION_TOKEN)), 2)


class _NotTaken:
    """The very first token is not taken: one reissue, then success."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.__name__ = f"first token answered {code}"

    def __call__(self, bench: Bench) -> None:
        theme = bench.theme(self.__name__)
        with NiceStandIn() as nice:
            nice.first_token_answers = self.code
            with bench.live(nice) as scene:
                answer = scene.client.issue({})
                theme.equal("one reissue, then success", answer.status, 200, answer)
                theme.equal("two institution-token calls", len(nice.calls(INSTITUTION_TOKEN)), 2)


def _never_mended(bench: Bench) -> None:
    theme = bench.theme("no token is ever taken")
    requests = 5
    with NiceStandIn() as nice:
        nice.script.always(CRYPTO_TOKEN, Step(gw="1800"))
        with bench.live(nice) as scene:
            answers = [scene.client.issue({}) for _ in range(requests)]
            theme.equal("each request says CREDENTIALS", {a.payload.get("cause") for a in answers},
                        {"CREDENTIALS"})
            issues = len(nice.calls(INSTITUTION_TOKEN))
            theme.check("no loop of reissues", issues <= 2 + requests, f"{issues} issues")
            calls = len(nice.calls(CRYPTO_TOKEN))
            theme.check("no loop of crypto-token calls", calls <= 60, f"{calls} calls")


def _given_token(bench: Bench) -> None:
    theme = bench.theme("NICE_ACCESS_TOKEN")
    with NiceStandIn() as nice:
        nice.access_tokens[KEPT_TOKEN] = "1200"
        with bench.live(nice, NICE_ACCESS_TOKEN=KEPT_TOKEN) as scene:
            theme.equal("is used", scene.client.issue({}).status, 200)
            theme.equal("none is issued then", nice.calls(INSTITUTION_TOKEN), [])


def _given_token_gone(bench: Bench) -> None:
    theme = bench.theme("NICE_ACCESS_TOKEN no longer valid")
    with NiceStandIn() as nice:
        nice.access_tokens[KEPT_TOKEN] = "1800"
        with bench.live(nice, NICE_ACCESS_TOKEN=KEPT_TOKEN) as scene:
            theme.equal("one issue, then success", scene.client.issue({}).status, 200)
            theme.equal("one institution-token call", len(nice.calls(INSTITUTION_TOKEN)), 1)
