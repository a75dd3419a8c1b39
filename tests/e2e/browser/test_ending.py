"""Every way out that brings no name, each with its reason."""

import pytest

from browser.nice import answer
from browser.shop import BEGIN, OPEN
from browser.stage import Stage
from support.process import free_port

SOON = 300


def test_cancelled_in_the_window(stage: Stage) -> None:
    stage.visit(closedGrace=SOON)
    stage.begin()
    stage.click("button[value=cancel]")
    stage.popup_is_gone()
    assert stage.failure()["reason"] == "closed"
    stage.nothing_left()


def test_window_closed_by_the_person(stage: Stage) -> None:
    stage.visit(closedGrace=SOON)
    stage.begin()
    stage.driver.close()
    assert stage.failure()["reason"] == "closed"
    assert stage.driver.find_elements("css selector", "[data-window-closed]")
    stage.nothing_left()


def test_cancelled_by_the_page(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.click("#cancel")
    assert stage.failure()["reason"] == "cancelled"
    stage.popup_is_gone()
    stage.nothing_left()
    # What comes now comes too late.
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.go_to_callback_elsewhere(values)
    stage.callback_says("alone")
    assert stage.shop.handed == []


def test_cancelled_while_the_window_reads_as_closed(stage: Stage) -> None:
    """At once, not after the three minutes."""
    stage.visit()
    stage.begin()
    stage.driver.close()
    stage.back_on_page()
    stage.browser.wait(lambda: stage.driver.find_elements("css selector", "[data-window-closed]"),
                       "the page takes the window for closed")
    assert stage.shown() is None
    stage.click("#cancel")
    assert stage.failure()["reason"] == "cancelled"
    stage.nothing_left()


def test_cancelled_while_the_service_is_asked(stage: Stage) -> None:
    stage.visit()
    stage.click_and_wait_for_the_service()
    stage.click("#cancel")
    assert stage.failure()["reason"] == "cancelled"
    answered_too_late(stage)


def test_closed_while_the_service_is_asked(stage: Stage) -> None:
    """Without waiting any longer: nothing was sent to NICE yet."""
    stage.visit()
    stage.click_and_wait_for_the_service()
    [popup] = set(stage.driver.window_handles) - {stage.page}
    stage.driver.switch_to.window(popup)
    stage.driver.close()
    stage.shop.may_answer.set()
    assert stage.failure()["reason"] == "closed"
    answered_too_late(stage)


def answered_too_late(stage: Stage) -> None:
    """No window opens a second time."""
    stage.shop.may_answer.set()
    stage.browser.wait(lambda: stage.shop.begun, "the service answers")
    stage.nothing_left()
    assert stage.driver.window_handles == [stage.page]


def test_blocked(stage: Stage) -> None:
    """Not inside a click: the browser's own blocker stops it."""
    stage.visit(flags={"unasked": ""})
    assert stage.failure()["reason"] == "blocked"
    assert len(stage.driver.window_handles) == 1
    # No token of NICE's was spent.
    assert not stage.shop.asked.is_set()
    stage.nothing_left()


@pytest.mark.parametrize("stored", [
    "throw new DOMException('full', 'QuotaExceededError')",
    # Nearly full.
    "if (value.length > 1000) throw new DOMException('full', 'QuotaExceededError'); set.call(this, name, value)",
    # Forgets at once.
    "",
])
def test_blocked_storage(stage: Stage, stored: str) -> None:
    """A whole page that could not be resumed isn't given up."""
    stage.visit(mode="page")
    stage.browser.run("const set = Storage.prototype.setItem;"
                      "Storage.prototype.setItem = function (name, value) { %s };" % stored)
    stage.click("#begin")
    assert "저장소" in stage.failure("blocked")["message"]
    # No token of NICE's was spent.
    assert not stage.shop.asked.is_set()
    stage.nothing_left()


def test_no_result_in_time(stage: Stage) -> None:
    stage.shop.early = """
      const wait = setTimeout;
      window.setTimeout = (act, delay) => {
        if (delay === 60000) window.noMoreTime = act;
        return wait(act, delay);
      };"""
    stage.visit(timeout=60000)
    stage.begin()
    stage.back_on_page()
    stage.browser.run("noMoreTime()")
    assert stage.failure()["reason"] == "timeout"
    stage.popup_is_gone()
    stage.nothing_left()


def test_no_answer_in_time(stage: Stage) -> None:
    stage.visit(timeout=1000)
    stage.shop.may_answer.clear()
    stage.click("#begin")
    assert stage.failure()["reason"] == "timeout"
    stage.browser.wait(lambda: stage.driver.window_handles == [stage.page], "the window closes")
    answered_too_late(stage)


def test_window_that_does_not_close_at_once(stage: Stage) -> None:
    """Chromium loses a call to close while the window goes to another site."""
    stage.shop.early = """
      const open = window.open;
      window.open = (...all) => {
        const popup = open(...all);
        const close = popup.close;
        popup.close = () => { popup.close = close; };
        return popup;
      };"""
    stage.visit()
    stage.click_and_wait_for_the_service()
    stage.click("#cancel")
    stage.failure("cancelled")
    stage.browser.wait(lambda: stage.driver.window_handles == [stage.page], "the window closes")
    answered_too_late(stage)


def test_not_verified(stage: Stage) -> None:
    """A genuine answer of NICE's that says no: the shop's server learns it."""
    stage.expected.refusals = [f"422 {OPEN}"]
    stage.visit()
    stage.begin()
    stage.verify(outcome="fail")
    assert stage.outcome() == {"refused": "VERIFICATION_FAILED"}
    stage.popup_is_gone()
    stage.nothing_left()


def test_failure_inside_the_window(stage: Stage) -> None:
    """NICE tells only the customer; then the window is closed."""
    stage.visit(closedGrace=SOON)
    stage.begin()
    stage.verify(outcome="0010")
    stage.browser.wait(lambda: stage.driver.find_elements("id", "window-code"), "the code")
    stage.click("[data-close]")
    stage.popup_is_gone()
    assert stage.failure()["reason"] == "closed"


def test_no_usable_values(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.go_to_callback({})
    assert stage.failure()["reason"] == "failed"
    stage.popup_is_gone()
    stage.nothing_left()


def test_no_usable_values_but_the_name(stage: Stage) -> None:
    stage.shop.window_url = stage.isolating.url
    stage.visit()
    stage.begin()
    # Without an opener: by the channel.
    stage.go_to_callback({"token_version_id": stage.shop.begun["token_version_id"]})
    assert stage.failure()["reason"] == "failed"
    stage.nothing_left()


def test_no_usable_values_on_the_whole_page(stage: Stage) -> None:
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    stage.go_to_callback({"token_version_id": stage.shop.begun["token_version_id"]})
    stage.ready()
    assert stage.failure()["reason"] == "failed"
    assert stage.browser.run("return sessionStorage.length") == 0


def test_back_from_the_window(stage: Stage) -> None:
    """Whole page: the browser shows the page that it had kept."""
    stage.visit(mode="page")
    stage.browser.run("window.kept = true")
    stage.click("#begin")
    stage.at_window()
    stage.driver.back()
    stage.ready()
    assert stage.browser.run("return window.kept"), "the page was loaded again"
    assert stage.failure()["reason"] == "closed"
    stage.nothing_left()


def test_refused(stage: Stage) -> None:
    stage.expected.console = [f"{stage.shop.origin}{BEGIN} - Failed to load resource: "
                              "the server responded with a status of 400"]
    stage.expected.refusals = [f"400 {BEGIN}"]
    refused_with(stage, stage.shop, 400)


def test_refused_with_200(stage: Stage) -> None:
    refused_with(stage, stage.direct, 200)


def test_refused_with_900(stage: Stage) -> None:
    service = stage.services[2].url
    stage.expected.console = [f"{service}{BEGIN} - Failed to load resource: "
                              "the server responded with a status of 900 (Business Error)"]
    stage.expected.refusals = [f"900 {BEGIN}"]
    refused_with(stage, stage.direct, 900, api=service)


def refused_with(stage: Stage, shop, status: int, **options: str) -> None:
    stage.visit(shop, request={"authtype": "Z"}, **options)
    stage.click("#begin")
    failure = stage.failure()
    refusal = failure["refusal"]
    assert (failure["reason"], failure["status"]) == ("refused", status), failure
    assert refusal["reason"] == "INVALID_REQUEST" and refusal["retryable"] is False, refusal
    assert len(refusal["requestId"]) == 20, refusal
    assert [error["field"] for error in refusal["errors"]] == ["authtype"], refusal
    # In the language that the browser asks for.
    assert failure["message"] == refusal["message"], failure
    assert "올바르" in failure["message"], failure
    assert len(stage.driver.window_handles) == 1
    stage.nothing_left()


def test_service_not_reached(stage: Stage) -> None:
    port = free_port()
    stage.expected.console = [f"http://127.0.0.1:{port}{BEGIN} - Failed to load resource: "
                              "net::ERR_CONNECTION_REFUSED"]
    allowed = stage.direct.services
    stage.direct.services = f"{allowed} http://127.0.0.1:{port}"
    stage.visit(stage.direct, api=f"http://127.0.0.1:{port}")
    stage.direct.services = allowed
    failure = no_contract(stage)
    assert "status" not in failure, failure


def test_answer_without_a_field(stage: Stage) -> None:
    stage.visit(api="/broken")
    assert no_contract(stage)["status"] == 200


def test_answer_that_is_a_web_page(stage: Stage) -> None:
    stage.visit(api="/maintenance")
    assert no_contract(stage)["status"] == 200


def test_window_that_is_no_web_address(stage: Stage) -> None:
    stage.expected.console = ["x-nice-window-url: javascript:alert(1)"]
    stage.visit()
    stage.shop.window_url = "javascript:alert(1)"
    assert no_contract(stage, "misconfigured")["status"] == 200


def test_window_that_nobody_names(stage: Stage) -> None:
    """Never a guess: from the sandbox the live window would open."""
    stage.expected.console = ["x-nice-window-url: null"]
    stage.visit()
    stage.shop.window_url = None
    failure = no_contract(stage, "misconfigured")
    assert "Access-Control-Expose-Headers" in failure["message"] and failure["kind"] == "final"


def no_contract(stage: Stage, reason: str = "network") -> dict:
    stage.click("#begin")
    failure = stage.failure(reason)
    assert len(stage.driver.window_handles) == 1
    stage.nothing_left()
    return failure


def test_window_says_that_it_was_cancelled(stage: Stage) -> None:
    """At once, without the grace; and of its own verification alone."""
    stage.visit()
    stage.begin()
    token = stage.shop.begun["token_version_id"]
    tell = "opener.postMessage({ type: 'member-verification:closed', token_version_id: arguments[0] }, '*')"
    stage.browser.run(tell, "another")
    stage.back_on_page()
    stage.browser.wait(lambda: stage.browser.run("return heard.length"), "the message is there")
    assert stage.shown() is None
    stage.driver.switch_to.window(stage.popup)
    stage.browser.run(tell, token)
    assert stage.failure("closed")["kind"] == "cancelled"
    stage.popup_is_gone()
    stage.nothing_left()
