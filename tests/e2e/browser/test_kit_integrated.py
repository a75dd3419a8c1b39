"""The popup kit on a shop's own origin, with NICE's newer API behind the same calls."""

import json

import pytest
import requests

from browser.axe import Axe
from browser.chromium import Browser
from browser.nice import Isolating, Outside
from browser.shop import OPEN, Shop
from browser.stage import Stage
from browser.test_app_switch import back_by_another_tab, back_by_the_same_tab, from_a_popup
from browser.test_flow import through_page, through_popup
from support.launcher import Launcher

# Longer than a test takes: what is told sooner didn't wait for it.
LONG = 60_000
SOON = 300


@pytest.fixture(scope="module")
def stage(module_launcher: Launcher, browser: Browser, axe: Axe, outside: Outside) -> Stage:
    enter = module_launcher.enter_context
    services = [module_launcher.sandboxed(NICE_API="integrated", **settings) for settings in (
        {}, {"KEY_CUSTODY": "server"})]
    for service in services:
        service.window = f"{service.url}/v1/member/verificationWindow"
    shop, direct = (enter(Shop(service.url, service.window)) for service in services)
    direct.services = " ".join(service.url for service in services)
    isolating = enter(Isolating(services[0].window))
    return Stage(browser, axe, outside, services, shop, direct, isolating, "")


@pytest.fixture(autouse=True)
def no_faults(stage: Stage) -> None:
    _faults(stage)


def _faults(stage: Stage, *faults: dict) -> None:
    requests.put(f"{stage.services[0].url}/sandbox/api/faults", data=json.dumps(faults),
                 timeout=20).raise_for_status()


@pytest.mark.parametrize("method", ["get", "post"])
def test_in_a_popup(stage: Stage, method: str) -> None:
    through_popup(stage, method)


@pytest.mark.parametrize("method", ["get", "post"])
def test_in_the_whole_page(stage: Stage, method: str) -> None:
    through_page(stage, method)


def test_the_close_button_is_told_at_once(stage: Stage) -> None:
    stage.visit(closedGrace=LONG)
    stage.begin()
    stage.click("button[value=cancel]")
    assert stage.failure()["reason"] == "closed"
    stage.popup_is_gone()
    stage.nothing_left()


def test_a_window_that_does_not_open_is_told_at_once(stage: Stage) -> None:
    stage.expected.refusals = ["400 /sandbox/ido/intc/v1.0/auth/url",
                               "502 /v1/member/verificationWindow"]
    stage.expected.perhaps = ["status of 502"]
    _faults(stage, {"call": "auth_url", "fault": "code_1007"})
    stage.visit(closedGrace=LONG)
    stage.click("#begin")
    assert stage.failure()["reason"] == "failed"
    stage.nothing_left()


def test_a_result_that_is_lost_is_told_at_once(stage: Stage) -> None:
    stage.expected.refusals = ["502 /v1/member/verificationReturn/{id}"]
    stage.expected.perhaps = ["status of 502"]
    _faults(stage, {"call": "auth_result", "fault": "answer_lost", "times": 1})
    stage.visit(closedGrace=LONG)
    stage.begin()
    stage.verify()
    assert stage.failure()["reason"] == "failed"
    stage.nothing_left()


def test_a_window_that_was_left_is_opened_again(stage: Stage) -> None:
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    stage.driver.back()
    stage.ready()
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == {"name": "홍길동"}


def test_closed_in_the_whole_page_leads_back(stage: Stage) -> None:
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    stage.click("button[value=cancel]")
    stage.browser.wait(lambda: stage.driver.current_url == f"{stage.shop.origin}/",
                       "back in the shop")
    assert stage.shop.handed == []


def test_not_verified_by_the_window(stage: Stage) -> None:
    stage.visit(closedGrace=SOON)
    stage.begin()
    stage.verify(outcome="fail")
    stage.driver.close()
    assert stage.failure()["reason"] == "closed"
    assert OPEN not in stage.shop.handed


@pytest.mark.parametrize("killed", [False, True])
def test_the_pass_app_and_another_tab(stage: Stage, killed: bool) -> None:
    back_by_another_tab(stage, killed=killed)


def test_the_pass_app_and_the_same_tab(stage: Stage) -> None:
    back_by_the_same_tab(stage)


def test_the_pass_app_and_a_popup(stage: Stage) -> None:
    from_a_popup(stage)
