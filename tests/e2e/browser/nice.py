"""NICE's side, as far as a test has to play it."""

import html
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

from support.loopback import Handler, Loopback
from browser.shop import BEGIN

SEALED = ("token_version_id", "enc_data", "integrity_value")
PAGE = (Path(__file__).parent / "pages" / "isolating.html").read_text()


def answer(window_url: str, begun: dict[str, str], persona: str = "hong") -> dict[str, str]:
    """What NICE sends back for what was begun: `methodtype` must be get."""
    fields = {name: begun[name] for name in SEALED}
    back = requests.post(window_url, data={**fields, "m": "service", "sandbox_persona": persona},
                         allow_redirects=False, timeout=20)
    assert back.status_code == 302, back.text
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}


def another_answer(service: str, window_url: str, returnurl: str) -> dict[str, str]:
    """The genuine result of somebody else's session with the same shop."""
    begun = requests.post(service + BEGIN, json={"returnurl": returnurl}, timeout=20).json()
    return answer(window_url, begun, "minor14")


class _Isolating(Handler):
    def do_POST(self) -> None:
        fields = parse_qs(self.body().decode())
        inputs = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(values[0])}">'
            for name, values in fields.items())
        page = PAGE.replace("{window}", self.server.room.window_url).replace("{inputs}", inputs)
        self.answer(200, "text/html", page.encode(),
                    {"Cross-Origin-Opener-Policy": "same-origin"})


class Isolating(Loopback):
    """A page on the way to the window that cuts the tie to the opener."""

    handler = _Isolating

    def __init__(self, window_url: str) -> None:
        super().__init__()
        self.window_url = window_url
        self.url = f"http://127.0.0.1:{self.port}/"


class _Outside(Handler):
    def do_CONNECT(self) -> None:
        self._note(self.path.rpartition(":")[0])

    def do_GET(self) -> None:
        self._note(urlsplit(self.path).hostname or self.path)

    do_POST = do_HEAD = do_PUT = do_OPTIONS = do_GET

    def _note(self, host: str) -> None:
        self.server.room.asked.append(host)
        self.close_connection = True
        self.answer(502, "text/plain", b"")


class Outside(Loopback):
    """The browser's proxy: whatever it asks for beyond this machine comes here, and gets nothing."""

    handler = _Outside

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
