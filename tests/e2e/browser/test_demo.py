"""From the demo's button to what it shows."""

import re

import requests
from selenium.webdriver.common.keys import Keys

from browser.demo import PHONE, Demo

BEGIN = "POST /v1/member/getOAuthToken"
WINDOW = "POST /sandbox/CheckPlusSafeModel/service.cb"
CALLBACK = "/v1/member/verificationCallback"
OPEN = "POST /v1/member/getVerificationResult"
HANGUL = re.compile("[가-힣]")
# What each entry has to bring, by the table of reasons: status, reason, cause.
EXPECTED = {
    "fields": (400, "INVALID_REQUEST"),
    "json": (400, "INVALID_REQUEST"),
    "not_found": (404, "NOT_FOUND"),
    "method": (405, "METHOD_NOT_ALLOWED"),
    "media_type": (415, "UNSUPPORTED_MEDIA_TYPE"),
    "too_large": (413, "BODY_TOO_LARGE"),
    "tamper_enc": (400, "RESULT_REJECTED"),
    "tamper_mac": (400, "RESULT_REJECTED"),
    "another_session": (400, "RESULT_REJECTED"),
    "not_verified": (422, "VERIFICATION_FAILED"),
    "session": (404, "SESSION_NOT_FOUND"),
    "used": (409, "RESULT_ALREADY_USED"),
    "unavailable": (503, "NICE_UNAVAILABLE"),
    "timeout": (504, "NICE_TIMEOUT"),
    **{cause.lower(): (502, "NICE_REFUSED", cause) for cause in (
        "IP_NOT_REGISTERED", "PRODUCT_NOT_SUBSCRIBED", "CREDENTIALS", "CLOCK_SKEW", "SUSPENDED",
        "QUOTA", "PROTOCOL", "UNKNOWN")},
}
# These want a setting that the sandbox does without.
LIMITED = {"unauthorized": (401, "UNAUTHORIZED"), "rate_limited": (429, "RATE_LIMITED")}
EXPLAINED = {"store": "STORE_UNAVAILABLE", "overloaded": "OVERLOADED", "internal": "INTERNAL"}


def test_popup_by_get(demo: Demo) -> None:
    flow(demo, "popup", "get")


def test_popup_by_post(demo: Demo) -> None:
    flow(demo, "popup", "post")


def test_page_by_get(demo: Demo) -> None:
    flow(demo, "page", "get")


def test_page_by_post(demo: Demo) -> None:
    flow(demo, "page", "post")


def flow(demo: Demo, mode: str, method: str) -> None:
    demo.visit()
    demo.begin(mode, method)
    demo.verify("minor14")
    shown = demo.outcome("good")
    assert "어린이" in shown, shown
    assert demo.calls() == [BEGIN, WINDOW, f"{method.upper()} {CALLBACK}", OPEN]
    assert len(demo.all("#steps > li")) == (5 if mode == "popup" else 4)
    assert len(demo.driver.window_handles) == 1
    assert demo.text("#status") == "끝났습니다."
    assert demo.browser.run("return sessionStorage.length") == 0
    assert demo.driver.current_url == f"{demo.service.url}/demo?lang=ko"
    # What was chosen is chosen still.
    assert demo.all(f"input[value={mode}]:checked") and demo.all(f"input[value={method}]:checked")
    # And once more, on the same page.
    demo.begin(mode, method)
    demo.verify()
    demo.back()
    demo.browser.wait(lambda: "홍길동" in demo.text("#outcome"), "the second result")
    assert len(demo.calls()) == 4


def test_with_a_key_for_results(demo: Demo) -> None:
    """The page has none, and needs none: it asks its own shop's server."""
    demo.visit(service=demo.limited)
    demo.begin()
    demo.verify()
    assert "홍길동" in demo.outcome("good")
    assert "x-api-key: RESULT_API_KEY" in demo.all("#steps pre")[-2].text
    demo.trigger("used")
    assert demo.all("#used[data-state=expected]")


