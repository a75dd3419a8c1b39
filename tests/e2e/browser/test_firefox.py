"""What Firefox does otherwise: it throws where a policy stops a form, and where cookies are blocked."""

import json
import os
from urllib.parse import urlencode

import pytest

from browser.firefox import Firefox
from browser.shop import Shop
from support.launcher import Launcher

HONG = {"name": "홍길동"}
BLOCKED = {"network.cookie.cookieBehavior": 2}


@pytest.fixture
def shop(launcher: Launcher) -> Shop:
    service = launcher.sandboxed()
    shop = launcher.enter_context(Shop(service.url, service.window))
    shop.may_answer.set()
    return shop


def firefox(launcher: Launcher, **preferences: object) -> Firefox:
    return Firefox(launcher, os.environ["FIREFOX"], **preferences)


def visit(browser: Firefox, shop: Shop, **options: object) -> None:
    browser.go(f"{shop.origin}/?{urlencode({'options': json.dumps(options)})}")
    ready(browser)


def ready(browser: Firefox) -> None:
    browser.wait(lambda: browser.run("document.documentElement.dataset.ready === ''"), "the page")


def click(browser: Firefox) -> None:
    browser.run("document.getElementById('begin').click()")


def window(browser: Firefox) -> str:
    [opened] = browser.wait(lambda: set(browser.windows()) - {browser.page}, "a window opens")
    return opened


def at_window(browser: Firefox, where: str) -> None:
    # As a whole: what is clicked before takes the window's place in the history.
    loaded = "document.getElementById('go') !== null && document.readyState === 'complete'"
    browser.wait(lambda: browser.run(loaded, where), "the sandbox's window")


def verify(browser: Firefox, where: str) -> None:
    at_window(browser, where)
    browser.run("document.getElementById('go').click()", where)


def outcome(browser: Firefox) -> dict:
    text = browser.wait(lambda: browser.run("document.getElementById('outcome')?.textContent"),
                        "the page shows an outcome")
    return json.loads(text)


@pytest.mark.parametrize("method", ["get", "post"])
def test_popup(launcher: Launcher, shop: Shop, method: str) -> None:
    browser = firefox(launcher)
    visit(browser, shop, request={"methodtype": method})
    click(browser)
    verify(browser, window(browser))
    assert outcome(browser) == HONG
    browser.wait(lambda: browser.windows() == [browser.page], "the window closes")


def test_whole_page(launcher: Launcher, shop: Shop) -> None:
    browser = firefox(launcher)
    visit(browser, shop, mode="page", returnPath="/?done")
    click(browser)
    verify(browser, browser.page)
    browser.wait(lambda: browser.run("location.search === '?done'"), "the way back")
    assert outcome(browser) == HONG


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_policy_that_stops_the_form(launcher: Launcher, shop: Shop, mode: str) -> None:
    shop.form_action = "'self'"
    browser = firefox(launcher)
    visit(browser, shop, mode=mode)
    click(browser)
    error = outcome(browser)["error"]
    assert (error["name"], error["reason"]) == ("VerificationError", "blocked"), error
    assert f"form-action {shop.window_origin}" in error["message"], error


def test_popup_with_cookies_blocked(launcher: Launcher, shop: Shop) -> None:
    browser = firefox(launcher, **BLOCKED)
    visit(browser, shop)
    click(browser)
    verify(browser, window(browser))
    assert outcome(browser) == HONG


def test_whole_page_with_cookies_blocked(launcher: Launcher, shop: Shop) -> None:
    browser = firefox(launcher, **BLOCKED)
    visit(browser, shop, mode="page")
    click(browser)
    error = outcome(browser)["error"]
    assert error["reason"] == "blocked" and "저장소" in error["message"], error
    assert not shop.asked.is_set()


def test_page_that_is_gone(launcher: Launcher, shop: Shop) -> None:
    browser = firefox(launcher)
    visit(browser, shop)
    click(browser)
    popup = window(browser)
    at_window(browser, popup)
    browser.go(browser.run("location.href"))
    verify(browser, popup)
    browser.wait(lambda: browser.run("document.querySelector('[data-state=continue]:not([hidden])') !== null",
                                     popup), "the callback page goes on")
    browser.run("document.getElementById('on').click()", popup)
    browser.page = popup
    assert outcome(browser) == HONG


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_sandbox_without_forms(launcher: Launcher, shop: Shop, mode: str) -> None:
    """It swallows a form without a word."""
    shop.headers = {"Content-Security-Policy": "sandbox allow-scripts allow-same-origin allow-popups"}
    browser = firefox(launcher)
    visit(browser, shop, mode=mode)
    click(browser)
    error = outcome(browser)["error"]
    assert error["reason"] == "misconfigured" and "allow-forms" in error["message"], error
    assert not shop.asked.is_set()


def test_callback_that_refuses_what_is_posted(launcher: Launcher, shop: Shop) -> None:
    shop.callback_answers = 405
    browser = firefox(launcher)
    visit(browser, shop, request={"methodtype": "post"})
    click(browser)
    verify(browser, window(browser))
    error = outcome(browser)["error"]
    assert error["reason"] == "misconfigured", error
    assert f"{shop.callback} (no callback page 405)" in error["message"], error


def test_back_after_success(launcher: Launcher, shop: Shop) -> None:
    browser = firefox(launcher)
    visit(browser, shop, mode="page", returnPath="/other")
    browser.run("(addEventListener('pageshow', ({ persisted }) =>"
                " setTimeout(() => (window.shownAgain = persisted), 1000)), null)")
    click(browser)
    verify(browser, browser.page)
    browser.wait(lambda: browser.run("location.pathname === '/other'"), "the way back")
    assert outcome(browser) == HONG
    browser.back(2)
    browser.wait(lambda: browser.run("window.shownAgain"), "the kept page")
    assert browser.run("document.getElementById('outcome').textContent") == ""
