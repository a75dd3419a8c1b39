"""A shop: its pages, its server, and the service put under its own origin."""

import json
import re
import secrets
import threading
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import requests

from support.loopback import Handler, Loopback

HERE = Path(__file__).parent
KIT = HERE.parents[2] / "clients" / "popup"
BEGIN = "/v1/member/getOAuthToken"
OPEN = "/v1/member/getVerificationResult"
CALLBACK = "/v1/member/verificationCallback"
# What a proxy passes on; not `Host`, so that the window has an origin of its own.
FORWARDED = ("Content-Type", "Accept", "Accept-Language", "Origin")
REPLACED = ("connection", "content-length", "content-type", "transfer-encoding", "date")
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css",
         ".svg": "image/svg+xml"}
ICON = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'
# Answers every page of the shop with its first one, or with another, as an app's shell.
SERVICE_WORKER = b"""
const shell = new URL(location).searchParams.get("shell") ?? "/";
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(fetch(shell));
});
"""
# Another page of this shop, or a partner's, with the shop's in it.
FRAMING = '<!doctype html><title>framing</title><link rel="icon" href="/shop/icon.svg"><iframe {}></iframe>'
BLANK = b'<!doctype html><title>blank</title><link rel="icon" href="/shop/icon.svg">'
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp"}

