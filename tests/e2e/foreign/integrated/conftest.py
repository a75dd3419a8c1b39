"""Instances of the service before a strict NICE."""

from collections.abc import Callable, Iterator

import pytest

from foreign.integrated.nice import StrictNice
from foreign.integrated.storefront import SETTINGS, Storefront
from support.launcher import Launcher
from support.process import free_port
from support.service import Service

Start = Callable[..., Service]


@pytest.fixture
def nice() -> Iterator[StrictNice]:
    with StrictNice() as nice:
        yield nice
        assert nice.faults == []


@pytest.fixture
def start(launcher: Launcher, nice: StrictNice) -> Start:
    """Starts an instance before this NICE."""
    def start(**settings: str) -> Service:
        port = free_port()
        settings = {"BIND": f"127.0.0.1:{port}", "PUBLIC_URL": f"http://127.0.0.1:{port}",
                    **nice.settings, **SETTINGS, **settings}
        return launcher.service(**settings)
    return start


@pytest.fixture
def shop(start: Start) -> Storefront:
    return Storefront(start(NICE_SVC_TYPES="M,F,U,I").url)


@pytest.fixture
def fleet(launcher: Launcher, start: Start) -> tuple[Storefront, Storefront]:
    redis = launcher.redis()
    return Storefront(start(**redis).url), Storefront(start(**redis).url)
