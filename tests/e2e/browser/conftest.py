"""One Chromium for the tests of a file, with the services and pages that they are played on.

A test fails, too, when a page complains on its console, when the service refuses what the test
did not mean it to refuse, and when the browser asks for anything beyond this machine.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from browser.axe import Axe
from browser.chromium import Browser
from browser.demo import Demo
from browser.nice import Isolating, Outside
from browser.shop import Shop
from browser.stage import Stage
from support.launcher import Launcher
from support.shop import KEY


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Judges what a test left behind as a part of the test."""
    for name in ("stage", "demo"):
        if name in pyfuncitem.funcargs:
            with pyfuncitem.funcargs[name].case():
                return (yield)
    return (yield)


@pytest.fixture(scope="session")
def modules() -> Path:
    """Packages of npm."""
    return Path(os.environ["BROWSER_MODULES"])


@pytest.fixture(scope="module")
def outside(module_launcher: Launcher) -> Outside:
    return module_launcher.enter_context(Outside())


@pytest.fixture(scope="module")
def browser(module_launcher: Launcher, outside: Outside) -> Browser:
    log = module_launcher.folder() / "chromedriver.log"
    return module_launcher.enter_context(
        Browser(os.environ["CHROMIUM"], os.environ["CHROMEDRIVER"], outside, log))


@pytest.fixture(scope="module")
def axe(browser: Browser, modules: Path) -> Axe:
    return Axe(browser, modules)


@pytest.fixture(scope="module")
def stage(module_launcher: Launcher, browser: Browser, axe: Axe, outside: Outside,
          modules: Path) -> Stage:
    enter = module_launcher.enter_context
    services = [module_launcher.sandboxed(**settings) for settings in (
        {}, {"KEY_CUSTODY": "server", "ERROR_STATUS": "ok200"}, {"ERROR_STATUS": "wire900"})]
    shop, direct = (enter(Shop(service.url, service.window)) for service in services[:2])
    direct.services = " ".join(service.url for service in services[1:])
    isolating = enter(Isolating(services[0].window))
    mermaid = (modules / "@mermaid-js/tiny/dist/mermaid.tiny.js").read_text("utf-8")
    return Stage(browser, axe, outside, services, shop, direct, isolating, mermaid)


@pytest.fixture(scope="module")
def demo(module_launcher: Launcher, browser: Browser, axe: Axe, outside: Outside) -> Demo:
    service = module_launcher.sandboxed()
    limited = module_launcher.sandboxed(RATE_LIMIT="1/s", RESULT_API_KEY=KEY)
    return Demo(browser, axe, outside, service, limited)