def test_begun_twice(demo: Demo) -> None:
    """One session of the shop's server has several: each opens with its own number."""
    demo.visit()
    demo.begin("page")
    window = demo.driver.current_window_handle
    demo.driver.back()
    demo.ready()
    demo.begin("page")
    demo.verify("pyeop")
    assert "김펲" in demo.outcome("good")
    assert demo.driver.current_window_handle == window
    kept = demo.browser.run("return JSON.parse(sessionStorage.getItem('demo:shop-session'))")
    assert len(kept) == 1, kept


def test_second_try_shows_the_first_window(demo: Demo) -> None:
    demo.visit()
    demo.begin()
    demo.back()
    demo.browser.run("document.getElementById('verify').requestSubmit()")
    assert len(demo.driver.window_handles) == 2
    [popup] = set(demo.driver.window_handles) - {demo.page}
    demo.driver.switch_to.window(popup)
    demo.verify()
    assert "홍길동" in demo.outcome("good")


def test_advice_on_a_phone(demo: Demo) -> None:
    demo.driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {
        "userAgent": "Mozilla/5.0 (Linux; Android 15; SM-S931N; wv) KAKAOTALK/25.8.0 (INAPP)"})
    demo.visit()
    assert demo.all("input[value=page]:checked")
    assert "다른 브라우저로 열기" in demo.text("#advice")


def test_chosen_in_forced_colours(demo: Demo) -> None:
    demo.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "forced-colors", "value": "active"}]})
    demo.visit()
    [chosen, other] = demo.browser.run("""
      return [":checked", ":not(:checked)"].map((which) => {
        const { borderTopWidth, borderTopColor } =
          getComputedStyle(document.querySelector(`.tile ${which} + span`));
        return `${borderTopWidth} ${borderTopColor}`;
      })""")
    assert chosen != other, chosen


def test_text_of_twice_the_size(demo: Demo) -> None:
    """By the browser's own setting, on a small phone: it grows, and nothing sticks out."""
    demo.look((320, 568))
    demo.visit()
    sizes = """return [...document.querySelectorAll('h1, h2, .lead, .note, legend, button, summary, pre')]
      .filter((one) => one.offsetHeight).map((one) => parseFloat(getComputedStyle(one).fontSize))"""
    before = demo.browser.run(sizes)
    demo.browser.run("document.documentElement.style.fontSize = '200%'")
    after = demo.browser.run(sizes)
    grown = [round(large / small, 2) for small, large in zip(before, after)]
    assert set(grown) == {2.0}, grown
    width = demo.browser.run("return document.documentElement.scrollWidth")
    assert width <= 320, width


def test_targets_can_be_hit(demo: Demo) -> None:
    demo.look(PHONE)
    demo.visit()
    small = demo.browser.run("""
      return [...document.querySelectorAll("a, button, summary")].filter((one) => one.offsetParent)
        .filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.textContent)""")
    assert small == [], small


def test_refused_result(demo: Demo) -> None:
    demo.triggers = True
    demo.visit()
    demo.begin()
    demo.verify(outcome="tamper_mac")
    shown = demo.outcome("bad")
    assert "RESULT_REJECTED" in shown and "다시 시작" in shown, shown
    assert demo.all("#steps > li.refused"), "the refused step is marked"


def test_refused_beginning(demo: Demo) -> None:
    """NICE refuses: the window is closed again, and the page says who has to act."""
    demo.triggers = True
    demo.visit()
    fault = {"call": "crypto_token", "fault": "gw_1702"}
    requests.put(demo.faults, json=[fault], timeout=20).raise_for_status()
    # The tokens that were ready.
    api = f"{demo.service.url}/v1/member/getOAuthToken"
    demo.browser.wait(lambda: requests.post(api, json={}, timeout=20).status_code == 502, "refused")
    demo.click("#begin")
    shown = demo.outcome("bad")
    assert "NICE_REFUSED" in shown and "허용 IP" in shown, shown
    demo.browser.wait(lambda: len(demo.driver.window_handles) == 1, "the window is closed")
    requests.delete(demo.faults, timeout=20)
    demo.browser.wait(lambda: requests.post(api, json={}, timeout=20).ok, "NICE is well again")


