"""`/demo` of `serve --sandbox` in a real browser.

    python3 tests/e2e/browser/demo.py BINARY CHROMIUM CHROMEDRIVER NODE_MODULES [CASE…]

NODE_MODULES has axe-core. Every case fails, too, when a page complains on its
console of anything but a refusal that the case provokes, and when the browser
asks for anything beyond this machine.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from axe import Axe
from browser import Browser
from demo_cases import CASES
from demo_page import Demo
from nice import Outside
from play import play
from service import Service

KEY = "a-key-of-the-shop-that-is-long-enough"


def main(binary: str, chromium: str, driver: str, node_modules: str, *names: str) -> int:
    with ExitStack() as stack:
        enter = stack.enter_context
        service = enter(Service(Path(binary)))
        limited = enter(Service(Path(binary), RATE_LIMIT="1/s", RESULT_API_KEY=KEY))
        outside = enter(Outside())
        log = Path(enter(tempfile.TemporaryDirectory())) / "chromedriver.log"
        browser = enter(Browser(chromium, driver, outside, log))
        axe = Axe(browser, Path(node_modules))
        demo = Demo(browser, axe, outside, service, limited)
        return play("demo", demo, CASES, list(names))


if __name__ == "__main__":
    # The environment may name a proxy, which can't reach this machine.
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(1 if main(*sys.argv[1:]) else 0)
