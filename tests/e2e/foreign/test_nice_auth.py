"""PyPI's nice-auth, unchanged but for its base_url, through the whole flow.

The test is both the shop, which uses the library, and the browser, which follows the window's
redirect. nice-auth sends no methodtype, puts base64 into the query as it is, and decodes the
result strictly as EUC-KR.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest
import requests
from nice_auth import NiceAuthException, NiceAuthService

from foreign.shop import Shop
from support.launcher import Launcher
from support.service import CLIENT_ID, CLIENT_SECRET, PRODUCT_ID

AUTHTYPE = "M"

# The host that the library has in its text; only this is replaced.
LIVE_HOST = "https://nice.checkplus.co.kr"
# Enough that `+` comes up in each of the three base64 texts.
ROUNDS = 25


class Remembering(NiceAuthService):
    """Keeps what get_nice_auth_url throws away: without it no result can be opened."""

    def generate_keys(self):
        keys = super().generate_keys()
        self.hmac_key, self.site_code = keys[2], keys[5]
        return keys

    def get_nice_auth(self):
        self.auth = super().get_nice_auth()
        return self.auth


def _client(base_url: str, return_url: str, **changes: str) -> Remembering:
    settings = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "product_id": PRODUCT_ID}
    return Remembering(base_url=base_url, return_url=return_url, authtype=AUTHTYPE, popupyn="Y",
                       **{**settings, **changes})


def _verify(nice: Remembering, shop: Shop) -> dict:
    """One person's verification, from the first call to the opened result."""
    url = nice.get_nice_auth_url().replace(LIVE_HOST, nice.base_url)
    # The library's own address goes into the browser as it is: `+` and all.
    assert nice.auth["enc_data"] in url
    page = requests.get(url, timeout=10)
    assert page.text == shop.GREETING, f"{page.status_code} {page.url}\n{page.text}"
    back = shop.last_query()
    assert sorted(back) == ["enc_data", "integrity_value", "token_version_id"], back
    assert back["token_version_id"] == nice.auth["token_version_id"]
    digest = hmac.new(nice.hmac_key.encode(), back["enc_data"].encode(), hashlib.sha256).digest()
    assert back["integrity_value"] == base64.b64encode(digest).decode()
    assert back["enc_data"] != nice.auth["enc_data"]
    return nice.verify_auth_result(back["enc_data"], nice.auth["key"], nice.auth["iv"])


@pytest.fixture(scope="module")
def base_url(module_launcher: Launcher) -> str:
    return module_launcher.sandbox("--auto-approve").url


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as shop:
        yield shop


def test_whole_flow(base_url: str, shop: Shop) -> None:
    seen = []
    for _ in range(ROUNDS):
        nice = _client(base_url, shop.return_url)
        result = _verify(nice, shop)
        assert result["resultcode"] == "0000", result
        assert result["requestno"] == nice.auth["requestno"], result
        assert result["sitecode"] == nice.site_code, result
        assert result["name"] == "홍길동", result
        assert result["authtype"] == AUTHTYPE, result
        assert (len(result["ci"]), len(result["di"])) == (88, 64), result
        for field in ("sitecode", "responseno", "ci", "di"):
            assert result[field].startswith("SANDBOX"), (field, result)
        seen.append(result)
    for field, different in (("responseno", ROUNDS), ("ci", 1), ("di", 1)):
        values = {result[field] for result in seen}
        assert len(values) == different, f"{field}: {len(values)} values in {ROUNDS} results"


@pytest.mark.parametrize("changes", [
    {"client_id": "nobody"}, {"client_secret": "wrong"}, {"product_id": "1"}],
    ids=lambda changes: next(iter(changes)))
def test_refusals(base_url: str, shop: Shop, changes: dict[str, str]) -> None:
    """The library makes its own exception of NICE's refusal, with NICE's text."""
    with pytest.raises(NiceAuthException) as refused:
        _client(base_url, shop.return_url, **changes).get_nice_auth()
    assert refused.value.message.startswith("Failed to fetch"), refused
