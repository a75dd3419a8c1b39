"""The shop's server and the customer's browser in one: a whole verification."""

from urllib.parse import parse_qsl, urlsplit

import requests

from support.process import PATIENCE_SECONDS

# Its key for opening results.
KEY = "a-key-of-the-shop-that-is-long-enough"
VALUES = ("token_version_id", "enc_data", "integrity_value")


def begin(url: str, **fields: str) -> requests.Response:
    return requests.post(f"{url}/v1/member/getOAuthToken", json=fields, timeout=PATIENCE_SECONDS)


def verify(window: str, begun: dict[str, str]) -> str:
    """Verifies in the sandbox's window. Returns the address that it leads back to."""
    fields = {"m": "service", "sandbox_persona": "hong", **{name: begun[name] for name in VALUES}}
    answer = requests.post(window, data=fields, allow_redirects=False, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def browse(auth_url: str) -> dict[str, str]:
    """Goes to 통합인증's window, of a sandbox that approves by itself. Returns what comes back."""
    answer = requests.get(auth_url, allow_redirects=False, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def open_result(url: str, back: str, req_no: str, key: str) -> requests.Response:
    return requests.post(
        f"{url}/v1/member/getVerificationResult",
        json={**dict(parse_qsl(urlsplit(back).query)), "reqNo": req_no},
        headers={"X-Api-Key": key}, timeout=PATIENCE_SECONDS)
