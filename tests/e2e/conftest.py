"""What every test can ask for. `tests/run e2e` sets the environment that they need.

MEMBER_VERIFICATION is the binary under test; VITE_MODULES, BROWSER_MODULES, EXPRESS_MODULES and
PACKAGES_MODULES are folders of npm packages; DIST is what packaging/build has made; MODSECURITY
is a folder of unpacked Debian packages; CHROMIUM and CHROMEDRIVER are programs.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from support.launcher import Launcher
from support.service import Sandbox, Service

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    # The environment may name a proxy, which can't reach this machine.
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that the short ones fill the gaps."""
    order = ["clients", "browser", "packages", "operations", "api", "deploy", "foreign", "release"]
    items.sort(key=lambda item: order.index(item.path.relative_to(HERE).parts[0]))


class Scheduler(LoadScopeScheduling):
    """Which tests one worker of xdist runs. (xdist's own groups need a node id that can be set.)"""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.partition("/")[0]
        if folder == "clients":
            # They install into one folder.
            return folder
        if folder in ("browser", "packages"):
            # A file's tests share a Chromium, or an installation.
            return path
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduler:
    return Scheduler(config, log)


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