def test_cancelled_in_the_window(demo: Demo) -> None:
    demo.visit("?lang=en")
    demo.begin()
    demo.click("button[value=cancel]")
    demo.back()
    demo.browser.wait(lambda: "The window was closed" in demo.text("#status"), "the page says so")
    demo.click("#cancel")
    assert "cancelled" in demo.outcome("bad")
    assert demo.driver.find_element("id", "begin").is_enabled()
    assert not demo.driver.find_element("id", "cancel").is_displayed()


def test_by_keyboard(demo: Demo) -> None:
    demo.visit()
    focused = lambda: demo.driver.switch_to.active_element
    before = set(demo.driver.window_handles)
    for _ in range(20):
        if focused().get_attribute("id") == "begin":
            break
        focused().send_keys(Keys.TAB)
    focused().send_keys(Keys.ENTER)
    opened = demo.browser.wait(lambda: set(demo.driver.window_handles) - before, "a window opens")
    demo.driver.switch_to.window(opened.pop())
    demo.there_is("#go")
    demo.verify()
    assert "홍길동" in demo.outcome("good")
    # A button of the gallery is there still, with the focus, when it has run.
    button = demo.driver.find_element("css selector", "#not_found button")
    demo.triggers = True
    button.send_keys(Keys.ENTER)
    demo.there_is("#not_found[data-state=expected]")
    demo.browser.wait(lambda: not demo.all("[aria-disabled]"), "it has run")
    assert focused() == button
    assert demo.text("#gallery-status") == "NOT_FOUND: HTTP 404, 예상대로입니다."


def test_each_entry_brings_its_reason(demo: Demo) -> None:
    demo.visit()
    entries = {entry.get_attribute("id") for entry in demo.all("#gallery li[id]")}
    assert entries == {*EXPECTED, *LIMITED, *EXPLAINED}, entries
    for entry, expected in EXPECTED.items():
        check(demo, entry, *expected)
        assert demo.active() == [], entry
    assert len(demo.all("#fields .errors li")) == 3
    for entry, reason in EXPLAINED.items():
        assert reason in demo.text(f"#{entry}")
        assert demo.text(f"#{entry} .remedy")
        assert not demo.all(f"#{entry} button")
    for entry, setting in (("unauthorized", "RESULT_API_KEY"), ("rate_limited", "RATE_LIMIT")):
        demo.run(f"#{entry} button")
        assert demo.all(f"#{entry}[data-state=bare]")
        assert f"{setting} 설정이 없어" in demo.text(f"#{entry} .triggered")


def test_entries_that_want_a_setting(demo: Demo) -> None:
    demo.visit(service=demo.limited)
    for entry, expected in LIMITED.items():
        check(demo, entry, *expected)
    assert "retry-after" in demo.all("#rate_limited pre")[1].text


def check(demo: Demo, entry: str, status: int, reason: str, cause: str | None = None) -> None:
    envelope = demo.trigger(entry)
    payload = envelope["payload"]
    assert envelope["code"] == "900" and envelope["error"] is True, envelope
    assert (payload["reason"], payload.get("cause")) == (reason, cause), (entry, envelope)
    item = demo.driver.find_element("id", entry)
    assert item.get_attribute("data-state") == "expected", entry
    shown = demo.text(f"#{entry} .triggered")
    assert f"HTTP {status}" in shown and envelope["message"] in shown, shown
    assert demo.all(f"#{entry} pre")[1].text.startswith(f"{status}\n"), entry
    assert len(demo.text(f"#{entry} .remedy")) > len("할 일 "), entry


