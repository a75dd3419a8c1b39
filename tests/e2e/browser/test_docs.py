"""`/docs/`, the page around Swagger UI."""

from selenium.webdriver.common.by import By

from browser.demo import DESKTOP, PHONE, Demo


def read(demo: Demo) -> None:
    demo.driver.get(f"{demo.service.url}/docs/")
    demo.there_is(".opblock")
    # One call, as a reader opens it, and its "Try it out".
    demo.click(".opblock .opblock-summary-control")
    demo.there_is(".opblock.is-open .try-out__btn")
    demo.click(".try-out__btn")
    demo.there_is(".opblock.is-open textarea")


def test_accessible_on_a_desktop(demo: Demo) -> None:
    demo.look(DESKTOP)
    read(demo)
    demo.axe.judge("docs")


def test_accessible_on_a_phone(demo: Demo) -> None:
    demo.look(PHONE)
    read(demo)
    demo.axe.judge("docs on a phone")
    width = demo.browser.run("return document.documentElement.scrollWidth")
    assert width <= PHONE[0], width


def test_no_motion_for_those_who_want_none(demo: Demo) -> None:
    demo.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
    read(demo)
    moving = demo.browser.run("return document.getAnimations().length")
    assert moving == 0


def test_call_from_the_page(demo: Demo) -> None:
    read(demo)
    demo.click(".execute")
    demo.there_is(".live-responses-table .response")
    assert "token_version_id" in demo.text(".live-responses-table")
    assert demo.driver.title == "본인인증 API"
    assert not demo.driver.find_elements(By.CSS_SELECTOR, ".topbar")
