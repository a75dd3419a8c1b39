"""The fixture `nice_sandbox`, which pytest finds by itself."""

from typing import Iterator

import pytest

from . import Sandbox


@pytest.fixture(scope="session")
def _one_nice_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def nice_sandbox(_one_nice_sandbox: Sandbox) -> Iterator[Sandbox]:
    """NICE평가정보's sandbox: one for the whole run, without faults at each test's start."""
    _one_nice_sandbox.faults.clear()
    yield _one_nice_sandbox
    _one_nice_sandbox.faults.clear()
