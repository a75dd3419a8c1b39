"""The demo's page and the popup kit with NICE's newer API behind the same calls."""

from urllib.parse import urlencode

import pytest
import requests

from browser.axe import Axe
from browser.chromium import Browser
from browser.demo import Demo
from browser.nice import Outside
from support.launcher import Launcher

BEGIN = "/v1/member/getOAuthToken"
VALUES = ("token_version_id", "enc_data", "integrity_value")


@pytest.fixture(scope="module")
def demo(module_launcher: Launcher, browser: Browser, axe: Axe, outside: Outside) -> Demo:
    service = module_launcher.sandboxed(NICE_API="integrated")
    return Demo(browser, axe, outside, service, service)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("mode", ["popup", "page"])
def test_a_person_is_verified(demo: Demo, mode: str, method: str) -> None:
    demo.visit()
    demo.begin(mode, method)
    assert "/ido/cert/request/" in demo.driver.current_url
    demo.verify("minor14")
    assert "어린이" in demo.outcome("good")
    assert len(demo.driver.window_handles) == 1


def test_the_close_button_is_told_at_once(demo: Demo) -> None:
    demo.visit()
    demo.begin("popup")
    # Long before the grace that a window which only reads as closed would get.
    demo.verify(outcome="cancel")
    demo.outcome("bad")
    assert len(demo.driver.window_handles) == 1


def test_a_link_asks_the_person_first(demo: Demo) -> None:
    begun = requests.post(demo.service.url + BEGIN, json={}, timeout=20)
    query = urlencode({name: begun.json()[name] for name in VALUES})
    demo.driver.get(f"{begun.headers['x-nice-window-url']}?{query}")
    demo.there_is("main button")
    demo.axe.judge("the page that asks")
    demo.click("main button")
    demo.there_is("#go")
    assert "/ido/cert/request/" in demo.driver.current_url
