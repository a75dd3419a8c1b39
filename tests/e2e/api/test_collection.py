"""The collection for Postman, run by newman as it is committed: the whole flow."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.launcher import Launcher
from support.process import PROJECT
from support.service import Service
from support.shop import KEY

COLLECTION = PROJECT / "openapi/member-api.postman_collection.json"
FLOW = ["getOAuthToken", "browser: the window", "browser: back to the shop",
        "getVerificationResult", "getVerificationStatus"]


@pytest.fixture(params=["standard-window", "integrated"])
def service(request: pytest.FixtureRequest, launcher: Launcher) -> Service:
    return launcher.sandboxed(NICE_API=request.param, RESULT_API_KEY=KEY)


def run(service: Service, folder: Path, **variables: str) -> dict[str, Any]:
    """What newman reports of a run with these variables."""
    newman = Path(os.environ["API_MODULES"]) / ".bin/newman"
    report = folder / "report.json"
    command = [newman, "run", COLLECTION, "--reporters", "json", "--reporter-json-export", report]
    for name, value in {"baseUrl": service.url, "apiKey": KEY, **variables}.items():
        command += ["--env-var", f"{name}={value}"]
    ended = subprocess.run(command, check=False, text=True, timeout=60,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told: dict[str, Any] = json.loads(report.read_text())["run"]
    assert ended.returncode == (1 if told["failures"] else 0), ended.stdout
    return told


def test_a_person_is_verified(service: Service, launcher: Launcher) -> None:
    told = run(service, launcher.folder(), persona="minor14")
    assert told["failures"] == []
    assert [one["item"]["name"] for one in told["executions"]] == FLOW
    # A request without a test would pass whatever it is answered.
    assert all(one["assertions"] for one in told["executions"])
    opened = told["executions"][3]["response"]["stream"]["data"]
    assert json.loads(bytes(opened))["name"] == "어린이"


def test_a_run_without_a_person_fails(service: Service, launcher: Launcher) -> None:
    failed = {failure["source"]["name"]
              for failure in run(service, launcher.folder(), outcome="cancel")["failures"]}
    assert failed >= {"getVerificationResult", "getVerificationStatus"}
