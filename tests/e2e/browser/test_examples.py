"""examples/: a shop's server in a framework, as its README starts it, in a real browser."""

import os
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from browser.chromium import Browser
from support.launcher import Launcher
from support.loopback import Handler, Loopback
from support.process import PROJECT, accepts, free_port
from support.vite import NODE


@dataclass(frozen=True)
class Example:
    """A folder of examples/, and what its README starts, as one process."""

    name: str
    command: list[str]
    # The folder with its packages, and the variable that names where they are.
    packages: tuple[str, str] | None = None
    # What has to be done first, and may take long.
    build: list[str] | None = None


KEY = "the-key-of-the-examples-0123456789"

# Two each day; all of them before a release.
DAILY = [
    Example("express", [str(NODE), "server.mjs"], ("node_modules", "EXPRESS_MODULES")),
    Example("php", ["php", "-S", "127.0.0.1:{port}", "server.php"]),
]
ALL = [
    *DAILY,
    Example("django", [".venv/bin/python", "server.py", "runserver", "--noreload", "{port}"],
            (".venv", "DJANGO_VENV")),
    Example("fastapi", [".venv/bin/uvicorn", "server:app", "--port", "{port}"],
            (".venv", "FASTAPI_VENV")),
    Example("go", ["./server"], build=["go", "build", "-o", "server", "server.go"]),
    Example("java", ["java", "-Dfile.encoding=UTF-8", "Server.java"]),
    Example("nextjs", [str(NODE), "node_modules/next/dist/bin/next", "start",
                       "--hostname", "127.0.0.1", "--port", "{port}"],
            ("node_modules", "NEXTJS_MODULES"), ["npm", "run", "build"]),
]


def examples() -> list[Example]:
    return ALL if os.environ.get("EXAMPLES") == "all" else DAILY


not_of_the_repository = shutil.ignore_patterns("node_modules", ".venv", ".next", "public")


@dataclass(frozen=True)
class Built:
    """A copy of an example, ready to start."""

    example: Example
    folder: Path
    settings: dict[str, str]

    def before(self, service: str, launcher: Launcher) -> str:
        """Starts it before the service at this address; returns its own."""
        port = free_port()
        program = launcher.program(
            [word.format(port=port) for word in self.example.command], folder=self.folder,
            settings={**self.settings, "VERIFICATION": service, "PORT": str(port)})
        program.until(lambda: accepts(port))
        return f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module", params=examples(), ids=lambda example: example.name)
def built(request: pytest.FixtureRequest, module_launcher: Launcher) -> Built:
    example: Example = request.param
    folder = module_launcher.folder()
    here = folder / "examples" / example.name
    shutil.copytree(PROJECT / "examples", folder / "examples", ignore=not_of_the_repository)
    shutil.copytree(PROJECT / "clients/popup", folder / "clients/popup")
    if example.packages:
        name, variable = example.packages
        # A venv doesn't survive a move, and a bundler follows no link out of its folder.
        if name == ".venv":
            (here / name).symlink_to(os.environ[variable])
        else:
            shutil.copytree(os.environ[variable], here / name, symlinks=True)
    settings = {"RESULT_API_KEY": KEY, "GOCACHE": str(folder / "go"),
                "NEXT_TELEMETRY_DISABLED": "1"}
    if example.build:
        subprocess.run(example.build, cwd=here, env={**os.environ, **settings}, check=True,
                       timeout=300)
    return Built(example, here, settings)


