"""Stands in the service's place and keeps the requests that a proxy sends there."""

from support.loopback import Handler, Loopback


class _Handler(Handler):
    def setup(self) -> None:
        super().setup()
        self.server.room.connections += 1

    def do_GET(self) -> None:
        self.body()
        upstream = self.server.room
        upstream.requests.append({"path": self.path, **dict(self.headers.items())})
        if upstream.hangs_up:
            self.close_connection = True
        else:
            self.answer(200, "text/plain", b"")

    do_POST = do_GET


class Upstream(Loopback):
    """Answers 200; with `hangs_up` it closes the connection instead."""

    handler = _Handler

    def __init__(self, *, hangs_up: bool = False) -> None:
        super().__init__()
        self.hangs_up = hangs_up
        self.requests: list[dict[str, str]] = []
        self.connections = 0
