"""deploy/kubernetes: each manifest against Kubernetes' own schemas, each name
against what it names; then the deployment is started without a cluster."""

import re
import unittest
from functools import cached_property
from pathlib import Path

import kubernetes_validate
import requests
import yaml

import shop
from deployment import Deployment, image_settings, seconds, unknown_settings
from programs import PROJECT, Sandbox

FOLDER = PROJECT / "deploy/kubernetes"
NAME = "member-verification"


class Manifests:
    """What `kubectl apply -k` would read."""

    def __init__(self, folder: Path) -> None:
        self.kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
        self.documents = [document for name in self.kustomization["resources"]
                          for document in yaml.safe_load_all((folder / name).read_text())]
        (settings,) = self.kustomization["configMapGenerator"]
        self.settings = dict(
            line.split("=", 1) for name in settings["envs"]
            for line in (folder / name).read_text().splitlines()
            if line and not line.startswith("#"))
        self.secrets = {secret["name"]: {Path(name).name for name in secret["files"]}
                        for secret in self.kustomization["secretGenerator"]}

    def one(self, kind: str, name: str = NAME) -> dict:
        (found,) = [document for document in self.documents
                    if (document["kind"], document["metadata"]["name"]) == (kind, name)]
        return found

    def pod(self, name: str = NAME) -> dict:
        return self.one("Deployment", name)["spec"]["template"]

    @cached_property
    def container(self) -> dict:
        (container,) = self.pod()["spec"]["containers"]
        return container

    @cached_property
    def environment(self) -> dict[str, str]:
        own = {entry["name"]: entry["value"] for entry in self.container["env"]}
        return {**self.settings, **own}


