"""The popup kit in a real browser, against `serve --sandbox`.

    python3 tests/e2e/browser/run.py BINARY CHROMIUM CHROMEDRIVER NODE_MODULES [CASE…]

NODE_MODULES has axe-core and mermaid. Every case fails, too, when a page complains on its
console, when the service refuses what the case did not mean it to refuse, and
when the browser asks for anything beyond this machine.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import cases_diagrams
import cases_ending
import cases_flow
import cases_pages
import cases_stranger
from axe import Axe
from browser import Browser
from nice import Isolating, Outside
from play import play
from service import Service
from shop import Shop
from stage import Stage


def main(binary: str, chromium: str, driver: str, node_modules: str, *names: str) -> int:
    with ExitStack() as stack:
        enter = stack.enter_context
        services = [enter(Service(Path(binary), **settings)) for settings in (
            {}, {"KEY_CUSTODY": "server", "ERROR_STATUS": "ok200"}, {"ERROR_STATUS": "wire900"})]
        shop, direct = (enter(Shop(service.origin, service.window_url)) for service in services[:2])
        direct.services = " ".join(service.origin for service in services[1:])
        isolating = enter(Isolating(services[0].window_url))
        outside = enter(Outside())
        log = Path(enter(tempfile.TemporaryDirectory())) / "chromedriver.log"
        browser = enter(Browser(chromium, driver, outside, log))
        axe = Axe(browser, Path(node_modules))
        mermaid = Path(node_modules, "@mermaid-js/tiny/dist/mermaid.tiny.js").read_text("utf-8")
        stage = Stage(browser, axe, outside, services, shop, direct, isolating, mermaid)
        cases = [case for module in (cases_flow, cases_ending, cases_stranger, cases_pages,
                                    cases_diagrams)
                 for case in module.CASES]
        return play("browser", stage, cases, list(names))


if __name__ == "__main__":
    # The environment may name a proxy, which can't reach this machine.
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(1 if main(*sys.argv[1:]) else 0)
