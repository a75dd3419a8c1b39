"""Firefox, by WebDriver BiDi, which it speaks itself: no driver stands between."""

import json
import time
from collections.abc import Callable
from itertools import count
from typing import TypeVar

import websocket

from browser.chromium import PATIENCE_SECONDS, POLL_SECONDS
from support.launcher import Launcher
from support.process import accepts, free_port

T = TypeVar("T")
# It asks nobody for anything by itself.
PREFERENCES = {
    "app.update.auto": False, "app.normandy.enabled": False,
    "browser.region.update.enabled": False, "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False, "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False, "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False, "intl.accept_languages": "ko-KR, ko",
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True, "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False, "browser.newtabpage.enabled": False,
    # As a customer has it: the popup blocker is on.
    "dom.disable_open_during_load": True,
}


class Firefox:
    """A profile of its own, with the preferences that a test adds."""

    def __init__(self, launcher: Launcher, program: str, **preferences: object) -> None:
        profile = launcher.folder()
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                 for name, value in {**PREFERENCES, **preferences}.items())
        (profile / "user.js").write_text("".join(lines))
        port = free_port()
        started = launcher.program([program, "--headless", "--remote-debugging-port", str(port),
                                    "--profile", profile, "about:blank"])
        started.until(lambda: accepts(port))
        self._ids = count(1)
        self._socket = websocket.create_connection(f"ws://127.0.0.1:{port}/session",
                                                   timeout=PATIENCE_SECONDS, suppress_origin=True)
        launcher.callback(self._socket.close)
        self._call("session.new", capabilities={})
        self.page = self.windows()[0]

    def _call(self, method: str, **parameters: object) -> dict:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]

    def windows(self) -> list[str]:
        return [one["context"] for one in self._call("browsingContext.getTree")["contexts"]]

    def go(self, address: str, window: str | None = None) -> None:
        self._call("browsingContext.navigate", context=window or self.page, url=address,
                   wait="complete")

    def back(self, steps: int) -> None:
        self._call("browsingContext.traverseHistory", context=self.page, delta=-steps)

    def run(self, script: str, window: str | None = None) -> object:
        """The value of an expression, as JSON; as if by a click of the person."""
        answer = self._call("script.evaluate", expression=f"JSON.stringify({script})",
                            target={"context": window or self.page}, awaitPromise=True,
                            userActivation=True)
        assert answer["type"] == "success", answer
        value = answer["result"].get("value")
        return None if value is None else json.loads(value)

    def wait(self, condition: Callable[[], T], what: str) -> T:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                if value := condition():
                    return value
            except AssertionError:
                # A page that is going.
                pass
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"waited {PATIENCE_SECONDS} s: {what}")
