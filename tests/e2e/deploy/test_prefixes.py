"""The service below a path prefix of a real nginx, which keeps it or strips it."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
import requests

from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS

# It leaves redirects as they are, as most proxies do.
LOCATION = """
location /auth/ {{
    proxy_pass http://127.0.0.1:{service}{strip};
    proxy_set_header Host $http_host;
    proxy_redirect off;
    {header}
}}
"""
KEPT = ("", "")
STRIPPED = ("/", "proxy_set_header X-Forwarded-Prefix /auth;")


@pytest.fixture(params=[KEPT, STRIPPED], ids=["kept", "stripped"])
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    return request.param


@pytest.fixture
def prefixed(way: tuple[str, str], launcher: Launcher) -> str:
    return below_a_prefix(launcher, way)


def below_a_prefix(launcher: Launcher, way: tuple[str, str], **settings: str) -> str:
    """The prefix's address. Beside it there is nothing."""
    strip, header = way
    service = launcher.sandboxed(**({} if strip else {"BASE_PATH": "/auth"}), **settings)
    port = launcher.nginx_with(
        LOCATION.format(service=service.port, strip=strip, header=header))
    return f"http://127.0.0.1:{port}/auth"


def get(address: str) -> requests.Response:
    return requests.get(address, timeout=PATIENCE_SECONDS)


class Named(HTMLParser):
    """What a page names: its own files, links and forms."""

    def __init__(self, page: requests.Response) -> None:
        super().__init__()
        self.page = page.url
        self.addresses: set[str] = set()
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value and not value.startswith(("#", "data:")):
                self.addresses.add(urljoin(self.page, value))


@pytest.mark.parametrize("page", ["", "demo", "docs", "docs/", "sandbox", "sandbox/faults"])
def test_a_page_and_all_that_it_names_are_below_the_prefix(prefixed: str, page: str) -> None:
    shown = get(f"{prefixed}/{page}")
    assert shown.status_code == 200
    assert shown.url.startswith(f"{prefixed}/"), shown.url
    addresses = Named(shown).addresses
    assert len(addresses) > 2
    for address in addresses:
        assert address.startswith(f"{prefixed}/"), address
        assert get(address).status_code == 200, address


def test_files_and_documents_are_there(prefixed: str) -> None:
    for path in ("popup.js", "openapi.json", "openapi-3.0.json", "openapi-contract.json",
                 "docs/openapi.json", "docs/swagger-ui-bundle.js", "sandbox/api/personas"):
        assert get(f"{prefixed}/{path}").status_code == 200, path


def test_a_verification_by_the_newer_api_goes_through(
        way: tuple[str, str], launcher: Launcher) -> None:
    prefixed = below_a_prefix(launcher, way, NICE_API="integrated")
    begun = shop.begin(prefixed)
    bridge = begun.headers["x-nice-window-url"]
    assert bridge == f"{prefixed}/v1/member/verificationWindow"
    with requests.Session() as browser:
        asked = browser.post(bridge, {name: begun.json()[name] for name in shop.VALUES},
                             headers={"Origin": prefixed.removesuffix("/auth")},
                             allow_redirects=False, timeout=PATIENCE_SECONDS)
        window = asked.headers["location"]
        assert window.startswith(f"{prefixed}/sandbox/"), window
        back = browser.get(f"{window}?sandbox_persona=hong", timeout=PATIENCE_SECONDS)
    assert back.status_code == 200
    assert back.url.startswith(f"{prefixed}/v1/member/verificationCallback?")
    opened = shop.open_result(prefixed, back.url, begun.json()["reqNo"], "")
    assert opened.json()["name"] == "홍길동"


def test_a_verification_goes_through(prefixed: str) -> None:
    begun = shop.begin(prefixed)
    window = begun.headers["x-nice-window-url"]
    assert window == f"{prefixed}/sandbox/CheckPlusSafeModel/service.cb"
    back = shop.verify(window, begun.json())
    assert back.startswith(f"{prefixed}/v1/member/verificationCallback?")
    assert get(back).status_code == 200
    opened = shop.open_result(prefixed, back, begun.json()["reqNo"], "")
    assert opened.json()["name"] == "홍길동"
