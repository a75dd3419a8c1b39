"""More than anybody should send."""

import resource
import socket
from contextlib import ExitStack

import pytest

from operations.fleet import instance
from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, until
from support.service import Sandbox, Service

IDLE = 10_000
# Beside the connections: Python's own files.
DESCRIPTORS = IDLE + 200
GIB = 1 << 30
HEAD = "POST /v1/member/getOAuthToken HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"


@pytest.fixture
def flooded(launcher: Launcher, sandbox: Sandbox) -> Service:
    flooded = instance(launcher, sandbox, HEADER_TIMEOUT="60s")
    assert shop.begin(flooded.url).ok
    return flooded


def _connect(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), PATIENCE_SECONDS)


def test_ten_thousand_idle_connections(flooded: Service) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most == resource.RLIM_INFINITY or most >= DESCRIPTORS, \
        f"this machine lets a process have {most} files only"
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    before = flooded.resident
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(_connect(flooded))
        until(lambda: flooded.descriptors > IDLE)
        for _ in range(20):
            assert shop.begin(flooded.url).ok
        # Each costs a task, a socket, and hyper's read buffer of 8 KiB.
        each = (flooded.resident - before) * 1024 / IDLE
        assert each < 14, "KiB for each"
    until(lambda: flooded.descriptors < 100)
    assert flooded.stop() == 0, flooded.output


@pytest.mark.parametrize("kind", [f"content-length: {GIB}", "transfer-encoding: chunked"])
def test_a_body_of_a_gibibyte(flooded: Service, kind: str) -> None:
    before = flooded.resident
    with _connect(flooded) as connection:
        connection.sendall(f"{HEAD}{kind}\r\n\r\n".encode())
        assert _pour(connection) < 64 << 20, "bytes before it gave up"
        answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 413 "), answer
        assert b'"BODY_TOO_LARGE"' in answer
        assert flooded.resident - before < 16, "MiB"
    assert shop.begin(flooded.url).ok


def _pour(connection: socket.socket) -> int:
    """Sends until an answer has come, or everything is sent."""
    size = 1 << 20
    chunk = f"{size:x}\r\n".encode() + bytes(size) + b"\r\n"
    sent = 0
    connection.setblocking(False)
    while sent < GIB:
        try:
            if connection.recv(1, socket.MSG_PEEK):
                break
        except BlockingIOError:
            pass
        try:
            sent += connection.send(chunk)
        except BlockingIOError:
            pass
        except OSError:
            break
    connection.settimeout(PATIENCE_SECONDS)
    # All is sent: the service need not wait for more.
    connection.shutdown(socket.SHUT_WR)
    return sent


@pytest.mark.parametrize("head", [
    "x-long: " + "x" * (64 << 10), "\r\n".join(f"x-{n}: 1" for n in range(8_000))],
    ids=["one", "many"])
def test_a_head_of_64_kib(flooded: Service, head: str) -> None:
    with _connect(flooded) as connection:
        connection.sendall(f"{HEAD}{head}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 431 "), answer
    assert shop.begin(flooded.url).ok
