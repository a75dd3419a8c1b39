"""deploy/compose: read by Docker Compose itself; then what it says is started
without containers, since there may be no engine."""

import json
import subprocess
import unittest
from pathlib import Path

import requests
import yaml

import shop
from deployment import Deployment, seconds, unknown_settings
from programs import PROJECT, Sandbox


def config(deployment: Deployment, *files: str) -> dict:
    """The files as Docker Compose understands them together."""
    folder = deployment.folder / "compose"
    named = [word for name in files for word in ("--file", str(folder / name))]
    answer = subprocess.run(["docker-compose", *named, "config", "--format", "json"],
                            capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "warning" not in answer.stderr.lower(), answer.stderr
    return json.loads(answer.stdout)


class Compose(unittest.TestCase):
    def setUp(self) -> None:
        self.deployment = Deployment(self, "compose/secrets")

    def live(self) -> dict:
        folder = self.deployment.folder / "compose"
        (folder / "live.env.example").rename(folder / "live.env")
        (folder / "secrets/nice-client-secret").write_text("sandbox-secret\n")
        return config(self.deployment, "compose.yaml", "compose.live.yaml")

    def test_every_file_that_is_named_exists(self) -> None:
        whole = self.live()
        paths = [secret["file"] for secret in whole["secrets"].values()]
        for service in whole["services"].values():
            paths += [volume["source"] for volume in service.get("volumes", [])
                      if volume["type"] == "bind"]
            if "build" in service:
                build = service["build"]
                paths.append(f"{build['context']}/{build['dockerfile']}")
        self.assertGreater(len(paths), 9)
        for path in paths:
            self.assertTrue(Path(path).exists(), path)

    def test_nothing_is_published_beyond_this_machine(self) -> None:
        services = config(self.deployment, "compose.yaml")["services"]
        published = [port for service in services.values() for port in service.get("ports", [])]
        self.assertEqual({8080, 9090, 3000}, {port["target"] for port in published})
        self.assertEqual({"127.0.0.1"}, {port["host_ip"] for port in published})
        self.assertNotIn("ports", services["redis"])
        self.assertEqual({"store"}, set(services["redis"]["networks"]))

    def test_the_health_check_is_the_image_s_own(self) -> None:
        service = config(self.deployment, "compose.yaml")["services"]["member-verification"]
        self.assertIn(json.dumps(service["healthcheck"]["test"][1:]),
                      (PROJECT / "Dockerfile").read_text())

    def test_the_grace_period_outlasts_the_drain(self) -> None:
        service = self.live()["services"]["member-verification"]
        settings = {"DRAIN_DELAY": "0s", "DRAIN_DEADLINE": "15s", **service["environment"]}
        drain = seconds(settings["DRAIN_DELAY"]) + seconds(settings["DRAIN_DEADLINE"])
        self.assertGreater(seconds(service["stop_grace_period"]), drain)

    def test_settings_are_the_service_s_own(self) -> None:
        settings = self.live()["services"]["member-verification"]["environment"]
        self.assertEqual(set(), unknown_settings(set(settings)))

    def test_grafana_finds_dashboard_and_prometheus(self) -> None:
        services = config(self.deployment, "compose.yaml")["services"]
        mounts = {volume["target"]: Path(volume["source"])
                  for volume in services["grafana"]["volumes"] if volume["type"] == "bind"}
        provisioning = mounts["/etc/grafana/provisioning"]
        provider = yaml.safe_load((provisioning / "dashboards/member-verification.yml").read_text())
        folder = provider["providers"][0]["options"]["path"]
        dashboard = mounts[f"{folder}/member-verification.json"]
        self.assertEqual("member-verification", json.loads(dashboard.read_text())["uid"])
        self.assertEqual(f"{folder}/member-verification.json",
                         services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
        source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())
        self.assertIn(source["datasources"][0]["url"], {
            f"http://{name}:{port['target']}"
            for name, service in services.items() for port in service.get("ports", [])})

    def test_prometheus_asks_the_admin_port(self) -> None:
        services = config(self.deployment, "compose.yaml")["services"]
        text = (self.deployment.folder / "prometheus/prometheus.yml").read_text()
        job = yaml.safe_load(text)["scrape_configs"][0]["dns_sd_configs"][0]
        admin = services["member-verification"]["environment"]["ADMIN_BIND"]
        self.assertEqual(f"0.0.0.0:{job['port']}", admin)
        for name in job["names"]:
            self.assertIn(name, services)

    def test_the_sandbox_verifies(self) -> None:
        services = config(self.deployment, "compose.yaml")["services"]
        self.deployment.redis(services["redis"]["command"])
        container = services["member-verification"]
        service = self.deployment.service(container["command"], container["environment"])
        begun = shop.begin(service.url)
        self.assertEqual("sandbox", begun.headers["x-nice-environment"])
        back = shop.verify(begun.headers["x-nice-window-url"], begun.json())
        opened = (service.url, back, begun.json()["reqNo"])
        self.assertEqual(401, shop.open_result(*opened, "guessed").status_code)
        key = (self.deployment.secrets / "result-key").read_text().strip()
        self.assertEqual("홍길동", shop.open_result(*opened, key).json()["name"])
        self.assertEqual(409, shop.open_result(*opened, key).status_code)
        metrics = requests.get(service.metrics, timeout=10).text
        self.assertIn('verifications_total{event="opened",reason=""} 1', metrics)
        service.program.terminate()
        self.assertEqual(0, service.program.exit_code())

    def test_live_speaks_to_nice(self) -> None:
        services = self.live()["services"]
        self.deployment.redis(services["redis"]["command"])
        container = services["member-verification"]
        self.assertEqual(["serve"], container["command"])
        # Only NICE itself is replaced.
        nice = {"NICE_BASE_URL": Sandbox(self.addCleanup).url, "NICE_CLIENT_ID": "sandbox-client"}
        service = self.deployment.service(
            container["command"], {**container["environment"], **nice})
        begun = shop.begin(service.url)
        self.assertEqual(200, begun.status_code, begun.text)
        self.assertNotIn("x-nice-environment", begun.headers)
        self.assertIn("checkplus.co.kr", begun.headers["x-nice-window-url"])


if __name__ == "__main__":
    unittest.main()
