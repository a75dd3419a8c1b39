"""The examples of docs/sandbox.md, run as they stand there.

Each begins with nothing but the sandbox. Only its address is another one. They need curl, node
and a JDK.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from support.launcher import Launcher
from support.process import PROJECT
from support.service import Sandbox

DOCUMENT = PROJECT / "docs/sandbox.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:22001"
# How each language's example is run, in a folder that has it as this file.
RUN = {
    "python": ("example.py", [sys.executable, "example.py"]),
    "js": ("example.mjs", ["node", "example.mjs"]),
    "java": ("A.java", ["java", "A.java"]),
    "sh": ("example.sh", ["bash", "-euo", "pipefail", "example.sh"]),
}
SECONDS = 120


def _run(language: str, example: str, sandbox: Sandbox) -> str:
    """What it prints; an end with an error is a failure."""
    name, command = RUN[language]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text(example.replace(ADDRESS, sandbox.url), encoding="utf-8")
        # As a session would have it, without the progress that curl shows a person.
        answer = subprocess.run(command, cwd=folder, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                                check=False)
    assert answer.returncode == 0, f"{command}: {answer.returncode}\n{answer.stdout}{answer.stderr}"
    return answer.stdout


def _shape(answer: object) -> object:
    """What kind of value stands where; a code, or what says that it isn't real, as it is."""
    if isinstance(answer, dict):
        return {name: _shape(value) for name, value in answer.items()}
    if isinstance(answer, str) and not re.fullmatch(r"SANDBOX\d*|[A-Z]?\d{4}|오류 없음|ko|", answer):
        return "text"
    return answer


def _curl(example: str, shown: str, sandbox: Sandbox) -> None:
    printed = _run("sh", example, sandbox)
    assert _shape(json.loads(printed)) == _shape(json.loads(shown)), printed


def _faults(example: str, mistake: str, sandbox: Sandbox) -> None:
    printed = _run("sh", example, sandbox)
    decoder = json.JSONDecoder()
    switched_on, end = decoder.raw_decode(printed)
    listed, _ = decoder.raw_decode(printed[end:].lstrip())
    names = [entry["fault"] for entry in switched_on["active"]]
    assert names == ["gw_1503", "delay"], printed
    assert listed["active"] == switched_on["active"], printed
    assert {entry["name"] for entry in listed["catalogue"]} >= set(names), printed
    left = json.loads(_run("sh", f"curl -s {ADDRESS}/sandbox/api/faults", sandbox))["active"]
    assert left == [], left
    wrong = example.splitlines()[3].replace("gw_1503", "gw_9999")
    printed = _run("sh", f"FAULTS={ADDRESS}/sandbox/api/faults\n{wrong}", sandbox)
    assert json.loads(printed) == json.loads(mistake), printed


@pytest.fixture(scope="module")
def answering(module_launcher: Launcher) -> Sandbox:
    return module_launcher.sandbox("--auto-approve")


def _examples() -> list[tuple[str, str, str, str]]:
    """Language and text of each example, and of the block that follows it."""
    blocks = BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    return [(*block, *following) for block, following in zip(blocks, [*blocks[1:], ("", "")])
            if block[0] in RUN and ADDRESS in block[1]]


def test_the_examples_are_these() -> None:
    assert f"--bind {ADDRESS.removeprefix('http://')}" in DOCUMENT.read_text(encoding="utf-8")
    languages = sorted(language for language, *_ in _examples())
    assert languages == ["java", "js", "python", "sh", "sh"], languages


@pytest.mark.parametrize("language, example, next_language, following", _examples(),
                         ids=[language for language, *_ in _examples()])
def test_example(answering: Sandbox, language: str, example: str, next_language: str,
                 following: str) -> None:
    if language != "sh":
        printed = _run(language, example, answering)
        wanted = "access_token" if language == "java" else "token_version_id"
        assert wanted in printed, printed
    else:
        assert next_language == "json", example
        (_faults if "faults" in example else _curl)(example, following, answering)
