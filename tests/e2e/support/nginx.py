"""A real nginx: with a server of the test's own, or as deploy/nginx's example has it. There only
ports, paths and upstreams are changed, and `KEPT`.
"""

import re
import subprocess
from pathlib import Path

import requests

from support.process import PATIENCE_SECONDS, PROJECT, free_port, until

EXAMPLE = PROJECT / "deploy/nginx/member-verification.conf"
# How long idle connections are kept, so that tests wait less.
KEPT = "1s"
MAIN = """{modules}
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
}}
"""


def configured(folder: Path, http: str, modules: str = "") -> list[str]:
    """Writes its configuration; returns the command that starts it."""
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, http=http, modules=modules))
    return ["nginx", "-e", str(folder / "start.log"), "-c", str(main)]


class Nginx:
    """Its configuration and certificate, in a folder. `Launcher.nginx` starts it."""

    def __init__(self, folder: Path, upstreams: tuple[int, int],
                 shop: int | None = None) -> None:
        self.folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.asked = 0
        changes = [
            (r"listen 443", f"listen 127.0.0.1:{self.port}", 1),
            (r"listen 80", f"listen 127.0.0.1:{self.plain_port}", 1),
            (r"\n    listen \[::\].*", "", 2),
            (r"server 127\.0\.0\.1:8080", f"server 127.0.0.1:{upstreams[0]}", 1),
            (r"server 127\.0\.0\.1:8082", f"server 127.0.0.1:{upstreams[1]}", 1),
            (r"keepalive_timeout 5s", f"keepalive_timeout {KEPT}", 1),
            (r"/etc/nginx/tls/shop\.example", f"{self.folder}/certificate", 2),
            (r"/var/log/nginx/", f"{self.folder}/", 4),
        ]
        text = EXAMPLE.read_text()
        if shop is not None:
            # Its commented locations, with the shop's server on this port.
            text = re.sub(r"(?m)^    # (location .*\{|    proxy_pass .*;|\})$", r"    \1", text)
            changes.append((r"127\.0\.0\.1:3000", f"127.0.0.1:{shop}", 1))
        for pattern, replacement, times in changes:
            text, found = re.subn(pattern, replacement, text)
            assert times == found, pattern
        (self.folder / "example.conf").write_text(text)
        self.command = configured(self.folder, f"include {self.folder}/example.conf;")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "1", "-subj", "/CN=shop.example",
             "-addext", "subjectAltName=DNS:shop.example,IP:127.0.0.1",
             "-keyout", self.folder / "certificate.key", "-out", self.folder / "certificate.pem"],
            check=True, capture_output=True)

    def ask(self, method: str, path: str, **more) -> requests.Response:
        self.asked += 1
        return requests.request(method, f"{self.url}{path}", timeout=PATIENCE_SECONDS,
                                verify=self.folder / "certificate.pem", **more)

    @property
    def access(self) -> str:
        return (self.folder / "shop.access.log").read_text()

    def logged(self, text: str) -> None:
        """Waits for it in the access log: nginx writes a line after the answer."""
        until(lambda: text in self.access, f"nginx has not logged {text!r}")

    @property
    def logs(self) -> str:
        """All logs, with a line for each `ask`."""
        until(lambda: self.access.count("\n") >= self.asked, "nginx has not logged all requests")
        return "".join(path.read_text() for path in self.folder.glob("*.log"))
