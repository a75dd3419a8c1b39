"""HTTP to the sandbox, which is on this machine: never by a proxy, redirects never followed."""

import http.client
from typing import Dict, NamedTuple, Optional
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30.0


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(method: str, url: str, body: Optional[bytes] = None,
        headers: Optional[Dict[str, str]] = None) -> Answer:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        path = parts.path or "/"
        connection.request(method, f"{path}?{parts.query}" if parts.query else path,
                           body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
