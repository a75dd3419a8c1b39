"""A client of NICE 통합인증, written by NICE's guide alone, as a stranger would write it.

It knows nothing of the sandbox but its address and its credentials.
"""

import base64
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass

import requests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def request_no() -> str:
    return "SHOP" + uuid.uuid4().hex


class Refused(Exception):
    def __init__(self, answer: requests.Response):
        self.answer = answer
        self.code = answer.json()["result_code"]
        super().__init__(self.code)


@dataclass
class Token:
    access_token: str
    ticket: str
    iterators: int
    expires_in: int


@dataclass
class Begun:
    request_no: str
    auth_url: str
    transaction_id: str


@dataclass
class IntegratedClient:
    base_url: str
    client_id: str
    client_secret: str

    def call(self, name: str, authorization: str, body: dict) -> requests.Response:
        answer = requests.post(
            f"{self.base_url}/ido/intc/v1.0/auth/{name}",
            json=body,
            headers={"Authorization": authorization, "X-Intc-DevLang": "Linux/Python"},
            timeout=10,
        )
        if answer.json()["result_code"] != "0000":
            raise Refused(answer)
        return answer

    def token(self) -> Token:
        basic = encode(f"{self.client_id}:{self.client_secret}".encode())
        body = {"grant_type": "client_credentials", "request_no": request_no()}
        answer = self.call("token", f"Basic {basic}", body).json()
        names = ("access_token", "ticket", "iterators", "expires_in")
        return Token(**{name: answer[name] for name in names})

    def begin(self, token: Token, return_url: str, **more: object) -> Begun:
        number = request_no()
        body = {"request_no": number, "return_url": return_url, "svc_types": ["M"], **more}
        answer = self.call("url", f"Bearer {token.access_token}", body).json()
        assert answer["request_no"] == number
        return Begun(number, answer["auth_url"], answer["transaction_id"])

    def sealed(self, token: Token, begun: Begun, web_transaction_id: str) -> requests.Response:
        body = {
            "web_transaction_id": web_transaction_id,
            "transaction_id": begun.transaction_id,
            "request_no": begun.request_no,
        }
        return self.call("result", f"Bearer {token.access_token}", body)

    def result(self, token: Token, begun: Begun, web_transaction_id: str) -> dict:
        answer = self.sealed(token, begun, web_transaction_id).json()
        return self.open(token, begun, answer)

    def open(self, token: Token, begun: Begun, answer: dict) -> dict:
        key, hmac_key = self.keys(token, begun)
        enc_data = answer["enc_data"]
        mac = hmac.digest(hmac_key, enc_data.encode(), "sha256")
        if not hmac.compare_digest(encode(mac), answer["integrity_value"]):
            raise ValueError("integrity")
        data = decode(enc_data)
        iv, cipher_text, tag = data[:16], data[16:-16], data[-16:]
        decryptor = Cipher(algorithms.AES(key), modes.GCM(iv, tag)).decryptor()
        return json.loads(decryptor.update(cipher_text) + decryptor.finalize())

    @staticmethod
    def keys(token: Token, begun: Begun) -> tuple[bytes, bytes]:
        derived = hashlib.pbkdf2_hmac(
            "sha256",
            token.ticket.encode(),
            begun.transaction_id.encode(),
            token.iterators,
            64,
        )
        text = encode(derived)
        return text[:32].encode(), text[48:80].encode()
