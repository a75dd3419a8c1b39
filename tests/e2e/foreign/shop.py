"""The shop's own server: the returnurl to which the window leads back."""

from urllib.parse import parse_qs, urlsplit

from support.loopback import Handler, Loopback


class _Handler(Handler):
    def do_GET(self) -> None:
        self.server.room.queries.append(urlsplit(self.path).query)
        self.answer(200, "text/plain", Shop.GREETING.encode())


class Shop(Loopback):
    GREETING = "welcome back"
    handler = _Handler

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[str] = []
        self.return_url = f"http://127.0.0.1:{self.port}/nice/callback"

    def last_query(self) -> dict[str, str]:
        """What came back. Each value is decoded once, as any web framework does."""
        values = parse_qs(self.queries.pop(), strict_parsing=True, keep_blank_values=True)
        assert all(len(several) == 1 for several in values.values()), values
        return {name: several[0] for name, several in values.items()}
