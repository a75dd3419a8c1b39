"""HTTP/1.1 over a bare socket, so that a request can be wrong, slow or cut short."""

import json
import socket
import struct
import time
from dataclasses import dataclass

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
# Longer than any deadline of the service.
PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        try:
            document = json.loads(self.body)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    def __str__(self):
        return f"{self.status} {self.body[:300].decode('utf-8', 'replace')}"


class Unanswered(Exception):
    """The connection ended, or nothing came, before the answer was whole."""


def message(method, path, body=None, kind=JSON, close=True):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if close:
        lines.append("Connection: close")
    if body is not None:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


class Connection:
    """One connection, for one request or many."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(PATIENCE)
        self._read = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def reset(self):
        """Closes with a reset: the other side gets no orderly end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def send(self, data):
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent; the answer may still be there

    def send_slowly(self, data, seconds, pieces=12):
        size = max(1, len(data) // pieces)
        for start in range(0, len(data), size):
            self.send(data[start:start + size])
            time.sleep(seconds / pieces)

    def call(self, method, path, body=None, kind=JSON):
        self.send(message(method, path, body, kind, close=False))
        return self.answer()

    def answer(self):
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        words = head[0].split(" ", 2)
        if len(words) < 2 or not words[1].isdigit():
            raise Unanswered(f"no HTTP: {head[0]!r}")
        headers = {name.lower(): value.strip() for name, _, value in
                   (line.partition(":") for line in head[1:] if line)}
        if headers.get("transfer-encoding") == "chunked":
            body = self._chunks()
        else:
            body = self._take(int(headers.get("content-length", 0)))
        return Answer(int(words[1]), headers, body)

    def _chunks(self):
        whole = b""
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            whole += self._take(size)
            self._take(2)
        self._take(2)
        return whole

    def _until(self, mark):
        while mark not in self._read:
            self._more()
        found, _, self._read = self._read.partition(mark)
        return found

    def _take(self, size):
        while len(self._read) < size:
            self._more()
        found, self._read = self._read[:size], self._read[size:]
        return found

    def _more(self):
        try:
            part = self._socket.recv(65536)
        except OSError as error:
            raise Unanswered(f"{error!r} after {self._read[:80]!r}") from error
        if not part:
            raise Unanswered(f"the end after {self._read[:80]!r}")
        self._read += part


def call(port, method, path, body=None, kind=JSON):
    with Connection(port) as connection:
        connection.send(message(method, path, body, kind))
        return connection.answer()
