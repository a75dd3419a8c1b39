"""The documents' snippets for a shop's page, as they stand there, in Vite."""

import json
import re

import pytest
import requests

from browser.chromium import Browser
from browser.nice import Outside
from browser.shop import BEGIN, OPEN
from support.launcher import Launcher
from support.loopback import Handler, Loopback
from support.process import PROJECT
from support.vite import vite

BLOCK = re.compile(r"^```js\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGE = """<!doctype html><html lang="ko"><title>shop</title>
<link rel="icon" href="data:,"><button id="verify">본인인증</button><p id="outcome"></p>
<script type="module">{snippet}</script></html>"""
PASSED_ON = ("content-type", "x-nice-window-url")


class _Handler(Handler):
    """A shop's server: it reads JSON as express.json() does."""

    def do_POST(self) -> None:
        shop, body = self.server.room, self.body()
        assert self.headers["Content-Type"] == "application/json", self.headers
        if self.path.endswith(BEGIN):
            answer = requests.post(shop.service + BEGIN, data=body, headers={
                "content-type": "application/json", "origin": self.headers["Origin"]}, timeout=20)
            begun = answer.json()
            shop.begun[begun["token_version_id"]] = begun["reqNo"]
            headers = {name: answer.headers[name] for name in PASSED_ON}
            self.answer(answer.status_code, headers.pop("content-type"), answer.content, headers)
            return
        values = json.loads(body)
        assert "reqNo" not in values, values
        values["reqNo"] = shop.begun.pop(values["token_version_id"])
        opened = requests.post(shop.service + OPEN, json=values, timeout=20)
        shop.names.append(opened.json()["name"])
        self.answer(200, "application/json", b"{}")

class _Shop(Loopback):
    handler = _Handler

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service
        self.url = f"http://127.0.0.1:{self.port}"
        self.begun: dict[str, str] = {}
        self.names: list[str] = []


@pytest.mark.parametrize("mode", ["auto", "page"])
@pytest.mark.parametrize("document", [
    "README.md", "README.ko.md", "docs/popup.md", "docs/popup.ko.md"])
def test_snippet(launcher: Launcher, browser: Browser, outside: Outside, document: str,
                 mode: str) -> None:
    text = (PROJECT / document).read_text("utf-8")
    [snippet] = [block for block in BLOCK.findall(text) if "openVerification({" in block]
    snippet = snippet.replace('mode: "auto"', f'mode: "{mode}"')
    service = launcher.sandboxed()
    shop = launcher.enter_context(_Shop(service.url))
    origin = vite(launcher, service.url, PAGE.format(snippet=snippet), shop.url,
                  {"member-verification-popup": PROJECT / "clients/popup"})
    browser.fresh()
    browser.complaints()
    driver = browser.driver
    driver.get(origin)
    page = driver.current_window_handle
    find = lambda selector: driver.find_elements("css selector", selector)
    browser.wait(lambda: find("#verify"), "the page")
    driver.find_element("id", "verify").click()
    if mode == "auto":
        opened = browser.wait(lambda: set(driver.window_handles) - {page}, "a window opens")
        driver.switch_to.window(opened.pop())
    browser.wait(lambda: find("#go"), "the sandbox's window")
    driver.find_element("id", "go").click()
    driver.switch_to.window(page)
    browser.wait(lambda: shop.names, "the shop's server has the name")
    assert shop.names == ["홍길동"]
    surplus = [complaint for complaint in browser.complaints() if "[vite]" not in complaint]
    assert surplus == []
