"""schemathesis against the service and its own document.

    python3 tests/e2e/api/run.py PATH_TO_BINARY

Starts `serve --sandbox` with and without a BASE_PATH. Each time schemathesis
reads /openapi.json there, calls the server that the document names, and
judges each answer by the document.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from service import Service

HERE = Path(__file__).parent
KEY = "a-key-of-the-shop-that-is-long-enough"
ISSUE, OPEN = "/v1/member/getOAuthToken", "/v1/member/getVerificationResult"

# A run that reached less than this has not judged what it is for.
ALWAYS = {(ISSUE, 200), (ISSUE, 400), (ISSUE, 405), (ISSUE, 415), (OPEN, 400), (OPEN, 404),
          (OPEN, 405), (OPEN, 415)}
WITH_KEY = {(OPEN, 200), (OPEN, 401), (OPEN, 409), (OPEN, 422)}


def judge(binary: Path, base_path: str, key: str | None) -> None:
    settings = {"BASE_PATH": base_path or "/"}
    wanted = ALWAYS
    if key:
        settings["RESULT_API_KEY"] = key
        wanted = ALWAYS | WITH_KEY
    with tempfile.TemporaryDirectory() as folder:
        with Service(binary, Path(folder, "log"), settings) as service:
            schemathesis(service.url, folder, key)
        missed = {(base_path + path, status) for path, status in wanted} - service.answers()
        assert not missed, f"never answered: {sorted(missed)}"
    print(f"schemathesis: BASE_PATH={settings['BASE_PATH']}, all as documented", flush=True)


def schemathesis(url: str, folder: str, key: str | None) -> None:
    command = [Path(sys.executable).parent / "schemathesis",
               "--config-file", HERE / "schemathesis.toml", "run", f"{url}/openapi.json"]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "hooks",
                   "SERVICE_URL": url, "NO_PROXY": "127.0.0.1"}
    if key:
        command += ["--header", f"X-Api-Key: {key}"]
        environment["RESULT_API_KEY"] = key
    # It leaves its notes where it is run.
    subprocess.run(command, cwd=folder, env=environment, check=True)


def main(binary: Path) -> None:
    judge(binary, "/api/member", KEY)
    judge(binary, "", None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(strict=True))
