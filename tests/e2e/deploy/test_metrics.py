"""/metrics, as promtool and Prometheus itself read it."""

import json
import subprocess

import pytest
import requests
import yaml

from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT, accepts, free_port

# What only a service of the newer API, or one with a Redis, has to tell.
ELSEWHERE = ("access_token_age", "store_")
DASHBOARD = PROJECT / "deploy/grafana/member-verification.json"


@pytest.fixture(scope="module")
def admin(module_launcher: Launcher) -> str:
    """The address of a service in which one verification has begun."""
    service = module_launcher.sandboxed()
    assert shop.begin(service.url).ok
    return service.settings["ADMIN_BIND"]


def test_promtool_finds_no_fault(admin: str) -> None:
    answer = requests.get(f"http://{admin}/metrics", timeout=PATIENCE_SECONDS)
    assert "member_verification_requests_total{" in answer.text
    judged = subprocess.run(["promtool", "check", "metrics"], input=answer.text,
                            capture_output=True, text=True, check=False)
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, "", "")


def test_prometheus_reads_it_and_answers_the_dashboard_s_queries(
        launcher: Launcher, admin: str) -> None:
    folder = launcher.folder()
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump({"scrape_configs": [
        {"job_name": "member-verification", "scrape_interval": "1s",
         "static_configs": [{"targets": [admin]}]}]}))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    prometheus = launcher.program([
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}"])

    def query(expression: str) -> list[dict]:
        answer = requests.get(f"{url}/api/v1/query", {"query": expression}, timeout=PATIENCE_SECONDS)
        assert answer.ok, f"{expression}: {answer.text}"
        return answer.json()["data"]["result"]

    prometheus.until(lambda: accepts(port))
    prometheus.until(lambda: requests.get(f"{url}/-/ready", timeout=PATIENCE_SECONDS).ok)
    begun = 'member_verification_verifications_total{event="begin"}'
    prometheus.until(lambda: bool(query(begun)))
    assert query(begun)[0]["value"][1] == "1"

    panels = json.loads(DASHBOARD.read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(expressions) > 20
    for expression in expressions:
        asked = expression.replace("$__rate_interval", "1m").replace("$instance", admin)
        found = query(asked)
        # Rates need two looks; what is there now needs one.
        if "rate(" not in asked and not any(name in asked for name in ELSEWHERE):
            assert found, asked
