"""`/demo` of `serve --sandbox` in a real browser.

    python3 tests/browser/demo.py BINARY CHROMIUM CHROMEDRIVER NODE_MODULES [CASE…]

NODE_MODULES has axe-core. Every case fails, too, when a page complains on its
console of anything but a refusal that the case provokes, and when the browser
asks for anything beyond this machine.
"""

import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from browser import Browser
from nice import Outside
from service import Service
from stage import CHROMIUMS_OWN

# Its autofill asks what the fields of a page may mean.
CHROMIUMS = {*CHROMIUMS_OWN, "content-autofill.googleapis.com"}
# How Chromium tells of an answer of 400 and above.
REFUSAL = "the server responded with a status of"
KEY = "a-key-of-the-shop-that-is-long-enough"
DESKTOP, PHONE = (1180, 860), (360, 740)


class Demo:
    """The page, and what a person does with it."""

    def __init__(self, browser: Browser, outside: Outside, service: Service,
                 limited: Service) -> None:
        self.browser = browser
        self.driver = browser.driver
        self.outside = outside
        self.service = service
        # Has a key for results and limits its callers.
        self.limited = limited
        self.provokes = False

    @contextmanager
    def case(self) -> Iterator[None]:
        self.provokes = False
        self.browser.complaints()
        self.outside.asked.clear()
        requests.delete(self.faults, timeout=20).raise_for_status()
        self.browser.fresh()
        self.look()
        yield
        surplus = [complaint for complaint in self.browser.complaints()
                   if not (self.provokes and REFUSAL in complaint)]
        assert not surplus, f"on the console: {surplus}"
        asked = set(self.outside.asked) - CHROMIUMS
        assert not asked, f"asked beyond this machine: {asked}"

    @property
    def faults(self) -> str:
        return f"{self.service.origin}/sandbox/api/faults"

    def active(self) -> list[dict]:
        return requests.get(self.faults, timeout=20).json()["active"]

    def look(self, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> None:
        cdp = self.driver.execute_cdp_cmd
        cdp("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1],
                                                   "deviceScaleFactor": 1, "mobile": size == PHONE})
        cdp("Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def prefer(self, languages: str) -> None:
        """The person's own choice, in the browser."""
        agent = self.browser.run("return navigator.userAgent")
        self.driver.execute_cdp_cmd("Emulation.setUserAgentOverride",
                                    {"userAgent": agent, "acceptLanguage": languages})

    def visit(self, query: str = "?lang=ko", service: Service | None = None) -> None:
        self.driver.get(f"{(service or self.service).origin}/demo{query}")
        self.page = self.driver.current_window_handle
        self.ready()

    def ready(self) -> None:
        self.there_is("[data-ready]")

    # ---- What is on the page ------------------------------------------------

    def all(self, selector: str) -> list:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def there_is(self, selector: str) -> None:
        self.browser.wait(lambda: self.all(selector), selector)

    def text(self, selector: str) -> str:
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def click(self, selector: str) -> None:
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        # Not under the window's own bar at its foot.
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def choose(self, mode: str, method: str) -> None:
        for value in (mode, method):
            self.click(f"label:has(input[value={value}])")

    # ---- A verification -----------------------------------------------------

    def begin(self, mode: str = "popup", method: str = "get") -> None:
        """Clicks and goes to the sandbox's window."""
        self.choose(mode, method)
        before = set(self.driver.window_handles)
        self.click("#begin")
        if mode == "popup":
            opened = self.browser.wait(lambda: set(self.driver.window_handles) - before,
                                       "a window opens")
            self.driver.switch_to.window(opened.pop())
        self.there_is("#go")

    def verify(self, persona: str = "hong", outcome: str = "success") -> None:
        """What a person does in the window."""
        self.click(f"label:has(input[name=sandbox_persona][value={persona}])")
        Select(self.driver.find_element(By.ID, "outcome")).select_by_value(outcome)
        self.click("#go")

    def back(self) -> None:
        self.driver.switch_to.window(self.page)

    def outcome(self, kind: str) -> str:
        self.back()
        self.there_is(f".outcome.{kind}")
        focused = self.browser.run("return document.activeElement.closest('.outcome') !== null")
        assert focused, "the outcome has the focus"
        return self.text(".outcome")

    def calls(self) -> list[str]:
        """What each step shows to have been called."""
        return [step.text for step in self.all("#steps summary")]

    # ---- The gallery --------------------------------------------------------

    def provoke(self, entry: str) -> dict:
        """The envelope that is shown for it."""
        self.provokes = True
        self.click(f"#{entry} button")
        self.there_is(f"#{entry}:not([data-state=running]) .exchange")
        self.browser.wait(lambda: not self.all("[aria-disabled]"), "the gallery has cleaned up")
        [_, answer] = self.all(f"#{entry} pre")
        return json.loads(answer.text.partition("\n\n")[2])

    def provoke_all(self) -> None:
        self.provokes = True
        self.click("#provoke-all")
        self.there_is("[aria-disabled]")
        for entry in self.all("#gallery li:has(button)"):
            self.there_is(f"#{entry.get_attribute('id')}[data-state]:not([data-state=running])")
        self.browser.wait(lambda: not self.all("[aria-disabled]"), "the gallery has cleaned up")

    # ---- Judged by axe-core -------------------------------------------------

    def accessible(self) -> None:
        self.browser.run(self.browser.axe)
        found = self.driver.execute_async_script(
            "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])")["violations"]
        told = [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
        assert not told, "\n".join(told)
        assert self.browser.run("return axe.version"), "axe has run"


def play(demo: Demo, names: list[str]) -> int:
    # It needs what is above.
    from demo_cases import CASES

    cases = [case for case in CASES if not names or case.__name__ in names]
    assert cases, f"no such case: {names}"
    failed = 0
    for case in cases:
        began = time.monotonic()
        try:
            with demo.case():
                case(demo)
            verdict = "ok"
        except Exception:
            traceback.print_exc()
            verdict = "FAILED"
            failed += 1
        print(f"{case.__name__:<45} {verdict:<6} {time.monotonic() - began:5.1f} s", flush=True)
    print(f"demo: {len(cases) - failed} cases passed, {failed} failed")
    return failed


def main(binary: str, chromium: str, driver: str, node_modules: str, *names: str) -> int:
    with ExitStack() as stack:
        enter = stack.enter_context
        service = enter(Service(Path(binary)))
        limited = enter(Service(Path(binary), RATE_LIMIT="1/s", RESULT_API_KEY=KEY))
        outside = enter(Outside())
        log = Path(enter(tempfile.TemporaryDirectory())) / "chromedriver.log"
        browser = enter(Browser(chromium, driver, outside, log))
        browser.axe = (Path(node_modules) / "axe-core" / "axe.min.js").read_text()
        return play(Demo(browser, outside, service, limited), list(names))


if __name__ == "__main__":
    # The environment may name a proxy, which can't reach this machine.
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(1 if main(*sys.argv[1:]) else 0)
