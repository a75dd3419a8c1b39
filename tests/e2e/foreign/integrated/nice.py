"""NICE's 통합인증 on the loopback, written from its guide alone, and strict.

What a call does wrong is kept in `faults`, besides the code that it is answered with.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CLIENT_ID = f"NI{uuid.UUID(int=7)}"
CLIENT_SECRET = base64.urlsafe_b64encode(bytes(range(60))).decode()
PERSON = {"name": "홍길동", "birthdate": "19900101", "gender": "1", "national_info": "0",
          "ci": "A" * 86 + "==", "di": "B" * 64, "mobile_co": "1", "mobile_no": "01000000000"}
DAY = 86_400_000
CALLS = "/ido/intc/v1.0/auth/"
HTTP_STATUS = {"0": 200, "1": 400, "2": 500, "3": 200}


@dataclass(frozen=True)
class Token:
    ticket: str
    iterators: int


@dataclass
class Transaction:
    request_no: str
    transaction_id: str
    asked: dict
    token: str
    web_transaction_id: str | None = None
    handed_out: bool = False


@dataclass
class Manner:
    """What NICE does otherwise than its guide's samples."""

    person: dict = field(default_factory=lambda: dict(PERSON))
    integrity_over_answer: bool = False
    rounds: Callable[[], object] = lambda: secrets.choice(range(10, 101))
    ticket_of_url: bool = False  # seals under the ticket of auth/url's token
    answers: dict[str, list[str]] = field(default_factory=dict)  # call -> codes, in turn
    spell: Callable[[str], str] = lambda enc_data: enc_data
    auth_url: Callable[[str], str] = lambda address: address
    # call -> what becomes of the fields of its answer, and of the answer on the wire
    fields: dict[str, Callable[[dict], object]] = field(default_factory=dict)
    wire: dict[str, Callable[["Answer"], None]] = field(default_factory=dict)
    before_result: Callable[[], None] = lambda: None
    after_result: Callable[[], None] = lambda: None


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Answer:
    """An answer on its way out."""

    handler: BaseHTTPRequestHandler
    status: int
    body: bytes
    headers: dict[str, str]

    def send(self, body: bytes | None = None, status: int | None = None,
             **headers: str | None) -> None:
        """As it is, or with another body, status or headers; None leaves one out."""
        body = self.body if body is None else body
        own = self.headers | {"content-length": str(len(body))} | {
            name.replace("_", "-"): value for name, value in headers.items()}
        self.handler.send_response(status or self.status)
        for name, value in own.items():
            if value is not None:
                self.handler.send_header(name, value)
        self.handler.end_headers()
        self.raw(body)

    def raw(self, data: bytes) -> None:
        try:
            self.handler.wfile.write(data)
            self.handler.wfile.flush()
        except OSError:
            self.hang_up()

    def hang_up(self) -> None:
        self.handler.close_connection = True


class Lost(Exception):
    """The connection ends without an answer."""


def seal(token: Token, transaction_id: str, plain: bytes,
         iv: bytes | None = None) -> tuple[str, Callable[[str], str]]:
    """`enc_data`, and what computes an integrity value."""
    iv = iv or secrets.token_bytes(16)
    derived = hashlib.pbkdf2_hmac("sha256", token.ticket.encode(), transaction_id.encode(),
                                  token.iterators, 64)
    text = url64(derived).encode()
    encryptor = Cipher(algorithms.AES(text[:32]), modes.GCM(iv)).encryptor()
    sealed = encryptor.update(plain) + encryptor.finalize()
    enc_data = url64(iv + sealed + encryptor.tag)
    return enc_data, lambda over: url64(hmac.digest(text[48:80], over.encode(), "sha256"))


