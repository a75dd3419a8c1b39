"""Chromium as a customer has it: with its popup blocker and its windows."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.support.wait import WebDriverWait

from browser.nice import Outside

T = TypeVar("T")
PATIENCE_SECONDS = 30
POLL_SECONDS = 0.05
# What Chromium would ask for by itself goes nowhere.
NOWHERE = "http://127.0.0.1:9/"
SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,1000",
    "--disable-component-update", f"--component-updater=url-source={NOWHERE}",
    f"--gaia-url={NOWHERE}", "--disable-sync",
    "--disable-features=AutofillServerCommunication,MediaRouter,NetworkTimeServiceQuerying,"
    "OptimizationHints,Translate",
    # Each page's console from its start: the driver itself sees only what
    # happens after it has found a window.
    "--enable-logging=stderr",
)
CONSOLE = re.compile(r':CONSOLE:\d+\] "(.*)')


class Browser:
    def __init__(self, chromium: str, driver: str, outside: Outside, log: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for switch in (*SWITCHES, f"--proxy-server=http://127.0.0.1:{outside.port}"):
            options.add_argument(switch)
        # The driver would switch the blocker off.
        options.add_experimental_option("excludeSwitches", ["disable-popup-blocking"])
        options.add_experimental_option("prefs", {"intl.accept_languages": "ko-KR,ko"})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        # With paths, the driver looks for nothing and downloads nothing.
        self.driver = webdriver.Chrome(options, Driver(driver, log_output=str(log)))
        # axe-core takes its time on a busy machine.
        self.driver.set_script_timeout(4 * PATIENCE_SECONDS)
        self._log = log.open(encoding="utf-8", errors="replace")

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()
        self._log.close()

    def fresh(self) -> None:
        """A tab without history or cookies."""
        old = self.driver.window_handles
        self.driver.switch_to.new_window("tab")
        new = self.driver.current_window_handle
        for handle in old:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(new)
        self.driver.delete_all_cookies()

    def complaints(self) -> list[str]:
        """What any page has logged to its console since the last call."""
        messages = [entry["message"] for entry in self.driver.get_log("browser")
                    if entry["source"] == "network"]
        return messages + [match[1] for line in self._log if (match := CONSOLE.search(line))]

    def run(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def go(self, steps: int) -> None:
        """Through the history. Later, since the driver sends a script again that no answer came to."""
        self.run("const [steps] = arguments; setTimeout(() => history.go(steps))", steps)

    def wait(self, condition: Callable[[], T], what: str) -> T:
        def look(_: object) -> T | None:
            try:
                return condition()
            except WebDriverException as error:
                # The page may go on to the next one between finding and reading.
                # The driver has two ways of saying so.
                is_stale = isinstance(error, StaleElementReferenceException)
                if is_stale or "inspector error" in str(error):
                    return None
                raise

        patient = WebDriverWait(self.driver, PATIENCE_SECONDS, POLL_SECONDS)
        return patient.until(look, f"waited {PATIENCE_SECONDS} s: {what}")
