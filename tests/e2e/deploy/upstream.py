"""What nginx sees in the service's place, to look at what it sends there."""

import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream:
    """Keeps each request's headers; with `hangs_up` it answers none of them."""

    def __init__(self, test: unittest.TestCase, *, hangs_up: bool = False) -> None:
        self.requests: list[dict[str, str]] = []
        self.connections = 0
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                upstream.connections += 1

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                upstream.requests.append({"path": self.path, **dict(self.headers.items())})
                if hangs_up:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                """Nothing: the tests tell what went wrong."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
