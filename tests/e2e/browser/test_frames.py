"""A shop's page in a frame, or in a sandbox: it ends well by popup, or says at once why it can't."""

import html
import json
from urllib.parse import urlencode

import pytest

from browser.stage import Stage
from browser.test_modes import PHONES, pretend

HONG = {"name": "홍길동"}
SANDBOX = "allow-scripts allow-same-origin allow-popups"
ENOUGH = f"{SANDBOX} allow-forms allow-popups-to-escape-sandbox"


def framed(stage: Stage, mode: str, sandbox: str | None = None, partner: bool = False) -> None:
    """Clicks in the frame, and stays in it."""
    address = f"{stage.shop.origin}/?{urlencode({'options': json.dumps({'mode': mode})})}"
    stage.shop.frame = f'src="{html.escape(address)}" width="600" height="400"'
    if sandbox is not None:
        stage.shop.frame += f' sandbox="{sandbox}"'
        # Chromium says that such a sandbox may be left.
        if not partner and "allow-same-origin" in sandbox:
            stage.expected.console.append("can escape its sandboxing")
    host = f"http://127.0.0.1:{stage.shop.port}" if partner else stage.shop.origin
    stage.driver.get(f"{host}/framing")
    stage.page = stage.driver.current_window_handle
    into_the_frame(stage)
    stage.ready()


def into_the_frame(stage: Stage) -> None:
    stage.back_on_page()
    stage.driver.switch_to.frame(0)


def ends_well(stage: Stage) -> None:
    stage.begin()
    stage.verify()
    into_the_frame(stage)
    assert stage.browser.wait(stage.shown, "the frame shows an outcome") == HONG
    stage.popup_is_gone()


def is_told(stage: Stage, reason: str, what: str) -> None:
    """Before a token is spent."""
    stage.click("#begin")
    error = stage.browser.wait(stage.shown, "the frame shows an outcome")["error"]
    assert (error["name"], error["reason"]) == ("VerificationError", reason), error
    assert what in error["message"], error
    assert not stage.shop.asked.is_set()
    assert stage.driver.window_handles == [stage.page]


@pytest.mark.parametrize("sandbox", [None, ENOUGH])
@pytest.mark.parametrize("partner", [False, True])
def test_popup(stage: Stage, partner: bool, sandbox: str | None) -> None:
    framed(stage, "popup", sandbox, partner)
    ends_well(stage)


def test_auto_takes_the_popup_on_a_phone(stage: Stage) -> None:
    """Neither the window nor the callback page may be framed."""
    pretend(stage, PHONES["iPhone"])
    framed(stage, "auto")
    ends_well(stage)


@pytest.mark.parametrize("partner", [False, True])
def test_whole_page(stage: Stage, partner: bool) -> None:
    stage.expected.console = ["mode: page"]
    framed(stage, "page", partner=partner)
    is_told(stage, "misconfigured", "mode: page, in a frame")


@pytest.mark.parametrize(("sandbox", "reason", "what"), [
    (SANDBOX, "misconfigured", "allow-forms"),
    ("allow-scripts allow-popups allow-forms", "misconfigured", "allow-same-origin"),
    ("allow-scripts allow-same-origin allow-forms", "blocked", "팝업"),
])
def test_sandbox_that_permits_too_little(stage: Stage, sandbox: str, reason: str, what: str) -> None:
    # What the browser itself says of it.
    stage.expected.console = [what] if reason == "misconfigured" else ["allow-popups"]
    framed(stage, "popup", sandbox)
    is_told(stage, reason, what)


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_policy_that_is_a_sandbox_without_forms(stage: Stage, mode: str) -> None:
    stage.expected.console = ["allow-forms", "can escape its sandboxing"]
    stage.shop.headers = {"Content-Security-Policy": f"sandbox {SANDBOX}"}
    stage.visit(mode=mode)
    stage.click("#begin")
    assert "allow-forms" in stage.failure("misconfigured")["message"]
    assert not stage.shop.asked.is_set()
    stage.nothing_left()
