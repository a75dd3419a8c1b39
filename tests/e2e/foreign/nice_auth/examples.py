"""The examples of docs/sandbox.md, run as they stand there.

    python3 tests/e2e/foreign/nice_auth/examples.py PATH_TO_BINARY

Each begins with nothing but the sandbox; only its address is another one.
Wants curl, node and a JDK.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sandbox import Sandbox

DOCUMENT = Path(__file__).resolve().parents[4] / "docs/sandbox.md"
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


def run(language: str, example: str, sandbox: Sandbox) -> str:
    """What it prints; an end with an error is a failure."""
    name, command = RUN[language]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text(example.replace(ADDRESS, sandbox.base_url), encoding="utf-8")
        # As a session would have it, without the progress that curl shows a person.
        answer = subprocess.run(command, cwd=folder, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                                check=False)
    assert answer.returncode == 0, f"{command}: {answer.returncode}\n{answer.stdout}{answer.stderr}"
    return answer.stdout


def shape(answer: object) -> object:
    """What kind of value stands where; a code, or what says that it isn't real, as it is."""
    if isinstance(answer, dict):
        return {name: shape(value) for name, value in answer.items()}
    if isinstance(answer, str) and not re.fullmatch(r"SANDBOX\d*|[A-Z]?\d{4}|오류 없음|ko|", answer):
        return "text"
    return answer


def curl(example: str, shown: str, sandbox: Sandbox) -> None:
    printed = run("sh", example, sandbox)
    assert shape(json.loads(printed)) == shape(json.loads(shown)), printed


def faults(example: str, mistake: str, sandbox: Sandbox) -> None:
    printed = run("sh", example, sandbox)
    decoder = json.JSONDecoder()
    switched_on, end = decoder.raw_decode(printed)
    told, _ = decoder.raw_decode(printed[end:].lstrip())
    names = [entry["fault"] for entry in switched_on["active"]]
    assert names == ["gw_1503", "delay"], printed
    assert told["active"] == switched_on["active"], printed
    assert {entry["name"] for entry in told["catalogue"]} >= set(names), printed
    left = json.loads(run("sh", f"curl -s {ADDRESS}/sandbox/api/faults", sandbox))["active"]
    assert left == [], left
    wrong = example.splitlines()[3].replace("gw_1503", "gw_9999")
    printed = run("sh", f"FAULTS={ADDRESS}/sandbox/api/faults\n{wrong}", sandbox)
    assert json.loads(printed) == json.loads(mistake), printed


def main(binary: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert f"--bind {ADDRESS.removeprefix('http://')}" in text
    tried = []
    with Sandbox(binary) as sandbox:
        for (language, example), (next_language, following) in zip(blocks, [*blocks[1:], ("", "")]):
            if ADDRESS not in example or language not in RUN:
                continue
            if language != "sh":
                printed = run(language, example, sandbox)
                wanted = "access_token" if language == "java" else "token_version_id"
                assert wanted in printed, f"{language}: {printed}"
            else:
                assert next_language == "json", example
                (faults if "faults" in example else curl)(example, following, sandbox)
            tried.append(language)
    assert sorted(tried) == ["java", "js", "python", "sh", "sh"], tried
    print(f"docs/sandbox.md: {len(tried)} examples run")


if __name__ == "__main__":
    os.environ["NO_PROXY"] = "127.0.0.1"
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(strict=True))
