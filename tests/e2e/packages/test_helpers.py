"""The sandbox as a part of a test, in Python, Node.js and Java.

Each runs the tests of a shop in shops/, in an environment that has the package, a test runner
and nothing else; and each is killed, to see that the sandbox goes with it.
"""

import shutil
from pathlib import Path

import pytest

from packages.conftest import (
    BARE, JUNIT, MODULES, SHOPS, by_archive, by_npm, by_pip, environment, run)
from support.launcher import Launcher
from support.process import PROJECT, accepts, until

PYTHON_KILLED = """
import time
from nice_sandbox import Sandbox
print(Sandbox().base_url, flush=True)
time.sleep(3600)
"""
NODE_KILLED = """
import("nice-sandbox").then(async ({ startSandbox }) => {
  console.log((await startSandbox()).baseUrl);
  setTimeout(() => {}, 3600_000);
});
"""
JAVA_KILLED = """
class Killed {
    public static void main(String[] words) throws Exception {
        System.out.println(NiceSandbox.start().baseUrl());
        Thread.sleep(3600_000);
    }
}
"""
# Plugins of the tests' own environment.
NOT_OURS = ["-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio",
            "-p", "no:cacheprovider"]
JARS = [JUNIT / f"{name}.jar" for name in (
    "junit-jupiter-api", "junit-jupiter-engine", "junit-platform-commons",
    "junit-platform-console", "junit-platform-engine", "junit-platform-launcher",
    "junit-platform-reporting", "opentest4j", "apiguardian-api", "picocli")]


def ends_when_killed(launcher: Launcher, command: list[str | Path], folder: Path,
                     **settings: str) -> None:
    program = launcher.program(command, {**BARE, **settings}, folder)
    program.until(lambda: program.output.endswith("\n"))
    port = int(program.output.strip().rpartition(":")[2])
    assert accepts(port)
    program.kill()
    until(lambda: not accepts(port))


@pytest.fixture(scope="module")
def python(folder: Path) -> Path:
    environment(folder)
    by_pip("nice-sandbox", folder)
    return folder / "venv/bin/python"


@pytest.fixture(scope="module")
def node(folder: Path) -> Path:
    """A folder with the package, test runners and a shop."""
    shop = folder / "node"
    shutil.copytree(SHOPS / "node", shop)
    by_npm("nice-sandbox", shop)
    for package in MODULES.iterdir():
        there = shop / "node_modules" / package.name
        if not there.exists():
            there.symlink_to(package)
    return shop


@pytest.fixture(scope="module")
def java(folder: Path) -> dict[str, str]:
    """Where classes are compiled to, with the program that they find."""
    classes = folder / "java"
    (classes / "src").mkdir(parents=True)
    (classes / "src/Killed.java").write_text(JAVA_KILLED)
    sources = [*(SHOPS / "java").glob("*.java"), PROJECT / "packaging/java/NiceSandbox.java",
               classes / "src/Killed.java"]
    path = ":".join(map(str, JARS))
    run(["javac", "-Xlint:all,-path", "-Werror", "--release", "11", "-encoding", "UTF-8", "-cp", path, "-d", classes,
         *sources], folder)
    return {"NICE_SANDBOX": str(by_archive("nice-sandbox", classes)),
            "CLASSPATH": f"{path}:{classes}"}


def test_pytest(python: Path, folder: Path, test_packages: str) -> None:
    (folder / "shop").mkdir()
    cases = shutil.copy(SHOPS / "python/cases.py", folder / "shop/test_shop.py")
    told = run([python, "-m", "pytest", *NOT_OURS, "-q", cases], folder / "shop",
               PYTHONPATH=test_packages)
    assert "9 passed" in told, told


@pytest.mark.parametrize("command", [
    ["node", "--test", "node.test.mjs"],
    [MODULES / ".bin/vitest", "run", "vitest.test.mjs"],
    [MODULES / ".bin/jest", "--rootDir", ".", "jest.test.js"],
], ids=["node", "vitest", "jest"])
def test_node(node: Path, command: list[str | Path]) -> None:
    told = run(command, node, NO_COLOR="1")
    assert any(text in told for text in ("pass 7", "7 passed")), told


def test_junit(java: dict[str, str], folder: Path) -> None:
    told = run(["java", "org.junit.platform.console.ConsoleLauncher", "--select-class",
                "ShopTest", "--disable-banner", "--disable-ansi-colors"], folder, **java)
    assert "7 tests successful" in told and "0 tests failed" in told, told


def test_the_types(node: Path, python: Path, test_packages: str) -> None:
    run([MODULES / ".bin/tsc", "--noEmit", "--strict", "--target", "esnext", "--module",
         "nodenext", "--types", "node", "types.mts"], node)
    site = next(python.parents[1].glob("lib/python*/site-packages/nice_sandbox"))
    run([python, "-m", "mypy", "--strict", "--no-incremental", site], node,
        PYTHONPATH=test_packages)


def test_it_ends_with_a_killed_python(launcher: Launcher, python: Path, folder: Path) -> None:
    ends_when_killed(launcher, [python, "-c", PYTHON_KILLED], folder)


def test_it_ends_with_a_killed_node(launcher: Launcher, node: Path) -> None:
    ends_when_killed(launcher, ["node", "-e", NODE_KILLED], node)


def test_it_ends_with_a_killed_jvm(launcher: Launcher, java: dict[str, str],
                                   folder: Path) -> None:
    ends_when_killed(launcher, ["java", "Killed"], folder, **java)


def test_the_program_is_python_m_too(python: Path, folder: Path) -> None:
    assert run([python, "-m", "nice_sandbox", "--version"], folder).startswith("nice-sandbox ")
