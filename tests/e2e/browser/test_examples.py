"""examples/: a shop's server in a framework, as its README starts it, in a real browser."""

import os
import shutil
from pathlib import Path

import pytest
import requests

from browser.chromium import Browser
from support.launcher import Launcher
from support.process import PROJECT, accepts, free_port

# Where npm put each example's packages.
EXPRESS = Path(os.environ["EXPRESS_MODULES"])


@pytest.fixture(scope="module")
def shop(module_launcher: Launcher) -> str:
    """The address of the shop in Express, before a service that asks for a key."""
    key = "the-key-of-the-examples-0123456789"
    service = module_launcher.sandboxed(RESULT_API_KEY=key)
    folder = module_launcher.folder()
    example = folder / "examples/express"
    shutil.copytree(PROJECT / "examples/express", example,
                    ignore=shutil.ignore_patterns("node_modules"))
    (example / "node_modules").symlink_to(EXPRESS)
    (folder / "clients").symlink_to(PROJECT / "clients")
    port = free_port()
    program = module_launcher.program(["node", "server.mjs"], folder=example, settings={
        "VERIFICATION": service.url, "RESULT_API_KEY": key, "PORT": str(port)})
    program.until(lambda: accepts(port))
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_a_person_is_verified(browser: Browser, shop: str, mode: str) -> None:
    browser.fresh()
    browser.complaints()
    driver = browser.driver
    driver.get(f"{shop}/?mode={mode}")
    page = driver.current_window_handle
    find = lambda selector: driver.find_elements("css selector", selector)
    browser.wait(lambda: find("#verify"), "the shop's page")
    driver.find_element("id", "verify").click()
    if mode == "popup":
        opened = browser.wait(lambda: set(driver.window_handles) - {page}, "a window opens")
        driver.switch_to.window(opened.pop())
    browser.wait(lambda: find("#go"), "the sandbox's window")
    driver.find_element("id", "go").click()
    driver.switch_to.window(page)
    outcome = lambda: find("#outcome") and find("#outcome")[0].text
    browser.wait(outcome, "the shop's page says how it ended")
    assert outcome() == "홍길동님, 본인인증을 마쳤습니다."
    assert browser.complaints() == []


def test_a_result_of_another_session_is_refused(shop: str) -> None:
    begun = requests.post(f"{shop}/api/v1/member/getOAuthToken", json={}, timeout=20)
    assert begun.headers["x-nice-window-url"]
    values = {name: begun.json()[name]
              for name in ("token_version_id", "enc_data", "integrity_value")}
    # Without the cookie of the session that began.
    refused = requests.post(f"{shop}/verified", json=values, timeout=20)
    assert refused.status_code == 403
