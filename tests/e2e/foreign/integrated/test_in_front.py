"""nginx in front: under the shop's own origin, and on a host of its own."""

import pytest
import requests

from foreign.integrated.conftest import Start
from foreign.integrated.nice import StrictNice
from foreign.integrated.storefront import (
    ORIGIN, Storefront, handed_over, only_values, returned)
from support.launcher import Launcher
from support.process import free_port


def test_under_the_shops_origin(start: Start, launcher: Launcher, nice: StrictNice,
                                monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    nginx = launcher.nginx(port, free_port())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(nginx.folder / "certificate.pem"))
    public_url = f"{nginx.url}/api/member"
    callback = f"{public_url}/v1/member/verificationCallback"
    service = start(BIND=f"127.0.0.1:{port}", PUBLIC_URL=public_url, RETURN_URLS=callback)
    shop = Storefront(public_url)
    for method in ("get", "post"):
        begun = shop.begin(methodtype=method)
        assert begun.status_code == 200, begun.text
        assert begun.headers["x-nice-window-url"] == f"{public_url}/v1/member/verificationWindow"
        opened = shop.window(begun, nginx.url)
        assert opened.status_code == 303, opened.text
        transaction = list(nice.transactions.values())[-1].asked
        for name in ("return_url", "close_url"):
            assert transaction[name].startswith(f"{public_url}/v1/member/verification"), transaction
        answer = returned(nice.verify(opened.headers["location"]))
        values = only_values(handed_over(answer, callback))
        closed = requests.get(transaction["close_url"], timeout=30)
        assert closed.status_code == 200
        by_browser = shop.open(begun, values)
        assert by_browser.status_code == 404, "closed to browsers"
        assert Storefront(service.url).open(begun, values).status_code == 200
        for secret in (values["enc_data"][:40], "web_transaction_id="):
            assert secret not in nginx.logs, secret
        for asset in ("window.css", "window.js"):
            assert nginx.ask("GET", f"/api/member/v1/member/{asset}").status_code == 200
    # Nothing behind it: what nginx logs then must hold no web_transaction_id either.
    begun = shop.begin()
    address = nice.verify(shop.window(begun, nginx.url).headers["location"])
    service.stop()
    failed = returned(address).status_code
    assert failed in (502, 504)
    nginx.logged(f'HTTP/1.1" {failed} ')
    assert "web_transaction_id=" not in nginx.logs


def test_on_a_host_of_its_own(start: Start, launcher: Launcher, nice: StrictNice) -> None:
    service_port = free_port()
    port = launcher.nginx_with(
        f"location / {{ proxy_pass http://127.0.0.1:{service_port}; }}")
    public_url = f"http://127.0.0.1:{port}"
    start(BIND=f"127.0.0.1:{service_port}", PUBLIC_URL=public_url)
    shop = Storefront(public_url)
    spoofed = {"host": "evil.example", "x-forwarded-host": "evil.example",
               "x-forwarded-prefix": "/evil", "x-forwarded-proto": "https",
               "forwarded": "host=evil.example;proto=https"}
    begun = requests.post(f"{public_url}/v1/member/getOAuthToken", json={}, headers=spoofed,
                          timeout=30)
    window = f"{public_url}/v1/member/verificationWindow"
    assert begun.headers["x-nice-window-url"] == window
    form = only_values(begun.json())
    opened = requests.post(window, data=form, headers=spoofed | {"origin": ORIGIN}, timeout=30,
                           allow_redirects=False)
    assert opened.status_code == 303, opened.text
    [transaction] = nice.transactions.values()
    assert "evil" not in str(transaction.asked)
    values = only_values(handed_over(returned(nice.verify(opened.headers["location"]))))
    assert shop.open(begun, values).status_code == 200
    # The service's own pages may press its own button.
    begun = shop.begin()
    assert shop.window(begun, public_url).status_code == 303
