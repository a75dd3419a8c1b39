"""deploy/nginx: the example in a real nginx before the real service."""

import subprocess
import unittest

import requests

import shop
import snippet
from deployment import Deployment, Service
from nginx import Nginx
from programs import free_port
from upstream import Upstream

API = "/api/member/v1/member"


class InFront(unittest.TestCase):
    def service(self, **settings: str) -> Service:
        deployment = Deployment(self, "compose/secrets")
        return deployment.service(["serve", "--sandbox"], settings)

    def nginx(self, *upstreams: int) -> Nginx:
        return Nginx(self.addCleanup, upstreams).start()

    def test_the_example_is_valid(self) -> None:
        nginx = Nginx(self.addCleanup, (free_port(), free_port()))
        answer = subprocess.run([*nginx.words, "-t"], capture_output=True, text=True, check=False)
        self.assertEqual(0, answer.returncode, answer.stderr + nginx.logs)
        self.assertNotIn("warn", answer.stderr + nginx.logs)

    def test_a_verification_goes_through_and_leaves_no_query_in_the_logs(self) -> None:
        service = self.service()
        # The other instance is down: nobody notices.
        nginx = self.nginx(service.ports[8080], free_port())
        for _ in range(6):
            begun = nginx.ask("POST", f"{API}/getOAuthToken", json={})
            self.assertEqual(200, begun.status_code, begun.text)
        values = begun.json()
        back = shop.verify(f"{service.url}/sandbox/CheckPlusSafeModel/service.cb", values)
        query = back.partition("?")[2]
        for method, sent in (("GET", {"params": query}),
                             ("POST", {"data": query, "headers": {
                                 "content-type": "application/x-www-form-urlencoded"}})):
            page = nginx.ask(method, f"{API}/verificationCallback", **sent)
            self.assertEqual(200, page.status_code)
            self.assertIn("callback.js", page.text)
            self.assertNotIn("cross-origin-opener-policy", page.headers)
        for name in ("callback.js", "callback.css"):
            self.assertEqual(200, nginx.ask("GET", f"{API}/{name}").status_code)
        plain = requests.get(f"http://127.0.0.1:{nginx.plain_port}{API}/verificationCallback",
                             params=query, timeout=shop.SECONDS, allow_redirects=False)
        self.assertEqual(301, plain.status_code)
        self.assertIn(f'"GET {API}/verificationCallback HTTP/1.1" 200', nginx.access)
        self.assertIn(f'"GET {API}/verificationCallback HTTP/1.1" 301', nginx.access)
        opened = shop.open_result(service.url, back, values["reqNo"], "")
        self.assertEqual("홍길동", opened.json()["name"])
        self.look_for_query(nginx, values["token_version_id"])

    def look_for_query(self, nginx: Nginx, token: str) -> None:
        self.assertNotIn("?", nginx.logs)
        self.assertNotIn("enc_data", nginx.logs)
        self.assertNotIn(token, nginx.logs)

    def test_nor_when_no_instance_is_there(self) -> None:
        nginx = self.nginx(free_port(), free_port())
        query = {"token_version_id": "SECRET", "enc_data": "x", "integrity_value": "y"}
        answer = nginx.ask("GET", f"{API}/verificationCallback", params=query)
        self.assertEqual(502, answer.status_code)
        self.assertEqual(502, nginx.ask("POST", f"{API}/getOAuthToken", json={}).status_code)
        self.look_for_query(nginx, "SECRET")

    def test_refusals_are_the_service_s_own(self) -> None:
        service = self.service()
        nginx = self.nginx(service.ports[8080], service.ports[8080])
        wrong = nginx.ask("POST", f"{API}/getOAuthToken", json={"authtype": "Z"})
        self.assertEqual((400, "authtype"), (wrong.status_code, wrong.json()["errors"][0]["field"]))
        long = nginx.ask("POST", f"{API}/getOAuthToken", json={"receivedata": "x" * 70_000})
        self.assertEqual((413, "BODY_TOO_LARGE"),
                         (long.status_code, long.json()["payload"]["reason"]))
        # nginx's name for the request is the service's.
        self.assertIn(long.json()["payload"]["requestId"], nginx.access)

    def test_results_are_not_opened_from_outside(self) -> None:
        service = self.service()
        nginx = self.nginx(service.ports[8080], service.ports[8080])
        answer = nginx.ask("POST", f"{API}/getVerificationResult", json={})
        self.assertEqual(404, answer.status_code)
        self.assertNotIn("x-request-id", answer.headers)
        for path in ("/v1/member/getVerificationResult", "/sandbox/", "/docs/", "/metrics"):
            self.assertNotIn("x-request-id", nginx.ask("POST", path, json={}).headers, path)

    def test_the_popup_kit_comes_from_the_shop_s_origin(self) -> None:
        upstream = Upstream(self)
        self.nginx(upstream.port, upstream.port).ask("GET", "/popup.js")
        self.assertEqual(["/popup.js"], [request["path"] for request in upstream.requests])

    def test_the_documents_button_finds_all_that_it_asks_for(self) -> None:
        service = self.service()
        nginx = self.nginx(service.ports[8080], free_port())
        for method, path in snippet.calls():
            answer = nginx.ask(method, path, json={} if method == "POST" else None)
            self.assertEqual(200, answer.status_code, path)
            self.assertIn("x-request-id", answer.headers, path)

    def test_clients_don_t_say_where_they_come_from(self) -> None:
        upstream = Upstream(self)
        nginx = self.nginx(upstream.port, upstream.port)
        for _ in range(6):
            nginx.ask("POST", f"{API}/getOAuthToken", json={},
                      headers={"x-forwarded-for": "203.0.113.9", "host": "shop.example"})
        for request in upstream.requests:
            self.assertEqual("127.0.0.1", request["X-Forwarded-For"])
            self.assertEqual("https", request["X-Forwarded-Proto"])
            self.assertEqual("shop.example", request["Host"])
        # The connection to the service is kept.
        self.assertEqual((6, 1), (len(upstream.requests), upstream.connections))

    def test_who_makes_up_an_address_is_counted_by_his_own(self) -> None:
        service = self.service(TRUSTED_PROXIES="127.0.0.0/8", RATE_LIMIT="1/m")
        nginx = self.nginx(service.ports[8080], service.ports[8080])
        statuses = [
            nginx.ask("POST", f"{API}/getOAuthToken", json={},
                      headers={"x-forwarded-for": f"203.0.113.{last}"}).status_code
            for last in range(1, 4)]
        self.assertEqual([200, 429, 429], statuses)

    def test_a_post_that_was_sent_is_not_repeated(self) -> None:
        upstreams = [Upstream(self, hangs_up=True) for _ in range(2)]
        nginx = self.nginx(*(upstream.port for upstream in upstreams))
        answer = nginx.ask("POST", f"{API}/getOAuthToken", json={})
        self.assertEqual(502, answer.status_code)
        self.assertEqual(1, sum(len(upstream.requests) for upstream in upstreams))
        # A page may well be asked for again.
        nginx.ask("GET", f"{API}/verificationCallback")
        self.assertEqual(3, sum(len(upstream.requests) for upstream in upstreams))


if __name__ == "__main__":
    unittest.main()
