"""deploy/prometheus: read and tried by Prometheus' own promtool."""

import json
import subprocess
import tempfile
from pathlib import Path

import yaml

from support.process import PROJECT

FOLDER = PROJECT / "deploy/prometheus"
MANIFEST = PROJECT / "deploy/kubernetes/deployment.yaml"


def promtool(*words: str | Path) -> str:
    answer = subprocess.run(["promtool", *words], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_compose_s_configuration_is_read() -> None:
    printed = promtool("check", "config", FOLDER / "prometheus.yml")
    assert "1 rule files found" in printed


def test_rules_are_read() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", FOLDER / "alerts.yml")


def test_alerts_fire_when_they_should() -> None:
    promtool("test", "rules", FOLDER / "alerts.test.yml")


def test_each_alert_is_tried_and_says_what_to_do() -> None:
    tried = (FOLDER / "alerts.test.yml").read_text()
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    alerts = [rule for group in groups for rule in group["rules"]]
    assert len(alerts) > 20
    for alert in alerts:
        name = alert["alert"]
        assert f'alertname="{name}"' in tried
        assert alert["labels"]["severity"] in {"page", "ticket"}, name
        assert set(alert["annotations"]) == {"summary", "action"}, name


def test_in_a_cluster_the_admin_port_alone_is_asked() -> None:
    config = yaml.safe_load((FOLDER / "kubernetes.yml").read_text())
    (job,) = config["scrape_configs"]
    # Debian's promtool is built without Kubernetes: what that would find
    # is written down.
    found = job.pop("kubernetes_sd_configs")
    manifest = yaml.safe_load(MANIFEST.read_text())
    namespace = (PROJECT / "deploy/kubernetes/namespace.yaml").read_text()
    assert found[0]["namespaces"]["names"] == [yaml.safe_load(namespace)["metadata"]["name"]]
    pod = manifest["spec"]["template"]
    ports = {port["name"]: port["containerPort"]
             for port in pod["spec"]["containers"][0]["ports"]}
    notes = {name.replace(".", "_").replace("/", "_"): value
             for name, value in pod["metadata"]["annotations"].items()}
    job["static_configs"] = [
        {"targets": [f"10.0.0.{address}:{port}"],
         "labels": {"__meta_kubernetes_pod_name": f"pod-{address}",
                    "__meta_kubernetes_pod_container_port_name": name,
                    **{f"__meta_kubernetes_pod_annotation_{note}": value
                       for note, value in annotations.items()}}}
        for address, annotations in ((1, notes), (2, {}))
        for name, port in ports.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "prometheus.yml")
        path.write_text(yaml.safe_dump({"scrape_configs": [job]}))
        # It listens for more until the time is over.
        printed = promtool("check", "service-discovery", "--timeout=5s", path, job["job_name"])
    kept = [target["labels"] for target in json.loads(printed) if target.get("labels")]
    assert [(labels["instance"], labels["pod"]) for labels in kept] == [("10.0.0.1:8081", "pod-1")]
