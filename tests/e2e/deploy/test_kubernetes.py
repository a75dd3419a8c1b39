"""deploy/kubernetes: each manifest against Kubernetes' own schemas, each name
against what it names; then the deployment is started without a cluster."""

import re

import pytest
import requests

from deploy.deployment import (
    Container, Deployment, image_settings, seconds, unknown_settings)
from deploy.manifests import NAME, Kustomization
from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT
from support.service import CLIENT_ID, READY, Sandbox

FOLDER = PROJECT / "deploy/kubernetes"


@pytest.fixture(scope="module")
def manifests() -> Kustomization:
    return Kustomization(FOLDER)


def test_manifests_are_valid(manifests: Kustomization) -> None:
    assert len(manifests.documents) > 7
    manifests.validate()


def test_every_manifest_is_a_resource(manifests: Kustomization) -> None:
    there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(manifests.kustomization["resources"]) == there


def test_what_is_generated_is_used_by_its_name(manifests: Kustomization) -> None:
    (settings,) = manifests.kustomization["configMapGenerator"]
    (used,) = manifests.container["envFrom"]
    assert used["configMapRef"]["name"] == settings["name"]
    for deployment in (NAME, "redis"):
        pod = manifests.pod(deployment)["spec"]
        (volume,) = pod["volumes"]
        (container,) = pod["containers"]
        (mount,) = container["volumeMounts"]
        assert mount["name"] == volume["name"]
        assert mount["readOnly"]
        texts = [*container["args"], *(entry["value"] for entry in container.get("env", []))]
        files = {text.removeprefix(mount["mountPath"] + "/") for text in texts
                 if text.startswith("/run/")}
        assert files == manifests.secrets[volume["secret"]["secretName"]]


def test_the_image_is_the_one_that_is_renamed(manifests: Kustomization) -> None:
    (image,) = manifests.kustomization["images"]
    assert manifests.container["image"] == image["name"]
    version = re.search(r'^version = "(.*)"$', (PROJECT / "Cargo.toml").read_text(), re.M)
    assert image["newTag"] == version[1]


def test_pods_may_do_nothing_beside_their_work(manifests: Kustomization) -> None:
    for deployment in (NAME, "redis"):
        pod = manifests.pod(deployment)["spec"]
        assert not pod["automountServiceAccountToken"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        for container in pod["containers"]:
            allowed = container["securityContext"]
            assert not allowed["allowPrivilegeEscalation"]
            assert allowed["readOnlyRootFilesystem"]
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]
    user = manifests.pod()["spec"]["securityContext"]["runAsUser"]
    assert f"\nUSER {user}:{user}\n" in (PROJECT / "Dockerfile").read_text()


def test_a_new_version_takes_no_pod_away_first(manifests: Kustomization) -> None:
    spec = manifests.one("Deployment")["spec"]
    scaled = manifests.one("HorizontalPodAutoscaler")["spec"]
    assert scaled["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME}
    # Pods that the autoscaler has started would end with each kubectl apply.
    assert "replicas" not in spec and scaled["minReplicas"] >= 2
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    drain = sum(seconds(manifests.settings[name])
                for name in ("DRAIN_DELAY", "DRAIN_DEADLINE"))
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] > drain


def test_selectors_select_pods(manifests: Kustomization) -> None:
    for deployment in (NAME, "redis"):
        labels = manifests.pod(deployment)["metadata"]["labels"].items()
        spec = manifests.one("Deployment", deployment)["spec"]
        assert spec["selector"]["matchLabels"].items() <= labels
        service = manifests.one("Service", deployment)["spec"]
        assert service["selector"].items() <= labels
        policy = manifests.one("NetworkPolicy", deployment)["spec"]
        assert policy["podSelector"]["matchLabels"].items() <= labels
    budget = manifests.one("PodDisruptionBudget")["spec"]
    labels = manifests.pod()["metadata"]["labels"].items()
    assert budget["selector"]["matchLabels"].items() <= labels


def test_named_ports_exist(manifests: Kustomization) -> None:
    for deployment in (NAME, "redis"):
        (container,) = manifests.pod(deployment)["spec"]["containers"]
        there = {port["name"] for port in container["ports"]}
        named = {port["targetPort"]
                 for port in manifests.one("Service", deployment)["spec"]["ports"]}
        for rule in manifests.one("NetworkPolicy", deployment)["spec"]["ingress"]:
            named |= {port["port"] for port in rule["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            for way in container.get(probe, {}).values():
                if isinstance(way, dict):
                    named.add(way["port"])
        assert named <= there


def test_the_way_out_leads_to_nice_names_and_redis(manifests: Kustomization) -> None:
    rules = manifests.one("NetworkPolicy")["spec"]["egress"]
    ports = {(port["protocol"], port["port"]) for rule in rules for port in rule["ports"]}
    assert ports == {("TCP", 22001), ("UDP", 53), ("TCP", 53), ("TCP", 6379)}
    assert all(rule["to"] for rule in rules)


def test_settings_are_the_service_s_own(manifests: Kustomization) -> None:
    assert unknown_settings(set(manifests.environment)) == set()


def test_two_pods_share_a_verification(
        manifests: Kustomization, launcher: Launcher, sandbox: Sandbox) -> None:
    deployment = Deployment(launcher, "kubernetes/secrets")
    (deployment.secrets / "nice-client-secret").write_text("sandbox-secret\n")
    made = {path.name for path in deployment.secrets.iterdir()}
    assert set().union(*manifests.secrets.values()) <= made
    (redis,) = manifests.pod("redis")["spec"]["containers"]
    deployment.redis(redis["args"])
    settings = {**manifests.environment, "NICE_BASE_URL": sandbox.url,
                "NICE_CLIENT_ID": CLIENT_ID}
    first, second = (deployment.service(manifests.container["args"], settings)
                     for _ in range(2))
    _look_at_ports(manifests, first)
    begun = shop.begin(first.url).json()
    back = shop.verify(sandbox.window, begun)
    assert back.startswith(settings["RETURN_URLS"]), back
    key = (deployment.secrets / "result-key").read_text().strip()
    opened = shop.open_result(second.url, back, begun["reqNo"], key)
    assert opened.json()["name"] == "홍길동"
    _look_at_the_end(first)


def _look_at_the_end(pod: Container) -> None:
    """While the cluster takes the pod out, it still answers."""
    pod.service.process.terminate()
    pod.service.until(lambda: not pod.service.answers_ok(READY))
    assert shop.begin(pod.url).ok
    assert pod.service.exit_code() == 0


def _look_at_ports(manifests: Kustomization, pod: Container) -> None:
    """Probes and Prometheus find what they ask for, where they ask."""
    ports = {port["name"]: pod.ports[port["containerPort"]]
             for port in manifests.container["ports"]}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        way = manifests.container[probe]["httpGet"]
        answer = requests.get(f"http://127.0.0.1:{ports[way['port']]}{way['path']}",
                              timeout=PATIENCE_SECONDS)
        assert answer.ok, probe
    notes = manifests.pod()["metadata"]["annotations"]
    port = pod.ports[int(notes["prometheus.io/port"])]
    answer = requests.get(f"http://127.0.0.1:{port}{notes['prometheus.io/path']}",
                          timeout=PATIENCE_SECONDS)
    assert "member_verification_build_info" in answer.text
    assert port == ports["admin"]
    assert set(image_settings()) == {"BIND", "ADMIN_BIND"}
