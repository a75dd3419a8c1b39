"""The demo's page, and what a person does with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from browser.axe import Axe
from browser.chromium import Browser
from browser.nice import Outside
from support.service import Service
from browser.stage import CHROMIUMS_OWN

# What Chromium logs for a status of 400 and above.
REFUSAL = "the server responded with a status of"
# The service waits 8 s for NICE, and asks it again after a pause.
PROVOKED_SECONDS = 60
DESKTOP, PHONE = (1180, 860), (360, 740)


class Demo:
    def __init__(self, browser: Browser, axe: Axe, outside: Outside, service: Service,
                 limited: Service) -> None:
        self.browser = browser
        self.axe = axe
        self.driver = browser.driver
        self.outside = outside
        self.service = service
        # Has a key for results and limits its callers.
        self.limited = limited
        self.triggers = False

    @contextmanager
    def case(self) -> Iterator[None]:
        self.triggers = False
        self.browser.complaints()
        self.outside.asked.clear()
        requests.delete(self.faults, timeout=20).raise_for_status()
        self.browser.fresh()
        self.look()
        yield
        surplus = [complaint for complaint in self.browser.complaints()
                   if not (self.triggers and REFUSAL in complaint)]
        assert not surplus, f"on the console: {surplus}"
        asked = set(self.outside.asked) - CHROMIUMS_OWN
        assert not asked, f"asked beyond this machine: {asked}"

    @property
    def faults(self) -> str:
        return f"{self.service.url}/sandbox/api/faults"

    def active(self) -> list[dict]:
        return requests.get(self.faults, timeout=20).json()["active"]

    def look(self, size: tuple[int, int] = DESKTOP) -> None:
        self.width = size[0]
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE})

    def prefer(self, languages: str) -> None:
        """The person's own choice, in the browser."""
        agent = self.browser.run("return navigator.userAgent")
        self.driver.execute_cdp_cmd("Emulation.setUserAgentOverride",
                                    {"userAgent": agent, "acceptLanguage": languages})

    def visit(self, query: str = "?lang=ko", service: Service | None = None) -> None:
        self.driver.get(f"{(service or self.service).url}/demo{query}")
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

    def trigger(self, entry: str) -> dict:
        """The envelope that is shown for it."""
        self.run(f"#{entry} button")
        [_, answer] = self.all(f"#{entry} pre")
        return json.loads(answer.text.partition("\n\n")[2])

    def run(self, button: str) -> None:
        """Until it has run and cleaned up."""
        self.triggers = True
        self.click(button)
        WebDriverWait(self.driver, PROVOKED_SECONDS).until(
            lambda _: not self.all("[aria-disabled]"), f"{button} has run")
