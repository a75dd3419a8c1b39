"""The shop's own server: the returnurl to which the window leads back."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Shop:
    GREETING = "welcome back"

    def __init__(self) -> None:
        self._queries: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.return_url = f"http://127.0.0.1:{self._server.server_port}/nice/callback"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop._queries.append(urlsplit(self.path).query)
                body = shop.GREETING.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: the tests tell what went wrong."""

        return Handler

    def last_query(self) -> dict[str, str]:
        """What came back, each value decoded once, as any web framework does."""
        values = parse_qs(self._queries.pop(), strict_parsing=True, keep_blank_values=True)
        assert all(len(several) == 1 for several in values.values()), values
        return {name: several[0] for name, several in values.items()}

    def __enter__(self) -> "Shop":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
