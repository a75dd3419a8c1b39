"""Two instances behind nginx: stopped and started again, and killed, under load."""

import random

import pytest

from operations.fleet import CALLERS, Callers, instance
from support import shop
from support.launcher import Launcher
from support.nginx import Nginx
from support.process import until
from support.service import Sandbox, Service

BEGIN = "/api/member/v1/member/getOAuthToken"


@pytest.fixture
def fleet(launcher: Launcher, sandbox: Sandbox) -> list[Service]:
    store = launcher.redis()
    # Longer than nginx keeps an idle connection, by as much as the documents say.
    return [instance(launcher, sandbox, DRAIN_DELAY="4s", **store) for _ in range(2)]


@pytest.fixture
def nginx(launcher: Launcher, fleet: list[Service]) -> Nginx:
    return launcher.nginx(*(one.port for one in fleet))


def _callers(nginx: Nginx) -> Callers:
    return Callers(f"{nginx.url}{BEGIN}", nginx.folder / "certificate.pem")


def _serves(nginx: Nginx, one: Service) -> None:
    """Waits until nginx gives it requests, again."""
    def served() -> int:
        return nginx.access.count(f" 127.0.0.1:{one.port} ")

    before = served()
    until(lambda: served() > before, "nginx leaves it alone")


def test_a_rolling_restart_loses_no_request(fleet: list[Service], nginx: Nginx) -> None:
    with _callers(nginx) as callers:
        for one in fleet * 2:
            _serves(nginx, one)
            assert one.stop() == 0, one.output
            callers.more(50)
            one.start()
            _serves(nginx, one)
    assert callers.failures == []
    assert len(callers.tokens) == len(set(callers.tokens))


def test_a_killed_instance_loses_what_it_was_answering_and_nothing_else(
        fleet: list[Service], nginx: Nginx, sandbox: Sandbox) -> None:
    seed = random.randrange(2 ** 32)
    chance, kills = random.Random(seed), 3
    with _callers(nginx) as callers:
        for _ in range(kills):
            callers.more(chance.randrange(1, 100))
            one = chance.choice(fleet)
            one.kill()
            callers.more(50)
            one.start()
            _serves(nginx, one)
    where = f"seed {seed}"
    # A caller has at most one request in flight.
    assert len(callers.failures) <= kills * CALLERS, where
    for failure in callers.failures:
        assert failure.startswith("502 "), (failure, where)
    assert len(callers.tokens) == len(set(callers.tokens)), where
    # What was begun before, on any instance, is opened after.
    for begun in chance.sample(callers.begun, 20):
        back = shop.verify(sandbox.window, begun)
        opened = shop.open_result(chance.choice(fleet).url, back, begun["reqNo"], shop.KEY)
        assert opened.ok, (opened.text, where)
