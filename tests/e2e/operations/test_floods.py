"""More than anybody should send."""

import resource
import socket
import unittest
from contextlib import ExitStack

from fleet import SECONDS, Instance, until
from programs import Sandbox

IDLE = 10_000
# Beside the connections: Python's own files.
DESCRIPTORS = IDLE + 200
GIB = 1 << 30
HEAD = "POST /v1/member/getOAuthToken HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"


class Floods(unittest.TestCase):
    def setUp(self) -> None:
        self.instance = Instance(self.addCleanup, Sandbox(self.addCleanup), HEADER_TIMEOUT="60s")
        self.assertEqual(200, self.instance.begin().status_code)
        self.before = self.instance.resident

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.instance.port), SECONDS)

    def test_ten_thousand_idle_connections(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertTrue(most == resource.RLIM_INFINITY or most >= DESCRIPTORS,
                        f"this machine lets a process have {most} files only")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        with ExitStack() as stack:
            for _ in range(IDLE):
                stack.enter_context(self.connect())
            until(lambda: self.instance.descriptors > IDLE)
            for _ in range(20):
                self.assertEqual(200, self.instance.begin().status_code)
            # Each costs a task and a socket, and no buffer.
            each = (self.instance.resident - self.before) * 1024 / IDLE
            self.assertLess(each, 6, "KiB for each")
        until(lambda: self.instance.descriptors < 100)
        self.assertEqual(0, self.instance.stop(), self.instance.program.output)

    def test_a_body_of_a_gibibyte(self) -> None:
        for kind in (f"content-length: {GIB}", "transfer-encoding: chunked"):
            with self.subTest(kind), self.connect() as connection:
                connection.sendall(f"{HEAD}{kind}\r\n\r\n".encode())
                self.assertLess(self.pour(connection), 64 << 20, "bytes before it gave up")
                answer = connection.makefile("rb").read()
                self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
                self.assertIn(b'"BODY_TOO_LARGE"', answer)
                self.assertLess(self.instance.resident - self.before, 16, "MiB")
        self.assertEqual(200, self.instance.begin().status_code)

    def pour(self, connection: socket.socket) -> int:
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
        connection.settimeout(SECONDS)
        # All is said: the service need not wait for more.
        connection.shutdown(socket.SHUT_WR)
        return sent

    def test_a_head_of_64_kib(self) -> None:
        for head in ("x-long: " + "x" * (64 << 10), "\r\n".join(f"x-{n}: 1" for n in range(8_000))):
            with self.connect() as connection:
                connection.sendall(f"{HEAD}{head}\r\n\r\n".encode())
                answer = connection.makefile("rb").read()
                self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer)
        self.assertEqual(200, self.instance.begin().status_code)


if __name__ == "__main__":
    unittest.main()
