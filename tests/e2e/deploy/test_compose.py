"""deploy/compose: read by Docker Compose itself, then started without containers.

There may be no container engine.
"""

import json
import subprocess
from pathlib import Path

import pytest
import requests
import yaml

from deploy.deployment import Deployment, seconds, unknown_settings
from support import shop
from support.launcher import Launcher
from support.process import PROJECT
from support.service import CLIENT_ID, Sandbox


def _config(deployment: Deployment, *files: str) -> dict:
    """The files as Docker Compose understands them together."""
    folder = deployment.folder / "compose"
    named = [word for name in files for word in ("--file", str(folder / name))]
    answer = subprocess.run(["docker-compose", *named, "config", "--format", "json"],
                            capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "warning" not in answer.stderr.lower(), answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture
def deployment(launcher: Launcher) -> Deployment:
    return Deployment(launcher, "compose/secrets")


def _live(deployment: Deployment) -> dict:
    folder = deployment.folder / "compose"
    (folder / "live.env.example").rename(folder / "live.env")
    (folder / "secrets/nice-client-secret").write_text("sandbox-secret\n")
    return _config(deployment, "compose.yaml", "compose.live.yaml")


def test_every_file_that_is_named_exists(deployment: Deployment) -> None:
    whole = _live(deployment)
    paths = [secret["file"] for secret in whole["secrets"].values()]
    for service in whole["services"].values():
        paths += [volume["source"] for volume in service.get("volumes", [])
                  if volume["type"] == "bind"]
        if "build" in service:
            build = service["build"]
            paths.append(f"{build['context']}/{build['dockerfile']}")
    assert len(paths) > 9
    for path in paths:
        assert Path(path).exists(), path


def test_nothing_is_published_beyond_this_machine(deployment: Deployment) -> None:
    services = _config(deployment, "compose.yaml")["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert {port["target"] for port in published} == {8080, 9090, 3000}
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}
    assert "ports" not in services["redis"]
    assert set(services["redis"]["networks"]) == {"store"}


def test_the_health_check_is_the_image_s_own(deployment: Deployment) -> None:
    service = _config(deployment, "compose.yaml")["services"]["member-verification"]
    assert json.dumps(service["healthcheck"]["test"][1:]) in (PROJECT / "Dockerfile").read_text()


def test_the_grace_period_outlasts_the_drain(deployment: Deployment) -> None:
    service = _live(deployment)["services"]["member-verification"]
    settings = {"DRAIN_DELAY": "0s", "DRAIN_DEADLINE": "15s", **service["environment"]}
    drain = seconds(settings["DRAIN_DELAY"]) + seconds(settings["DRAIN_DEADLINE"])
    assert seconds(service["stop_grace_period"]) > drain


def test_settings_are_the_service_s_own(deployment: Deployment) -> None:
    settings = _live(deployment)["services"]["member-verification"]["environment"]
    assert unknown_settings(set(settings)) == set()


def test_grafana_finds_dashboard_and_prometheus(deployment: Deployment) -> None:
    services = _config(deployment, "compose.yaml")["services"]
    mounts = {volume["target"]: Path(volume["source"])
              for volume in services["grafana"]["volumes"] if volume["type"] == "bind"}
    provisioning = mounts["/etc/grafana/provisioning"]
    provider = yaml.safe_load((provisioning / "dashboards/member-verification.yml").read_text())
    folder = provider["providers"][0]["options"]["path"]
    dashboard = mounts[f"{folder}/member-verification.json"]
    assert json.loads(dashboard.read_text())["uid"] == "member-verification"
    home = services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{folder}/member-verification.json"
    source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())
    assert source["datasources"][0]["url"] in {
        f"http://{name}:{port['target']}"
        for name, service in services.items() for port in service.get("ports", [])}


def test_prometheus_asks_the_admin_port(deployment: Deployment) -> None:
    services = _config(deployment, "compose.yaml")["services"]
    text = (deployment.folder / "prometheus/prometheus.yml").read_text()
    job = yaml.safe_load(text)["scrape_configs"][0]["dns_sd_configs"][0]
    admin = services["member-verification"]["environment"]["ADMIN_BIND"]
    assert admin == f"0.0.0.0:{job['port']}"
    for name in job["names"]:
        assert name in services


def test_the_sandbox_verifies(deployment: Deployment) -> None:
    services = _config(deployment, "compose.yaml")["services"]
    deployment.redis(services["redis"]["command"])
    container = services["member-verification"]
    service = deployment.service(container["command"], container["environment"])
    begun = shop.begin(service.url)
    assert begun.headers["x-nice-environment"] == "sandbox"
    back = shop.verify(begun.headers["x-nice-window-url"], begun.json())
    opened = (service.url, back, begun.json()["reqNo"])
    assert shop.open_result(*opened, "guessed").status_code == 401
    key = (deployment.secrets / "result-key").read_text().strip()
    assert shop.open_result(*opened, key).json()["name"] == "홍길동"
    assert shop.open_result(*opened, key).status_code == 409
    metrics = requests.get(service.metrics, timeout=10).text
    assert 'verifications_total{event="opened",reason=""} 1' in metrics
    assert service.service.stop() == 0


def test_live_speaks_to_nice(deployment: Deployment, sandbox: Sandbox) -> None:
    services = _live(deployment)["services"]
    deployment.redis(services["redis"]["command"])
    container = services["member-verification"]
    assert container["command"] == ["serve"]
    # Only NICE itself is replaced.
    nice = {"NICE_BASE_URL": sandbox.url, "NICE_CLIENT_ID": CLIENT_ID}
    service = deployment.service(
        container["command"], {**container["environment"], **nice})
    begun = shop.begin(service.url)
    assert begun.status_code == 200, begun.text
    assert "x-nice-environment" not in begun.headers
    assert "checkplus.co.kr" in begun.headers["x-nice-window-url"]
