"""Starts programs and ends them in the reverse order."""

import base64
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from support.nginx import Nginx, configured
from support.process import Program, accepts, free_port
from support.service import READY, Sandbox, Service


class Launcher(ExitStack):
    """What a test starts through it ends with the test."""

    def folder(self) -> Path:
        return Path(self.enter_context(tempfile.TemporaryDirectory(prefix="member-verification-")))

    def program(self, command: list[str | Path], settings: dict[str, str] | None = None,
                folder: Path | None = None) -> Program:
        return Program(self, command, settings, folder)

    def service(self, wait_for: str | None = READY, silent: bool = False,
                **settings: str) -> Service:
        """`serve`: it needs a NICE in its settings."""
        return Service(self, settings, wait_for=wait_for, silent=silent)

    def sandboxed(self, **settings: str) -> Service:
        """`serve --sandbox`: it has NICE in itself."""
        return Service(self, settings, "--sandbox")

    def sandbox(self, *words: str) -> Sandbox:
        return Sandbox(self, *words)

    def redis(self) -> dict[str, str]:
        """A Redis; returns the settings that make a service use it."""
        port = free_port()
        self.redis_server(["redis-server", "--save", "", "--appendonly", "no"], port)
        return {"REDIS_URL": f"redis://127.0.0.1:{port}/0",
                "STORE_KEY": base64.b64encode(os.urandom(32)).decode()}

    def redis_server(self, command: list[str], port: int, folder: Path | None = None,
                     host: str = "127.0.0.1") -> None:
        """Any Redis, on this port."""
        program = self.program([*command, "--bind", host, "--port", str(port)],
                               folder=folder or self.folder())
        program.until(lambda: accepts(port, host))

    def nginx(self, *upstreams: int, shop: int | None = None) -> Nginx:
        """deploy/nginx's example in front of two upstreams, and of a shop's server."""
        nginx = Nginx(self.folder(), upstreams, shop)
        program = self.program(nginx.command)
        program.until(lambda: accepts(nginx.port))
        return nginx

    def nginx_with(self, server: str, modules: str = "", folder: Path | None = None,
                   settings: dict[str, str] | None = None) -> int:
        """nginx with these directives for its one server; returns its port."""
        port = free_port()
        http = f"access_log off; server {{ listen 127.0.0.1:{port}; {server} }}"
        program = self.program(configured(folder or self.folder(), http, modules), settings)
        program.until(lambda: accepts(port))
        return port