class StrictNice:
    def __init__(self) -> None:
        self.manner = Manner()
        self.calls: Counter[str] = Counter()
        self.faults: list[str] = []
        self.tokens: dict[str, Token] = {}
        self.refused: set[str] = set()
        self.transactions: dict[str, Transaction] = {}
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.nice = self
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "StrictNice":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """With these a service takes it for NICE."""
        return {"NICE_API": "integrated", "NICE_BASE_URL": f"http://{self.host}",
                "NICE_WINDOW_HOSTS": self.host, "NICE_CLIENT_ID": CLIENT_ID,
                "NICE_CLIENT_SECRET": CLIENT_SECRET}

    def verify(self, auth_url: str) -> str:
        """The person verifies in the window. Returns where the browser is led."""
        transaction = self.transactions[urlsplit(auth_url).path]
        with self._lock:
            if transaction.web_transaction_id is None:
                transaction.web_transaction_id = base64.b64encode(
                    str(uuid.uuid4()).encode()).decode()
        back = transaction.asked["return_url"]
        return f"{back}{'&' if '?' in back else '?'}web_transaction_id=" \
               + transaction.web_transaction_id.replace("=", "%3D")

    # ---- The three calls ---------------------------------------------------------

    def answer(self, path: str, headers: dict, body: bytes) -> tuple[str, dict]:
        """The code and the rest of the body."""
        call = path.removeprefix(CALLS)
        with self._lock:
            self.calls[call] += 1
            scripted = self.manner.answers.get(call) or ["0000"]
            code = scripted.pop(0) if len(scripted) else "0000"
        if code != "0000":
            return code, {}
        try:
            asked = json.loads(body)
        except ValueError:
            return self._fault("3001", f"{call}: no JSON"), {}
        if headers.get("content-type", "").split(";")[0] != "application/json":
            self.faults.append(f"{call}: content-type {headers.get('content-type')}")
        do = {"token": self._token, "url": self._url, "result": self._result}.get(call)
        if do is None:
            return self._fault("1010", path), {}
        return do(headers.get("authorization", ""), asked)

    def _token(self, authorization: str, asked: dict) -> tuple[str, dict]:
        pair = url64(f"{CLIENT_ID}:{CLIENT_SECRET}".encode())
        if authorization != f"Basic {pair}":
            return self._fault("1001", "token: Authorization"), {}
        if asked.get("grant_type") != "client_credentials":
            return self._fault("1002", "token: grant_type"), {}
        self._number("token", asked)
        access_token = f"{url64(secrets.token_bytes(30))}.{url64(secrets.token_bytes(90))}.x"
        token = Token(url64(secrets.token_bytes(42)), self.manner.rounds())
        self.tokens[access_token] = token
        return "0000", {"request_no": asked["request_no"], "access_token": access_token,
                        "expires_in": int(time.time() * 1000) + DAY, "token_type": "Bearer",
                        "iterators": token.iterators, "ticket": token.ticket}

    def _url(self, authorization: str, asked: dict) -> tuple[str, dict]:
        access_token = authorization.removeprefix("Bearer ")
        if access_token in self.refused:
            return "1003", {}
        if access_token not in self.tokens:
            return self._fault("1004", "url: Authorization"), {}
        self._number("url", asked)
        taken = {one.request_no for one in self.transactions.values()}
        if asked["request_no"] in taken:
            return self._fault("3028", "url: request_no used before"), {}
        for name in ("return_url", "close_url"):
            if len(asked.get(name, "").encode()) > 250:
                return self._fault("1002", f"url: {name} over 250 bytes"), {}
        if not asked.get("svc_types") or not set(asked["svc_types"]) <= set("MFUI"):
            return self._fault("3031", f"url: svc_types {asked.get('svc_types')}"), {}
        transaction = Transaction(asked["request_no"], url64(secrets.token_bytes(41)), asked,
                                  access_token)
        path = f"/ido/cert/request/S1{uuid.uuid4()}"
        self.transactions[path] = transaction
        auth_url = self.manner.auth_url(f"http://{self.host}{path}")
        return "0000", {"request_no": asked["request_no"], "auth_url": auth_url,
                        "transaction_id": transaction.transaction_id}

    def _result(self, authorization: str, asked: dict) -> tuple[str, dict]:
        self.manner.before_result()
        access_token = authorization.removeprefix("Bearer ")
        if access_token in self.refused:
            return "1003", {}
        token = self.tokens.get(access_token)
        if token is None:
            return self._fault("1004", "result: Authorization"), {}
        found = [one for one in self.transactions.values()
                 if one.transaction_id == asked.get("transaction_id")]
        if not found:
            return "3029", {}
        [transaction] = found
        if transaction.request_no != asked.get("request_no"):
            return self._fault("3032", "result: request_no of another call"), {}
        with self._lock:
            if transaction.web_transaction_id is None \
                    or asked.get("web_transaction_id") != transaction.web_transaction_id:
                return "3032", {}
            if transaction.handed_out:
                return self._fault("3033", "result: asked twice"), {}
            transaction.handed_out = True
        plain = json.dumps(self.manner.person, ensure_ascii=False).encode()
        if self.manner.ticket_of_url:
            token = self.tokens[transaction.token]
        enc_data, integrity = seal(token, transaction.transaction_id, plain)
        enc_data = self.manner.spell(enc_data)
        over = f"0000응답성공{enc_data}" if self.manner.integrity_over_answer else enc_data
        self.manner.after_result()
        return "0000", {"enc_data": enc_data, "integrity_value": integrity(over)}

    def _number(self, call: str, asked: dict) -> None:
        if not 20 <= len(asked.get("request_no", "").encode()) <= 50:
            self.faults.append(f"{call}: request_no {asked.get('request_no')}")

    def _fault(self, code: str, what: str) -> str:
        self.faults.append(what)
        return code


class _Server(ThreadingHTTPServer):
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        nice = self.server.nice
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            code, rest = nice.answer(self.path, headers, body)
        except Lost:
            self.close_connection = True
            return
        message = "응답성공" if code == "0000" else "오류"
        fields = {"result_code": code, "result_message": message, **rest}
        call = self.path.removeprefix(CALLS)
        fields = nice.manner.fields.get(call, lambda fields: fields)(fields)
        answer = Answer(self, 500 if code == "1014" else HTTP_STATUS[code[0]],
                        json.dumps(fields, ensure_ascii=False).encode(),
                        {"content-type": "application/json;charset=UTF-8"})
        nice.manner.wire.get(call, Answer.send)(answer)

    def log_message(self, *_: object) -> None:
        pass
