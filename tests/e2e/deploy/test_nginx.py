"""deploy/nginx: the example in a real nginx before the real service."""

import subprocess

import requests

from deploy import snippet
from support import shop
from support.launcher import Launcher
from support.loopback import Handler, Loopback
from support.nginx import Nginx
from support.process import PATIENCE_SECONDS, free_port
from support.service import Service
from support.upstream import Upstream

API = "/api/member/v1/member"


def test_the_example_is_valid(launcher: Launcher) -> None:
    nginx = Nginx(launcher.folder(), (free_port(), free_port()))
    answer = subprocess.run([*nginx.command, "-t"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr + nginx.logs
    assert "warn" not in answer.stderr + nginx.logs


def test_a_verification_goes_through_and_leaves_no_query_in_the_logs(
        launcher: Launcher, service: Service) -> None:
    # The other instance is down: nobody notices.
    nginx = launcher.nginx(service.port, free_port())
    for _ in range(6):
        begun = nginx.ask("POST", f"{API}/getOAuthToken", json={})
        assert begun.status_code == 200, begun.text
    values = begun.json()
    back = shop.verify(service.window, values)
    query = back.partition("?")[2]
    for method, sent in (("GET", {"params": query}),
                         ("POST", {"data": query, "headers": {
                             "content-type": "application/x-www-form-urlencoded"}})):
        page = nginx.ask(method, f"{API}/verificationCallback", **sent)
        assert page.status_code == 200
        assert "callback.js" in page.text
        assert "cross-origin-opener-policy" not in page.headers
    for name in ("callback.js", "callback.css"):
        assert nginx.ask("GET", f"{API}/{name}").status_code == 200
    plain = requests.get(f"http://127.0.0.1:{nginx.plain_port}{API}/verificationCallback",
                         params=query, timeout=PATIENCE_SECONDS, allow_redirects=False)
    assert plain.status_code == 301
    nginx.logged(f'"GET {API}/verificationCallback HTTP/1.1" 200')
    nginx.logged(f'"GET {API}/verificationCallback HTTP/1.1" 301')
    opened = shop.open_result(service.url, back, values["reqNo"], "")
    assert opened.json()["name"] == "홍길동"
    _no_query_in_the_logs(nginx, values["token_version_id"])


def test_before_the_sandbox_the_window_is_behind_it_too(
        launcher: Launcher, service: Service) -> None:
    nginx = launcher.nginx(service.port, service.port)
    begun = nginx.ask("POST", f"{API}/getOAuthToken", json={})
    assert _verify(nginx, begun).startswith(f"{nginx.url}{API}/verificationCallback?")
    for page in ("docs/", "demo", "sandbox/", "popup.js", "openapi.json"):
        assert nginx.ask("GET", f"/api/member/{page}").status_code == 200, page


def test_the_shop_s_server_may_begin(launcher: Launcher, service: Service) -> None:
    shop_server = launcher.enter_context(_ShopServer(service.url))
    nginx = launcher.nginx(service.port, service.port, shop=shop_server.port)
    begun = nginx.ask("POST", f"{API}/getOAuthToken", json={})
    assert shop_server.kept == {begun.json()["token_version_id"]: begun.json()["reqNo"]}
    assert begun.headers["x-nice-window-url"].startswith(f"{nginx.url}/sandbox/")
    assert _verify(nginx, begun).startswith(f"{nginx.url}/v1/member/verificationCallback?")
    assert nginx.ask("GET", "/sandbox/").status_code == 200


class _PassesOn(Handler):
    """The route of a shop's server, as docs/popup.md wants it."""

    def do_POST(self) -> None:
        passed = {name: self.headers[name]
                  for name in ("host", "x-forwarded-proto", "content-type")}
        answer = requests.post(f"{self.server.room.service}/v1/member/getOAuthToken",
                               data=self.body(), headers=passed, timeout=PATIENCE_SECONDS)
        begun = answer.json()
        self.server.room.kept[begun["token_version_id"]] = begun["reqNo"]
        self.answer(answer.status_code, answer.headers["content-type"], answer.content,
                    {"x-nice-window-url": answer.headers["x-nice-window-url"]})


class _ShopServer(Loopback):
    handler = _PassesOn

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service
        self.kept: dict[str, str] = {}


def _verify(nginx: Nginx, begun: requests.Response) -> str:
    """In the window that the answer names. Returns where it leads."""
    window = begun.headers["x-nice-window-url"]
    assert window.startswith(f"{nginx.url}/"), window
    values = {name: begun.json()[name] for name in shop.VALUES}
    answer = nginx.ask("POST", window.removeprefix(nginx.url), allow_redirects=False,
                       data={"m": "service", "sandbox_persona": "hong", **values})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def _no_query_in_the_logs(nginx: Nginx, token: str) -> None:
    assert "?" not in nginx.logs
    assert "enc_data" not in nginx.logs
    assert token not in nginx.logs


def test_no_query_is_in_the_logs_when_no_instance_is_there(launcher: Launcher) -> None:
    nginx = launcher.nginx(free_port(), free_port())
    query = {"token_version_id": "SECRET", "enc_data": "x", "integrity_value": "y"}
    answer = nginx.ask("GET", f"{API}/verificationCallback", params=query)
    assert answer.status_code == 502
    assert nginx.ask("POST", f"{API}/getOAuthToken", json={}).status_code == 502
    _no_query_in_the_logs(nginx, "SECRET")


def test_refusals_are_the_service_s_own(launcher: Launcher, service: Service) -> None:
    nginx = launcher.nginx(service.port, service.port)
    wrong = nginx.ask("POST", f"{API}/getOAuthToken", json={"authtype": "Z"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "authtype")
    long = nginx.ask("POST", f"{API}/getOAuthToken", json={"receivedata": "x" * 70_000})
    assert (long.status_code, long.json()["payload"]["reason"]) == (413, "BODY_TOO_LARGE")
    # nginx's name for the request is the service's.
    nginx.logged(long.json()["payload"]["requestId"])


def test_results_are_not_opened_from_outside(launcher: Launcher, service: Service) -> None:
    nginx = launcher.nginx(service.port, service.port)
    for name in ("getVerificationResult", "getVerificationStatus", "%67etVerificationStatus"):
        answer = nginx.ask("POST", f"{API}/{name}", json={})
        assert answer.status_code == 404
        assert "x-request-id" not in answer.headers, name
    for path in ("/v1/member/getVerificationResult", "/sandbox/", "/docs/", "/metrics"):
        assert "x-request-id" not in nginx.ask("POST", path, json={}).headers, path


def test_the_popup_kit_comes_from_the_shop_s_origin(launcher: Launcher) -> None:
    upstream = launcher.enter_context(Upstream())
    launcher.nginx(upstream.port, upstream.port).ask("GET", "/popup.js")
    assert [request["path"] for request in upstream.requests] == ["/popup.js"]


def test_the_documents_button_finds_all_that_it_asks_for(
        launcher: Launcher, service: Service) -> None:
    nginx = launcher.nginx(service.port, free_port())
    for method, path in snippet.calls():
        answer = nginx.ask(method, path, json={} if method == "POST" else None)
        assert answer.status_code == 200, path
        assert "x-request-id" in answer.headers, path


def test_clients_don_t_say_where_they_come_from(launcher: Launcher, service: Service) -> None:
    upstream = launcher.enter_context(Upstream())
    nginx = launcher.nginx(upstream.port, upstream.port)
    for _ in range(6):
        nginx.ask("POST", f"{API}/getOAuthToken", json={},
                  headers={"x-forwarded-for": "203.0.113.9", "host": "shop.example"})
    for request in upstream.requests:
        assert request["X-Forwarded-For"] == "127.0.0.1"
        assert request["X-Forwarded-Proto"] == "https"
        assert request["Host"] == "shop.example"
    # The connection to the service is kept.
    assert (len(upstream.requests), upstream.connections) == (6, 1)


def test_a_made_up_address_is_not_counted(launcher: Launcher) -> None:
    service = launcher.sandboxed(TRUSTED_PROXIES="127.0.0.0/8", RATE_LIMIT="1/m")
    nginx = launcher.nginx(service.port, service.port)
    statuses = [
        nginx.ask("POST", f"{API}/getOAuthToken", json={},
                  headers={"x-forwarded-for": f"203.0.113.{last}"}).status_code
        for last in range(1, 4)]
    assert statuses == [200, 429, 429]


def test_a_post_that_was_sent_is_not_repeated(launcher: Launcher) -> None:
    upstreams = [launcher.enter_context(Upstream(hangs_up=True)) for _ in range(2)]
    nginx = launcher.nginx(*(upstream.port for upstream in upstreams))
    answer = nginx.ask("POST", f"{API}/getOAuthToken", json={})
    assert answer.status_code == 502
    assert sum(len(upstream.requests) for upstream in upstreams) == 1
    # A page may well be asked for again.
    nginx.ask("GET", f"{API}/verificationCallback")
    assert sum(len(upstream.requests) for upstream in upstreams) == 3