# What docs/popup.md says that a copy of the callback page goes out with.
COPIED = {"Content-Security-Policy":
              "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
              "form-action 'none'; frame-ancestors 'none'",
          "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class _Handler(Handler):
    @property
    def shop(self) -> "Shop":
        return self.server.room

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in ("/", "/other", "/isolated", "/react"):
            self._page(path)
        elif path in ("/shop/icon.svg", "/favicon.ico"):
            self.answer(200, KINDS[".svg"], ICON)
        elif path == "/shop/blank":
            self.answer(200, KINDS[".html"], BLANK)
        elif path == "/sw.js":
            self.answer(200, KINDS[".js"], SERVICE_WORKER)
        elif path == "/shop/early.js":
            self.answer(200, KINDS[".js"], self.shop.early.encode())
        elif path == "/shop/react.js":
            self.answer(200, KINDS[".js"], self.shop.react)
        elif path == "/framing":
            self.answer(200, KINDS[".html"], FRAMING.format(self.shop.frame).encode())
        elif path in ("/shop/shop.js", "/shop/watch.js"):
            # For a frame without an origin, too.
            self._file(HERE / "pages" / Path(path).name, {"Access-Control-Allow-Origin": "*"})
        elif path in ("/nice/callback.html", "/nice/callback.js", "/nice/callback.css"):
            # The other way to have a callback page: a copy on the shop's origin.
            self._file(KIT / Path(path).name, COPIED)
        elif path in ("/euckr/callback.html", "/euckr/callback.js", "/euckr/callback.css",
                      "/euckr/popup.js"):
            # A server that says so of all its files.
            file = KIT / Path(path).name
            self.answer(200, f"{KINDS[file.suffix]}; charset=EUC-KR", file.read_bytes(), COPIED)
        else:
            self._forward(b"")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self.body()
        if path == "/shop/number":
            number = secrets.token_urlsafe(20)
            self.shop.keep(self._session(), "", number)
            self._json(number)
        elif path == "/shop/result":
            self._json(self.shop.open_result(self._session(), json.loads(body)))
        elif path == f"/broken{BEGIN}":
            self._json({"token_version_id": "T", "enc_data": "E", "integrity_value": "I"})
        elif path == f"/maintenance{BEGIN}":
            self.answer(200, "text/html", b"<!doctype html><title>back soon</title>")
        else:
            self._forward(body)

    def _page(self, path: str) -> None:
        documented = f"{self.shop.window_origin} 'self'"
        headers = {
            # What docs/popup.md says that a page with a policy has to allow.
            "Content-Security-Policy":
                "default-src 'none'; img-src 'self'; base-uri 'none'; "
                f"script-src 'self' {self.shop.services}; connect-src 'self' {self.shop.services}; "
                f"form-action {self.shop.form_action or documented}",
            "Set-Cookie": f"{self._cookie}={secrets.token_urlsafe(16)}; HttpOnly; SameSite=Lax",
        }
        if self._session():
            del headers["Set-Cookie"]
        if path == "/isolated":
            headers |= ISOLATED
        headers |= self.shop.headers
        page = HERE / "pages" / ("react.html" if path == "/react" else "shop.html")
        self.answer(200, KINDS[".html"], page.read_bytes(), headers)

    def _file(self, file: Path, headers: dict[str, str] = {}) -> None:
        self.answer(200, KINDS[file.suffix], file.read_bytes(), headers)

    def _json(self, value: object) -> None:
        self.answer(200, "application/json", json.dumps(value).encode())

    @property
    def _cookie(self) -> str:
        # Cookies are of a host, whatever the port.
        return f"shop-{self.shop.port}"

    def _session(self) -> str:
        cookie = SimpleCookie(self.headers.get("Cookie")).get(self._cookie)
        return cookie.value if cookie else ""

    def _forward(self, body: bytes) -> None:
        if self.shop.callback_answers and self.path.startswith(CALLBACK):
            self.answer(self.shop.callback_answers, KINDS[".html"], b"<!doctype html><title>no</title>")
            return
        headers = {name: self.headers[name] for name in FORWARDED if name in self.headers}
        if self.path == BEGIN:
            self.shop.asked.set()
            assert self.shop.may_answer.wait(60)
        answer = requests.request(self.command, self.shop.service + self.path, data=body,
                                  headers=headers, timeout=20)
        content = answer.content
        if self.path.startswith(CALLBACK):
            content = content.replace(b"<script", b'<script src="/shop/early.js"></script><script', 1)
            if self.shop.no_callback_script:
                content = re.sub(rb'<script src="[^"]*callback\.js"', b"<script", content)
        back = {name: value for name, value in answer.headers.items()
                if name.lower() not in (*REPLACED, *self.shop.hidden)}
        if self.path == BEGIN and "reqNo" in answer.json():
            self.shop.begun = answer.json()
            self.shop.keep(self._session(), self.shop.begun["token_version_id"],
                           self.shop.begun["reqNo"])
            if self.shop.window_url is None:
                del back["x-nice-window-url"]
            else:
                back["x-nice-window-url"] = self.shop.window_url
        self.answer(answer.status_code, answer.headers["Content-Type"], content, back)


class Shop(Loopback):
    handler = _Handler

    def __init__(self, service: str, window_url: str) -> None:
        super().__init__()
        self.service = service
        self.origin = f"http://localhost:{self.port}"
        self.callback = f"{self.origin}{CALLBACK}"
        # A script that its pages and the callback page run before their own.
        self.early = ""
        # The script of its page in React.
        self.react = b""
        # `None`: the header doesn't reach the page.
        self.window_url: str | None = window_url
        # Headers of the service that its proxy drops.
        self.hidden: list[str] = []
        # More headers of its pages.
        self.headers: dict[str, str] = {}
        # The attributes of the frame in `/framing`.
        self.frame = ""
        # The status that the callback's address answers with, instead of the service.
        self.callback_answers: int | None = None
        # The callback page comes without its script, as where a policy stops it.
        self.no_callback_script = False
        # Instead of what docs/popup.md says.
        self.form_action: str | None = None
        # What its pages may import from, and call.
        self.services = service
        # By session and `token_version_id`: the number that the result has to carry. One that
        # the page was given before it began has no token yet.
        self.kept: dict[str, dict[str, str]] = {}
        self.asked = threading.Event()
        self.may_answer = threading.Event()
        self.begun: dict[str, str] = {}
        # What pages have handed to this server, as they did.
        self.handed: list[dict] = []

    @property
    def window_origin(self) -> str:
        if self.window_url is None:
            return "'self'"
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.window_url))

    def keep(self, session: str, token: str, number: str) -> None:
        self.kept.setdefault(session, {})[token] = number

    def open_result(self, session: str, answer: dict) -> dict:
        """Has the service open it, bound to a number of this very session."""
        self.handed.append(answer)
        kept = self.kept.get(session, {})
        number = kept.get(answer["token_version_id"]) or kept.get("", "none was begun here")
        sealed = {name: answer[name] for name in ("token_version_id", "enc_data", "integrity_value")}
        opened = requests.post(self.service + OPEN, timeout=20,
                               json={**sealed, "reqNo": number}).json()
        if opened.get("error"):
            return {"refused": opened["payload"]["reason"]}
        return {"name": opened["name"]}
