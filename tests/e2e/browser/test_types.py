"""The popup kit's types, as a package that a shop installs."""

import os
import subprocess
from pathlib import Path

import pytest

from support.launcher import Launcher
from support.process import PROJECT

HERE = Path(__file__).parent


@pytest.fixture
def folder(launcher: Launcher, modules: Path) -> Path:
    """A shop's project that has the kit among its packages."""
    folder = launcher.folder()
    for name in ("usage.ts", "tsconfig.json"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    (folder / "package.json").write_text('{"type": "module"}')
    packages = folder / "node_modules"
    packages.mkdir()
    (packages / "member-verification-popup").symlink_to(PROJECT / "clients/popup")
    for package in modules.iterdir():
        if package.name != "member-verification-popup":
            (packages / package.name).symlink_to(package)
    return folder


def _run(folder: Path, *command: str) -> None:
    ended = subprocess.run(command, cwd=folder, env=os.environ, check=False, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ended.returncode == 0, ended.stdout


def test_a_shop_in_typescript_compiles(folder: Path) -> None:
    _run(folder, "node", "node_modules/typescript/bin/tsc")


def test_the_package_can_be_imported(folder: Path) -> None:
    _run(folder, "node", "--input-type=module", "--eval", 'import "member-verification-popup"')
