"""`/docs/`, the page around Swagger UI; and pages under a proxy's prefix."""

import requests
from selenium.webdriver.common.by import By

from browser.demo import DESKTOP, PHONE, Demo
from support.launcher import Launcher
from support.loopback import Handler, Loopback


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


class _Prefix(Handler):
    """A proxy that has the service under `/auth`, and strips it."""

    def do_GET(self) -> None:
        assert self.path.startswith("/auth"), self.path
        self.server.room.asked.append(self.path)
        answer = requests.get(self.server.room.service + self.path.removeprefix("/auth"),
                              allow_redirects=False, timeout=20)
        headers = {name: value for name, value in answer.headers.items()
                   if name.lower() in ("location", "content-security-policy")}
        self.answer(answer.status_code, answer.headers.get("Content-Type", "text/plain"),
                    answer.content, headers)


class Prefix(Loopback):
    handler = _Prefix

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.port}/auth"


def test_under_a_prefix(demo: Demo, launcher: Launcher) -> None:
    """Nothing is asked for beside it: addresses are relative."""
    proxy = launcher.enter_context(Prefix(demo.service.url))
    demo.driver.get(f"{proxy.url}/docs")
    demo.there_is(".opblock")
    assert demo.driver.current_url == f"{proxy.url}/docs/"
    demo.driver.get(f"{proxy.url}/demo")
    demo.ready()
    assert demo.browser.run("return getComputedStyle(document.querySelector('.choices')).display") == "grid"
    assert "/auth/popup.js" in proxy.asked
