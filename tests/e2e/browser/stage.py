"""What a test is played on: a shop, the service, and a browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from browser.axe import Axe
from browser.chromium import PATIENCE_SECONDS, Browser
from browser.nice import Isolating, Outside
from support.service import Service
from browser.shop import Shop

# A window that can't be closed has to say that it may be.
NOT_OPENED_BY_A_SCRIPT = "Scripts may close only the windows that were opened by them."
# Update servers that Chromium may ask in spite of its switches.
CHROMIUMS_OWN = {"update.googleapis.com", "accounts.google.com", "clients2.google.com"}


@dataclass
class Expected:
    """What a test triggers by itself. Anything else that is seen fails it."""

    console: list[str] = field(default_factory=list)
    # Of a window that closes itself: Chromium may lose what it said.
    perhaps: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)


class Stage:
    def __init__(self, browser: Browser, axe: Axe, outside: Outside, services: list[Service],
                 shop: Shop, direct: Shop, isolating: Isolating, mermaid: str) -> None:
        self.browser = browser
        self.axe = axe
        self.driver = browser.driver
        self.outside = outside
        self.services = services
        # Has the service under its own origin.
        self.shop = shop
        # Calls the service, another instance, from its pages.
        self.direct = direct
        self.isolating = isolating
        # The script that draws diagrams.
        self.mermaid = mermaid

    # ---- A test, and what it may leave behind -------------------------------

    @contextmanager
    def case(self) -> Iterator[None]:
        self.expected = Expected()
        self.shop.window_url = self.services[0].window
        self.shop.begun = {}
        for shop in (self.shop, self.direct):
            shop.form_action = None
            shop.headers = {}
            shop.early = ""
            shop.hidden = []
            shop.callback_answers = None
            shop.no_callback_script = False
            shop.handed.clear()
            shop.asked.clear()
            shop.may_answer.set()
        self._forget()
        self.browser.fresh()
        for shop in (self.shop, self.direct):
            self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {
                "origin": shop.origin, "storageTypes": "local_storage,session_storage"})
        try:
            yield
        except Exception as failure:
            failure.add_note(f"on the console: {self.browser.complaints()}")
            raise
        self._judge()

    def answered(self, service: Service) -> int:
        """How many calls this service had answered before the test."""
        return self._answered[self.services.index(service)]

    def _forget(self) -> None:
        self.browser.complaints()
        self.outside.asked.clear()
        self._answered = [len(service.requests()) for service in self.services]

    def _judge(self) -> None:
        complaints: list[str] = []

        def missing() -> list[str]:
            complaints.extend(self.browser.complaints())
            return [text for text in self.expected.console
                    if not any(text in complaint for complaint in complaints)]

        self.browser.wait(lambda: not missing(), f"the console says {self.expected.console}")
        surplus = [complaint for complaint in complaints
                   if not any(text in complaint
                              for text in self.expected.console + self.expected.perhaps)]
        assert not surplus, f"on the console: {surplus}"

        def refusals() -> list[str]:
            return sorted(
                f"{line['status']} {line['path']}"
                for service, before in zip(self.services, self._answered)
                for line in service.requests()[before:] if line["status"] >= 400)

        self.browser.wait(lambda: len(refusals()) >= len(self.expected.refusals), "refusals")
        assert refusals() == sorted(self.expected.refusals), refusals()
        asked = set(self.outside.asked) - CHROMIUMS_OWN
        assert asked == self.expected.outside, f"asked beyond this machine: {asked}"

    # ---- The shop's page ----------------------------------------------------

    def visit(self, shop: Shop | None = None, path: str = "/", flags: dict[str, str] = {},
              **options: object) -> None:
        """Opens the shop's page; `options` are those of `openVerification`."""
        shop = shop or self.shop
        query = urlencode({**flags, "options": json.dumps(options)})
        self.driver.get(f"{shop.origin}{path}?{query}")
        self.page = self.driver.current_window_handle
        self.ready()

    def ready(self) -> None:
        self.browser.wait(lambda: self.driver.find_elements(By.CSS_SELECTOR, "[data-ready]"),
                          "the shop's page is ready")

    def begin(self) -> None:
        """Clicks and goes over to the window that opens."""
        before = set(self.driver.window_handles)
        self.click("#begin")
        opened = self.browser.wait(lambda: set(self.driver.window_handles) - before,
                                   "a window opens")
        self.popup = opened.pop()
        self.driver.switch_to.window(self.popup)
        self.at_window()

    def click_and_wait_for_the_service(self) -> None:
        """The window is open; the service has the call and keeps its answer back."""
        self.shop.may_answer.clear()
        self.click("#begin")
        assert self.shop.asked.wait(PATIENCE_SECONDS)
        self.browser.wait(lambda: len(self.driver.window_handles) == 2, "a window opens")

    def at_window(self) -> None:
        self.browser.wait(lambda: self.driver.find_elements(By.ID, "go"), "the sandbox's window")

    def click(self, selector: str) -> None:
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        # Away from what sticks to the edges.
        self.browser.run("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def verify(self, persona: str = "hong", outcome: str = "success") -> None:
        """What a person does in the sandbox's window."""
        value = f"input[name=sandbox_persona][value={persona}]"
        self.click(f"label:has({value})")
        Select(self.driver.find_element(By.ID, "outcome")).select_by_value(outcome)
        self.click("#go")

    def back_on_page(self) -> None:
        self.driver.switch_to.window(self.page)

    def shown(self) -> dict | None:
        """What the page shows of how it ended."""
        text = self.driver.find_element(By.ID, "outcome").text
        return json.loads(text) if text else None

    def outcome(self) -> dict:
        self.back_on_page()
        return self.browser.wait(self.shown, "the page shows an outcome")

    def failure(self, reason: str | None = None) -> dict:
        outcome = self.outcome()
        assert outcome.keys() == {"error"}, outcome
        assert outcome["error"]["name"] == "VerificationError", outcome
        assert reason in (None, outcome["error"]["reason"]), outcome
        return outcome["error"]

    def popup_is_gone(self) -> None:
        self.browser.wait(lambda: self.popup not in self.driver.window_handles, "the window closes")

    def nothing_left(self) -> None:
        """No listener, timer or channel of the kit is alive, and no form of it stands about."""
        self.back_on_page()
        # A moment later, it looks whether its window has really closed.
        alive = "return [alive.timers.size, alive.channels.size, document.forms.length]"
        self.browser.wait(lambda: self.browser.run(alive) == [0, 0, 0], "no timers, channels, forms")
        listeners = self._listeners()
        # watch.js has one for messages.
        assert listeners == {"message": 1}, listeners

    def _listeners(self) -> dict[str, int]:
        cdp = self.driver.execute_cdp_cmd
        window = cdp("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
        found: dict[str, int] = {}
        for listener in cdp("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]:
            found[listener["type"]] = found.get(listener["type"], 0) + 1
        return {kind: found[kind] for kind in ("message", "pageshow") if kind in found}

    # ---- The callback page --------------------------------------------------

    def go_to_callback(self, values: dict[str, str]) -> None:
        """As if NICE sent this window there; the tie to its opener stays."""
        self.browser.run("location.href = arguments[0]",
                         f"{self.shop.callback}?{urlencode(values)}")

    def go_to_callback_elsewhere(self, values: dict[str, str]) -> None:
        """In a tab that nobody opened, as by a link in a mail."""
        self.driver.switch_to.new_window("tab")
        self.driver.get(f"{self.shop.origin}/shop/blank")
        self.go_to_callback(values)

    def callback_says(self, state: str) -> None:
        selector = f"[data-state={state}]:not([hidden])"
        self.browser.wait(lambda: self.driver.find_elements(By.CSS_SELECTOR, selector),
                          f"the callback page says {state}")

    def untouched(self) -> None:
        """Nothing has reached the shop: not its page, not its server."""
        self.back_on_page()
        assert self.shown() is None, self.shown()
        assert self.shop.handed == [], self.shop.handed
        stored = self.browser.run("return sessionStorage.getItem('member-verification:result')")
        assert stored is None, stored