def test_all_at_once(demo: Demo) -> None:
    demo.visit("?lang=en")
    demo.run("#trigger-all")
    assert demo.text("#gallery-status") == (
        f"{len(EXPECTED)} as expected, {len(LIMITED)} want a setting, 0 not as expected.")
    assert demo.active() == []
    # A line each: not a page of many screens.
    assert not demo.all("#gallery .triggered > details[open]")
    assert len(demo.all("#gallery .badge.good")) == len(EXPECTED)
    demo.axe.judge("all triggered")
    # The service is well again.
    demo.begin()
    demo.verify()
    assert "홍길동" in demo.outcome("good")


def test_faults_that_were_on_are_on_again(demo: Demo) -> None:
    mine = {"call": "revoke", "fault": "gw_1900", "delay": None, "times": 3}
    requests.put(demo.faults, json=[mine], timeout=20).raise_for_status()
    demo.visit()
    demo.trigger("quota")
    assert demo.active() == [mine]


def test_left_halfway(demo: Demo) -> None:
    demo.triggers = True
    demo.visit()
    demo.click("#timeout button")
    demo.browser.wait(demo.active, "the fault is on")
    demo.driver.get(f"{demo.service.url}/sandbox/")
    demo.browser.wait(lambda: demo.active() == [], "the fault is off again")
    api = f"{demo.service.url}/v1/member/getOAuthToken"
    demo.browser.wait(lambda: requests.post(api, json={}, timeout=20).ok, "NICE is well again")


def test_both_languages(demo: Demo) -> None:
    language = lambda: demo.browser.run("return document.documentElement.lang")
    demo.prefer("en-GB,en,ko")
    demo.visit("")
    assert language() == "en"
    demo.prefer("ko-KR,ko,en")
    demo.visit("")
    assert language() == "ko"
    assert demo.text("h1") == "쇼핑몰의 본인인증"
    korean = labels(demo)
    assert all(HANGUL.search(text) for text in korean), korean
    demo.click("a[hreflang=en]")
    demo.ready()
    assert language() == "en"
    assert demo.text("h1") == "Identity verification in a shop"
    english = labels(demo)
    assert not any(HANGUL.search(text) for text in english), english
    assert len(english) == len(korean)
    # The service's own words, too.
    assert demo.trigger("fields")["message"].startswith("Some fields are not valid")
    demo.click("a[hreflang=ko]")
    demo.ready()
    assert language() == "ko"
    assert "올바르지 않습니다" in demo.trigger("fields")["message"]


def labels(demo: Demo) -> list[str]:
    """All that is said in the page's language."""
    selector = "main :is(h1, h2, h3, .lead, .caution, legend, .note, .status:not(:empty), .remedy, button)"
    return [element.text for element in demo.all(selector) if element.is_displayed()]


def test_accessible_on_a_desktop(demo: Demo) -> None:
    accessible(demo)


def test_accessible_on_a_phone(demo: Demo) -> None:
    demo.look(PHONE)
    accessible(demo)


def accessible(demo: Demo) -> None:
    demo.visit()
    judge(demo, "nothing has begun")
    demo.begin("page")
    demo.verify()
    demo.outcome("good")
    judge(demo, "verified")
    demo.begin("page")
    demo.verify(outcome="fail")
    demo.outcome("bad")
    for entry in ("fields", "used", "quota", "unauthorized"):
        demo.run(f"#{entry} button")
    judge(demo, "not verified, and the gallery was used")


def judge(demo: Demo, what: str) -> None:
    """In light and in dark, and nothing sticks out at the side."""
    demo.axe.judge(what)
    # A phone's `innerWidth` would grow with what sticks out.
    width = demo.browser.run("return document.documentElement.scrollWidth")
    assert width <= demo.width, f"{what}: {width} is wider than the screen"
