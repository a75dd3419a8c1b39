"""The kit from its package in a page of React, whose StrictMode runs each effect twice."""

import os
import subprocess
from pathlib import Path

import pytest

from browser.shop import HERE, KIT
from browser.stage import Stage

# React's own greeting in development.
GREETING = "React DevTools"


@pytest.fixture(scope="module")
def bundle(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a bundler makes of it for development."""
    made = tmp_path_factory.mktemp("react") / "react.js"
    subprocess.run(
        ["node", modules / "esbuild/bin/esbuild", HERE / "pages/react.js", "--bundle",
         "--format=esm", "--log-level=warning", f"--outfile={made}",
         '--define:process.env.NODE_ENV="development"',
         f"--alias:member-verification-popup={KIT / 'popup.js'}"],
        check=True, env={**os.environ, "NODE_PATH": str(modules)})
    return made.read_bytes()


@pytest.mark.parametrize("mode", ["page", "popup"])
def test_strict_mode_shows_the_person_and_opens_once(
        stage: Stage, bundle: bytes, mode: str) -> None:
    stage.expected.console = [GREETING]
    stage.shop.react = bundle
    stage.visit(path="/react", mode=mode)
    # So StrictMode is on.
    stage.browser.wait(
        lambda: stage.browser.run("return document.querySelector('[data-effects]').dataset.effects")
        == "2", "each effect runs twice")
    if mode == "popup":
        stage.begin()
        stage.verify()
    else:
        stage.click("#begin")
        stage.at_window()
        stage.verify()
        stage.ready()
    assert stage.outcome() == {"name": "홍길동"}
    assert len(stage.shop.handed) == 1
