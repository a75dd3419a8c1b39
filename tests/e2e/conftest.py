"""What every test can ask for. `tests/run e2e` sets the environment that they need.

MEMBER_VERIFICATION is the binary under test; VITE_MODULES and BROWSER_MODULES are folders
of npm packages; CHROMIUM and CHROMEDRIVER are programs.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.launcher import Launcher
from support.service import Sandbox, Service

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    # The environment may name a proxy, which can't reach this machine.
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups for xdist, and the long ones first, so that the short ones fill the gaps."""
    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(HERE).parts[0]
        return ["clients", "browser", "operations", "api", "deploy", "foreign"].index(folder)

    items.sort(key=rank)
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder == "browser":
            # A file's tests share a Chromium.
            item.add_marker(pytest.mark.xdist_group(item.path.name))
        elif folder in ("clients", "operations"):
            # These share installed tools, or load the machine by themselves.
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture
def launcher() -> Iterator[Launcher]:
    """Starts programs; they end with the test."""
    with Launcher() as launcher:
        yield launcher


@pytest.fixture(scope="module")
def module_launcher() -> Iterator[Launcher]:
    """Starts programs; they end after the last test of the file."""
    with Launcher() as launcher:
        yield launcher


@pytest.fixture
def sandbox(launcher: Launcher) -> Sandbox:
    """NICE, as the sandbox plays it."""
    return launcher.sandbox()


@pytest.fixture
def service(launcher: Launcher) -> Service:
    """The service with its own sandbox."""
    return launcher.sandboxed()
