"""A NICE client that knows the protocol and nothing of the service; it can get each thing wrong."""

import base64
import http.client
import json
import time
from datetime import datetime

from nice_rules import KST, Account

CRYPTO_PATH = "/api/v1.0/common/crypto/token"


class ForeignClient:
    def __init__(self, port: int, account: Account, prefix: str = "") -> None:
        self.port, self.account, self.prefix = port, account, prefix + "/digital/niceid"
        self.content_type = ""

    def post(self, path: str, headers: dict[str, str], body: str) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", self.prefix + path, body.encode(), headers)
            response = connection.getresponse()
            self.content_type = response.getheader("Content-Type") or ""
            return json.loads(response.read().decode())
        finally:
            connection.close()

    def issue(self, secret: str | None = None) -> dict:
        pair = f"{self.account.client_id}:{secret or self.account.client_secret}"
        return self.post("/oauth/oauth/token",
                         {"Authorization": "Basic " + _base64(pair),
                          "Content-Type": "application/x-www-form-urlencoded"},
                         "grant_type=client_credentials&scope=default")

    def institution_token(self) -> str:
        return self.issue()["dataBody"]["access_token"]

    def revoke(self, access_token: str) -> dict:
        return self.post("/oauth/oauth/token/revokeById",
                         {"Authorization": "Basic " + self._token_text(access_token, 0),
                          "Content-Type": "application/x-www-form-urlencoded"}, "")

    def crypto_token(self, access_token: str, skew: int = 0, product: str | None = None,
                     path: str = CRYPTO_PATH, prefix: str = "bearer ", country: str = "ko",
                     **data: str) -> dict:
        body = {"dataHeader": {"CNTY_CD": country},
                "dataBody": {"req_dtim": datetime.now(KST).strftime("%Y%m%d%H%M%S"),
                             "req_no": f"REQ{time.time_ns()}", "enc_mode": "1", **data}}
        return self.post(path, {"Authorization": prefix + self._token_text(access_token, skew),
                                "Content-Type": "application/json",
                                "ProductID": product or self.account.product_id}, json.dumps(body))

    def _token_text(self, access_token: str, skew: int) -> str:
        return _base64(f"{access_token}:{int(time.time()) + skew}:{self.account.client_id}")


def gateway_code(answer: dict) -> str | None:
    return (answer.get("dataHeader") or {}).get("GW_RSLT_CD")


def result_code(answer: dict) -> str | None:
    return (answer.get("dataBody") or {}).get("result_cd")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
