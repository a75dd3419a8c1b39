"""A shop that has NICE's addresses in its code."""

from urllib.parse import parse_qsl, urlsplit

import requests
from foreign.integrated_client import IntegratedClient
from nice_auth import NiceAuthService
from support.service import (
    CLIENT_ID, CLIENT_SECRET, INTEGRATED_CLIENT_ID, INTEGRATED_CLIENT_SECRET, PRODUCT_ID)

BACK = "https://shop.example/back"


def came_back(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


older = NiceAuthService("https://svc.niceapi.co.kr:22001", CLIENT_ID, CLIENT_SECRET, PRODUCT_ID,
                        BACK, authtype="M", popupyn="Y")
begun = older.get_nice_auth()
window = {"m": "service"} | {name: begun[name] for name in (
    "token_version_id", "enc_data", "integrity_value")}
back = came_back(requests.post("https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb",
                               window, allow_redirects=False, timeout=10))
print(older.verify_auth_result(back["enc_data"], begun["key"], begun["iv"])["name"])

newer = IntegratedClient("https://auth.niceid.co.kr", INTEGRATED_CLIENT_ID,
                         INTEGRATED_CLIENT_SECRET)
token = newer.token()
opened = newer.begin(token, BACK)
assert opened.auth_url.startswith("https://auth.niceid.co.kr/ido/"), opened.auth_url
back = came_back(requests.get(opened.auth_url, allow_redirects=False, timeout=10))
print(newer.result(token, opened, back["web_transaction_id"])["name"])
