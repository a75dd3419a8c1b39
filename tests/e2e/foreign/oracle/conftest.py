"""The service in front of the stand-in, for tests that change neither."""

from collections.abc import Iterator

import pytest

from foreign.oracle.bench import Scene, live
from foreign.oracle.nice_stand_in import NiceStandIn


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with NiceStandIn() as nice, live(nice) as scene:
        yield scene


@pytest.fixture
def nice() -> Iterator[NiceStandIn]:
    """A stand-in of the test's own, to be scripted before the service calls it."""
    with NiceStandIn() as nice:
        yield nice
