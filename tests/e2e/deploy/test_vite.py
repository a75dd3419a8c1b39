"""deploy/vite: the example in a real Vite dev server, before the real service."""

import os
import shutil
from urllib.parse import parse_qsl, urlsplit

import requests

from deploy import snippet
from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT, accepts, free_port
from support.service import Service
from support.upstream import Upstream
from support.vite import NODE, vite

API = "/api/member/v1/member"
PAGE = "<!doctype html><title>shop</title>"


def test_a_verification_comes_back_to_the_page_s_origin(
        launcher: Launcher, service: Service) -> None:
    origin = vite(launcher, service.url, PAGE)
    assert "<title>shop</title>" in requests.get(origin, timeout=PATIENCE_SECONDS).text
    begun = shop.begin(f"{origin}/api/member", returnurl=f"{origin}{API}/verificationCallback")
    assert begun.status_code == 200, begun.text
    back = shop.verify(begun.headers["x-nice-window-url"], begun.json())
    assert back.startswith(f"{origin}{API}/verificationCallback?"), back
    page = requests.get(back, timeout=PATIENCE_SECONDS)
    assert 'src="callback.js"' in page.text
    script = requests.get(f"{origin}{API}/callback.js", timeout=PATIENCE_SECONDS)
    assert "text/javascript" in script.headers["content-type"]
    opened = shop.open_result(service.url, back, begun.json()["reqNo"], "")
    assert opened.json()["name"] == "홍길동"


def test_the_shop_s_own_server_stands_in_front(launcher: Launcher, service: Service) -> None:
    folder = launcher.folder()
    here = folder / "examples/express"
    shutil.copytree(PROJECT / "examples/express", here,
                    ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(os.environ["EXPRESS_MODULES"], here / "node_modules", symlinks=True)
    port = free_port()
    express = launcher.program([NODE, "server.mjs"], folder=here, settings={
        "VERIFICATION": service.url, "PORT": str(port)})
    express.until(lambda: accepts(port))
    origin = vite(launcher, service.url, PAGE, settings={"SHOP": f"http://127.0.0.1:{port}"})
    visitor = requests.Session()
    begun = visitor.post(f"{origin}{API}/getOAuthToken", timeout=PATIENCE_SECONDS,
                         json={"returnurl": f"{origin}{API}/verificationCallback"})
    back = shop.verify(begun.headers["x-nice-window-url"], begun.json())
    values = dict(parse_qsl(urlsplit(back).query))
    verified = visitor.post(f"{origin}/members/verified", json=values, timeout=PATIENCE_SECONDS)
    # With the number that the session has kept.
    assert verified.json() == {"name": "홍길동"}
    stranger = requests.post(f"{origin}/members/verified", json=values, timeout=PATIENCE_SECONDS)
    assert stranger.status_code == 403


def test_the_documents_button_finds_all_that_it_asks_for(
        launcher: Launcher, service: Service) -> None:
    origin = vite(launcher, service.url, PAGE)
    for method, path in snippet.calls():
        answer = requests.request(method, f"{origin}{path}", timeout=PATIENCE_SECONDS,
                                  json={} if method == "POST" else None)
        assert answer.status_code == 200, path
        assert "x-request-id" in answer.headers, path


def test_the_popup_kit_comes_from_the_page_s_origin(launcher: Launcher) -> None:
    upstream = launcher.enter_context(Upstream())
    origin = vite(launcher, f"http://127.0.0.1:{upstream.port}", PAGE)
    requests.get(f"{origin}/popup.js", timeout=PATIENCE_SECONDS)
    assert [request["path"] for request in upstream.requests] == ["/popup.js"]
