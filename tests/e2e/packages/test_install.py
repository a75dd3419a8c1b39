"""From an archive, by pip and by npm to the first verified person, by the clock."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from foreign.integrated_client import IntegratedClient
from packages.conftest import (
    BARE, DIST, NPM, by_archive, by_npm, by_pip, environment, only, run)
from support import shop
from support.launcher import Launcher
from support.process import Program
from support.service import INTEGRATED_CLIENT_ID, INTEGRATED_CLIENT_SECRET

PROMISED_SECONDS = 10
UV = Path(sys.executable).with_name("uv")
ARCHIVE = re.compile(r"(.+)-([\d.]+)-linux-x64\.tar\.gz")
VERSIONS = dict(ARCHIVE.fullmatch(archive.name).groups()
                for archive in DIST.glob("*-linux-x64.tar.gz"))


def address(program: Program, pattern: str) -> str:
    program.until(lambda: re.search(pattern, program.output))
    return re.search(pattern, program.output)[1]


def nice_sandbox(launcher: Launcher, binary: Path) -> str:
    program = launcher.program([binary, "--bind", "127.0.0.1:0", "--auto-approve"], BARE)
    base_url = address(program, r"base URL +(\S+)")
    client = IntegratedClient(base_url, INTEGRATED_CLIENT_ID, INTEGRATED_CLIENT_SECRET)
    token = client.token()
    begun = client.begin(token, "https://shop.example/back")
    back = shop.browse(begun.auth_url)
    return client.result(token, begun, back["web_transaction_id"])["name"]


def member_verification(launcher: Launcher, binary: Path) -> str:
    settings = {**BARE, "BIND": "127.0.0.1:0", "ADMIN_BIND": "127.0.0.1:0"}
    program = launcher.program([binary, "serve", "--sandbox"], settings)
    url = address(program, r"Open the demo shop in a browser:\s+(\S+)/demo")
    begun = shop.begin(url)
    back = shop.verify(begun.headers["x-nice-window-url"], begun.json())
    return shop.open_result(url, back, begun.json()["reqNo"], "").json()["name"]


FLOWS = {"nice-sandbox": nice_sandbox, "member-verification": member_verification}


@pytest.mark.parametrize("program", sorted(VERSIONS))
@pytest.mark.parametrize("install", [by_archive, by_pip, by_npm])
def test_a_person_is_verified(launcher: Launcher, program: str,
                              install: Callable[[str, Path], Path]) -> None:
    folder = launcher.folder()
    if install is by_pip:
        environment(folder)
    began = time.monotonic()
    binary = install(program, folder)
    assert FLOWS[program](launcher, binary) == "홍길동"
    took = time.monotonic() - began
    print(f"{program} {install.__name__}: {took:.1f} s")
    assert took <= PROMISED_SECONDS


@pytest.mark.parametrize("program", sorted(VERSIONS))
def test_uvx_and_npx_run_it(launcher: Launcher, program: str) -> None:
    folder = launcher.folder()
    wheel = only(f"{program.replace('-', '_')}-*.whl")
    uvx = [UV, "tool", "run", "--quiet", "--offline", "--no-config", "--python", sys.executable,
           "--from", wheel, program]
    by_npm(program, folder)
    npx = [*NPM, "exec", "--offline", "--no", "--", program]
    for command in (uvx, npx):
        assert run([*command, "--version"], folder) == f"{program} {VERSIONS[program]}\n"


@pytest.mark.parametrize("program", sorted(VERSIONS))
def test_it_ends_with_the_package_of_npm(launcher: Launcher, program: str) -> None:
    """Node.js stands between, and passes signals and the exit code on."""
    binary = by_npm(program, launcher.folder())
    version = run([binary, "--version"], launcher.folder())
    assert version == f"{program} {VERSIONS[program]}\n"
    words = ["--bind", "127.0.0.1:0"]
    if program == "member-verification":
        words = ["sandbox", *words]
    running = launcher.program([binary, *words], BARE)
    running.until(lambda: "base URL" in running.output)
    assert running.stop() == 0
    refused = launcher.program([binary, "--nonsense"], BARE)
    assert refused.exit_code() == 64

