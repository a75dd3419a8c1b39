"""schemathesis against the service and its own document.

Each time schemathesis reads /openapi.json there, calls the server that the document names, and
judges each answer by the document.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.launcher import Launcher
from support.shop import KEY

HERE = Path(__file__).parent
ISSUE, OPEN = "/v1/member/getOAuthToken", "/v1/member/getVerificationResult"

# A run that reached less than this has not judged what it is for.
ALWAYS = {(ISSUE, 200), (ISSUE, 400), (ISSUE, 405), (ISSUE, 415), (OPEN, 400), (OPEN, 404),
          (OPEN, 405), (OPEN, 415)}
WITH_KEY = {(OPEN, 200), (OPEN, 401), (OPEN, 409), (OPEN, 422)}


@pytest.mark.parametrize("base_path, key", [("/api/member", KEY), ("", None)],
                         ids=["prefix-and-key", "bare"])
def test_answers_are_as_documented(launcher: Launcher, base_path: str, key: str | None) -> None:
    settings = {"BASE_PATH": base_path or "/"}
    wanted = ALWAYS
    if key:
        settings["RESULT_API_KEY"] = key
        wanted = ALWAYS | WITH_KEY
    service = launcher.sandboxed(**settings)
    _schemathesis(service.url, launcher.folder(), key)
    answered = {(line["path"], line["status"]) for line in service.requests()}
    missed = {(base_path + path, status) for path, status in wanted} - answered
    assert not missed, f"never answered: {sorted(missed)}"


def _schemathesis(url: str, folder: Path, key: str | None) -> None:
    command = [Path(sys.executable).parent / "schemathesis",
               "--config-file", HERE / "schemathesis.toml", "run", f"{url}/openapi.json"]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "hooks",
                   "SERVICE_URL": url}
    if key:
        command += ["--header", f"X-Api-Key: {key}"]
        environment["RESULT_API_KEY"] = key
    # It leaves its notes where it is run.
    ended = subprocess.run(command, cwd=folder, env=environment, check=False, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ended.returncode == 0, ended.stdout
