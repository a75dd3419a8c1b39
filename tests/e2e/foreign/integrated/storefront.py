"""A shop whose code knows neither of NICE's APIs: it posts to the address that it is given."""

import base64
import json
import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import requests

from foreign.integrated.nice import StrictNice
from foreign.oracle.nice_crypto import open_sealed

ORIGIN = "https://shop.example"
RETURN_URL = f"{ORIGIN}/cb"
API_KEY = "the-key-of-the-shop-server-0123456789"
SETTINGS = {"RETURN_URLS": RETURN_URL, "RESULT_API_KEY": API_KEY}
VALUES = ("token_version_id", "enc_data", "integrity_value")
FIELD = re.compile(r'name="(token_version_id|enc_data|integrity_value)"\s+value="([^"]*)"')


class Storefront:
    """One shop, with its browser and its server, before one address of the service."""

    def __init__(self, url: str) -> None:
        self.url = url

    def begin(self, **fields: str) -> requests.Response:
        return requests.post(f"{self.url}/v1/member/getOAuthToken", json=fields, timeout=30)

    def window(self, begun: requests.Response, origin: str | None = ORIGIN) -> requests.Response:
        """The browser posts the three values to the window."""
        fields = begun.json()
        form = {"m": "service"} | {name: fields[name] for name in VALUES}
        headers = {} if origin is None else {"origin": origin}
        return requests.post(begun.headers["x-nice-window-url"], data=form, headers=headers,
                             allow_redirects=False, timeout=30)

    def open(self, begun: requests.Response, values: dict[str, str]) -> requests.Response:
        """The shop's server has the values opened."""
        return requests.post(f"{self.url}/v1/member/getVerificationResult", timeout=30,
                             headers={"x-api-key": API_KEY},
                             json=values | {"reqNo": begun.json()["reqNo"]})


def through_the_window(shop: Storefront, nice: StrictNice, begun: requests.Response) -> str:
    """To the window and through it. Returns where NICE leads the browser."""
    opened = shop.window(begun)
    assert opened.status_code == 303, opened.text
    return nice.verify(opened.headers["location"])


def returned(address: str) -> requests.Response:
    """The browser comes back."""
    return requests.get(address, allow_redirects=False, timeout=30)


def only_values(values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in VALUES}


def handed_over(answer: requests.Response, return_url: str = RETURN_URL) -> dict[str, str]:
    """The three values that lead to the shop's return address, by get or by post."""
    if answer.is_redirect:
        address = answer.headers["location"]
        assert address.startswith(f"{return_url}?"), address
        return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))
    assert answer.status_code == 200, answer.text
    assert f'action="{return_url}"' in unescape(answer.text), answer.text
    return {name: unescape(value) for name, value in FIELD.findall(answer.text)}


def decrypted(begun: requests.Response, values: dict[str, str]) -> dict:
    """What a shop reads that decrypts by itself, as the contract allows."""
    fields = begun.json()
    base64.b64decode(values["integrity_value"], validate=True)
    plain = open_sealed(fields["key"], fields["iv"], values["enc_data"])
    return json.loads(plain.decode("cp949"))