class Kubernetes(unittest.TestCase):
    def setUp(self) -> None:
        self.manifests = Manifests(FOLDER)

    def test_manifests_are_valid(self) -> None:
        self.assertGreater(len(self.manifests.documents), 7)
        for document in self.manifests.documents:
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(),
                                         strict=True)

    def test_every_manifest_is_a_resource(self) -> None:
        there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
        self.assertEqual(there, set(self.manifests.kustomization["resources"]))

    def test_what_is_generated_is_used_by_its_name(self) -> None:
        (settings,) = self.manifests.kustomization["configMapGenerator"]
        (used,) = self.manifests.container["envFrom"]
        self.assertEqual(settings["name"], used["configMapRef"]["name"])
        for deployment in (NAME, "redis"):
            pod = self.manifests.pod(deployment)["spec"]
            (volume,) = pod["volumes"]
            (container,) = pod["containers"]
            (mount,) = container["volumeMounts"]
            self.assertEqual(volume["name"], mount["name"])
            self.assertTrue(mount["readOnly"])
            texts = [*container["args"], *(entry["value"] for entry in container.get("env", []))]
            files = {text.removeprefix(mount["mountPath"] + "/") for text in texts
                     if text.startswith("/run/")}
            self.assertEqual(self.manifests.secrets[volume["secret"]["secretName"]], files)

    def test_the_image_is_the_one_that_is_renamed(self) -> None:
        (image,) = self.manifests.kustomization["images"]
        self.assertEqual(image["name"], self.manifests.container["image"])
        version = re.search(r'^version = "(.*)"$', (PROJECT / "Cargo.toml").read_text(), re.M)
        self.assertEqual(version[1], image["newTag"])

    def test_pods_may_do_nothing_beside_their_work(self) -> None:
        for deployment in (NAME, "redis"):
            pod = self.manifests.pod(deployment)["spec"]
            self.assertFalse(pod["automountServiceAccountToken"])
            self.assertTrue(pod["securityContext"]["runAsNonRoot"])
            self.assertEqual("RuntimeDefault", pod["securityContext"]["seccompProfile"]["type"])
            for container in pod["containers"]:
                allowed = container["securityContext"]
                self.assertFalse(allowed["allowPrivilegeEscalation"])
                self.assertTrue(allowed["readOnlyRootFilesystem"])
                self.assertEqual({"drop": ["ALL"]}, allowed["capabilities"])
                self.assertIn("memory", container["resources"]["limits"])
        user = self.manifests.pod()["spec"]["securityContext"]["runAsUser"]
        self.assertIn(f"\nUSER {user}:{user}\n", (PROJECT / "Dockerfile").read_text())

    def test_a_new_version_takes_no_pod_away_first(self) -> None:
        spec = self.manifests.one("Deployment")["spec"]
        self.assertGreaterEqual(spec["replicas"], 2)
        self.assertEqual(0, spec["strategy"]["rollingUpdate"]["maxUnavailable"])
        drain = sum(seconds(self.manifests.settings[name])
                    for name in ("DRAIN_DELAY", "DRAIN_DEADLINE"))
        self.assertGreater(spec["template"]["spec"]["terminationGracePeriodSeconds"], drain)

    def test_selectors_select_pods(self) -> None:
        for deployment in (NAME, "redis"):
            labels = self.manifests.pod(deployment)["metadata"]["labels"].items()
            spec = self.manifests.one("Deployment", deployment)["spec"]
            self.assertLessEqual(spec["selector"]["matchLabels"].items(), labels)
            service = self.manifests.one("Service", deployment)["spec"]
            self.assertLessEqual(service["selector"].items(), labels)
            policy = self.manifests.one("NetworkPolicy", deployment)["spec"]
            self.assertLessEqual(policy["podSelector"]["matchLabels"].items(), labels)
        budget = self.manifests.one("PodDisruptionBudget")["spec"]
        self.assertLessEqual(budget["selector"]["matchLabels"].items(),
                             self.manifests.pod()["metadata"]["labels"].items())

    def test_named_ports_exist(self) -> None:
        for deployment in (NAME, "redis"):
            (container,) = self.manifests.pod(deployment)["spec"]["containers"]
            there = {port["name"] for port in container["ports"]}
            named = {port["targetPort"]
                     for port in self.manifests.one("Service", deployment)["spec"]["ports"]}
            for rule in self.manifests.one("NetworkPolicy", deployment)["spec"]["ingress"]:
                named |= {port["port"] for port in rule["ports"]}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                for way in container.get(probe, {}).values():
                    if isinstance(way, dict):
                        named.add(way["port"])
            self.assertLessEqual(named, there)

    def test_the_way_out_leads_to_nice_names_and_redis(self) -> None:
        rules = self.manifests.one("NetworkPolicy")["spec"]["egress"]
        ports = {(port["protocol"], port["port"]) for rule in rules for port in rule["ports"]}
        self.assertEqual({("TCP", 22001), ("UDP", 53), ("TCP", 53), ("TCP", 6379)}, ports)
        self.assertTrue(all(rule["to"] for rule in rules))

    def test_settings_are_the_service_s_own(self) -> None:
        self.assertEqual(set(), unknown_settings(set(self.manifests.environment)))

    def test_two_pods_share_a_verification(self) -> None:
        deployment = Deployment(self, "kubernetes/secrets")
        (deployment.secrets / "nice-client-secret").write_text("sandbox-secret\n")
        made = {path.name for path in deployment.secrets.iterdir()}
        self.assertLessEqual(set().union(*self.manifests.secrets.values()), made)
        (redis,) = self.manifests.pod("redis")["spec"]["containers"]
        deployment.redis(redis["args"])
        nice = Sandbox(self.addCleanup)
        settings = {**self.manifests.environment, "NICE_BASE_URL": nice.url,
                    "NICE_CLIENT_ID": "sandbox-client"}
        first, second = (deployment.service(self.manifests.container["args"], settings)
                         for _ in range(2))
        self.look_at_ports(first)
        begun = shop.begin(first.url).json()
        back = shop.verify(nice.window, begun)
        self.assertTrue(back.startswith(settings["RETURN_URLS"]), back)
        key = (deployment.secrets / "result-key").read_text().strip()
        opened = shop.open_result(second.url, back, begun["reqNo"], key)
        self.assertEqual("홍길동", opened.json()["name"])
        self.look_at_the_end(first)

    def look_at_the_end(self, service) -> None:
        """While the cluster takes the pod out, it still answers."""
        service.program.terminate()
        ready = f"{service.url}/health/ready"
        service.program.until(lambda: requests.get(ready, timeout=10).status_code == 503)
        self.assertEqual(200, shop.begin(service.url).status_code)
        self.assertEqual(0, service.program.exit_code())

    def look_at_ports(self, service) -> None:
        """Probes and Prometheus find what they ask for, where they ask."""
        ports = {port["name"]: service.ports[port["containerPort"]]
                 for port in self.manifests.container["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            way = self.manifests.container[probe]["httpGet"]
            answer = requests.get(f"http://127.0.0.1:{ports[way['port']]}{way['path']}", timeout=10)
            self.assertEqual(200, answer.status_code, probe)
        notes = self.manifests.pod()["metadata"]["annotations"]
        port = service.ports[int(notes["prometheus.io/port"])]
        answer = requests.get(f"http://127.0.0.1:{port}{notes['prometheus.io/path']}", timeout=10)
        self.assertIn("member_verification_build_info", answer.text)
        self.assertEqual(ports["admin"], port)
        self.assertEqual({"BIND", "ADMIN_BIND"}, set(image_settings()))


if __name__ == "__main__":
    unittest.main()