@pytest.fixture(scope="module")
def shop(built: Built, module_launcher: Launcher) -> str:
    """The address of the example's shop, before a service that asks for a key."""
    return built.before(module_launcher.sandboxed(RESULT_API_KEY=KEY).url, module_launcher)


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_a_person_is_verified(browser: Browser, shop: str, mode: str) -> None:
    browser.fresh()
    browser.complaints()
    driver = browser.driver
    driver.get(f"{shop}/?mode={mode}")
    page = driver.current_window_handle
    find = lambda selector: driver.find_elements("css selector", selector)
    browser.wait(lambda: find("#verify:enabled"), "the shop's page")
    driver.find_element("id", "verify").click()
    if mode == "popup":
        opened = browser.wait(lambda: set(driver.window_handles) - {page}, "a window opens")
        driver.switch_to.window(opened.pop())
    browser.wait(lambda: find("#go"), "the sandbox's window")
    driver.find_element("id", "go").click()
    driver.switch_to.window(page)
    outcome = lambda: find("#outcome") and find("#outcome")[0].text
    browser.wait(outcome, "the shop's page says how it ended")
    assert outcome() == "홍길동님, 본인인증을 마쳤습니다."
    assert browser.complaints() == []


def test_a_closed_window_is_told_at_once(browser: Browser, shop: str) -> None:
    browser.fresh()
    driver = browser.driver
    driver.get(f"{shop}/?mode=popup")
    page = driver.current_window_handle
    find = lambda selector: driver.find_elements("css selector", selector)
    browser.wait(lambda: find("#verify:enabled"), "the shop's page")
    driver.find_element("id", "verify").click()
    opened = browser.wait(lambda: set(driver.window_handles) - {page}, "a window opens")
    driver.switch_to.window(opened.pop())
    browser.wait(lambda: find("button[value=cancel]"), "the sandbox's window")
    driver.find_element("css selector", "button[value=cancel]").click()
    driver.switch_to.window(page)
    browser.wait(lambda: find("#outcome")[0].text.startswith("창을 닫으셨습니까?"), "it asks")
    browser.complaints()


def visitor(shop: str) -> requests.Session:
    """A browser that has the page, with its cookies and what Django asks of a POST."""
    browser = requests.Session()
    browser.get(shop, timeout=20).raise_for_status()
    browser.headers["x-csrftoken"] = browser.cookies.get("csrftoken", "")
    return browser


def test_a_result_of_another_session_is_refused(shop: str) -> None:
    begun = visitor(shop).post(f"{shop}/api/v1/member/getOAuthToken", json={}, timeout=20)
    assert begun.headers["x-nice-window-url"]
    values = {name: begun.json()[name]
              for name in ("token_version_id", "enc_data", "integrity_value")}
    refused = visitor(shop).post(f"{shop}/verified", json=values, timeout=20)
    assert refused.status_code == 403
    assert refused.json()["message"] == "이 세션에서 시작한 본인인증이 아닙니다."


class _Lost(Handler):
    """What may stand in the service's place on a bad day."""

    def do_POST(self) -> None:
        self.body()
        if not self.server.room.silent:
            return self.answer(502, "text/html", b"<h1>Bad Gateway</h1>")
        self.server.room.over.wait(60)
        self.close_connection = True


class Lost(Loopback):
    handler = _Lost

    def __init__(self) -> None:
        super().__init__()
        self.silent = False
        self.over = threading.Event()


def test_a_service_that_is_lost_is_told_within_ten_seconds(
        built: Built, launcher: Launcher) -> None:
    with Lost() as lost:
        launcher.callback(lost.over.set)
        shop = built.before(f"http://127.0.0.1:{lost.port}", launcher)
        someone = visitor(shop)
        for lost.silent in (False, True):
            began = time.monotonic()
            told = someone.post(f"{shop}/api/v1/member/getOAuthToken", json={}, timeout=30)
            assert told.status_code == 502, told.text
            assert told.json()["message"] == "본인인증 서비스에 연결할 수 없습니다."
            assert time.monotonic() - began < 12
        lost.over.set()


def test_each_folder_is_tried_and_named() -> None:
    folders = {path.name for path in (PROJECT / "examples").iterdir() if path.is_dir()}
    assert folders == {example.name for example in ALL}
    for document in ["README.md", "README.ko.md", "docs/shop-server.md", "docs/shop-server.ko.md"]:
        linked = re.findall(r"\]\((?:\.\./)?examples/(\w+)/README\.md\)",
                            (PROJECT / document).read_text())
        assert set(linked) == folders, document
