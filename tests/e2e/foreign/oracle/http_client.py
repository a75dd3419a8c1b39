"""HTTP/1.1 over a bare socket: the status line, each header and each byte are seen as they came."""

import json
import socket
from dataclasses import dataclass

CONTRACT_PATH = "/v1/member/getOAuthToken"
JSON_TYPE = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Answer:
    status_line: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    raw: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        values = self.all(name)
        return values[0] if values else None

    def listed(self, name: str) -> set[str]:
        """The members of a comma list, in lower case."""
        return {part.strip().lower() for value in self.all(name) for part in value.split(",")} - {""}

    def json(self) -> dict:
        """The body as an object; an empty one when it is none, so that checks fail, not break."""
        try:
            document = json.loads(self.body)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    @property
    def payload(self) -> dict:
        payload = self.json().get("payload")
        return payload if isinstance(payload, dict) else {}

    @property
    def reason(self) -> str | None:
        return self.payload.get("reason")

    @property
    def faulty_fields(self) -> set[str]:
        return {error.get("field") for error in self.json().get("errors") or []}

    def __str__(self) -> str:
        return f"{self.status_line} {self.body[:300].decode('utf-8', 'replace')}"


class Client:
    """Speaks to one port and keeps every answer, to search them for secrets."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: list[Answer] = []

    def call(self, method: str, path: str, headers: tuple[tuple[str, str], ...] = (),
             body: bytes | None = None, timeout: float = 20) -> Answer:
        lines = [f"{method} {path} HTTP/1.1"]
        if not any(name.lower() == "host" for name, _ in headers):
            lines.append(f"Host: 127.0.0.1:{self.port}")
        lines.append("Connection: close")
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None and not any(name.lower() == "transfer-encoding" for name, _ in headers):
            lines.append(f"Content-Length: {len(body)}")
        message = "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")
        answer = parse(_exchange(self.port, message, timeout), method)
        self.answers.append(answer)
        return answer

    def get(self, path: str, *headers: tuple[str, str]) -> Answer:
        return self.call("GET", path, headers)

    def issue(self, fields: dict | bytes | str | None = None, *headers: tuple[str, str],
              path: str = CONTRACT_PATH, timeout: float = 20) -> Answer:
        """The main call; text and bytes go out as they are, so that they can be malformed."""
        match fields:
            case bytes():
                body = fields
            case str():
                body = fields.encode()
            case _:
                body = json.dumps(fields or {}, ensure_ascii=False).encode()
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers = (JSON_TYPE, *headers)
        return self.call("POST", path, headers, body, timeout)


def parse(raw: bytes, method: str) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise ConnectionError(f"no HTTP answer: {raw[:80]!r}")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    if ("transfer-encoding", "chunked") in [(name.lower(), value) for name, value in headers]:
        body = _without_chunks(body)
    if method == "HEAD":
        assert not body, "an answer to HEAD has no body"
    return Answer(lines[0], int(words[1]), headers, body, raw)


def _exchange(port: int, message: bytes, timeout: float) -> bytes:
    received = []
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            connection.sendall(message)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent; the answer may still be there
        try:
            while chunk := connection.recv(65536):
                received.append(chunk)
        except ConnectionResetError:
            pass
    return b"".join(received)


def _without_chunks(body: bytes) -> bytes:
    whole, rest = b"", body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            break
        whole, rest = whole + rest[:length], rest[length + 2:]
    return whole
