"""/metrics in both formats, read by the programs that are to read it."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import requests
import yaml

from programs import BINARY, PROJECT, Program, accepts, free_port

DASHBOARD = PROJECT / "deploy/grafana/member-verification.json"
# The longest wait for one answer.
SECONDS = 20


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        ports = {name: free_port() for name in ("BIND", "ADMIN_BIND")}
        settings = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        program = Program(cls.addClassCleanup, [BINARY, "serve", "--sandbox"], settings)
        program.until(lambda: all(accepts(port) for port in ports.values()))
        cls.admin = settings["ADMIN_BIND"]
        begun = requests.post(f"http://{settings['BIND']}/v1/member/getOAuthToken", json={},
                              timeout=SECONDS)
        assert begun.ok, begun.text

    def test_promtool_finds_nothing_to_say_about_the_text_format(self) -> None:
        answer = requests.get(f"http://{self.admin}/metrics", timeout=SECONDS)
        self.assertIn("member_verification_requests_total{", answer.text)
        judged = subprocess.run(["promtool", "check", "metrics"], input=answer.text,
                                capture_output=True, text=True, check=False)
        self.assertEqual((0, "", ""), (judged.returncode, judged.stdout, judged.stderr))

    def test_prometheus_itself_reads_openmetrics_and_the_dashboard_s_queries(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="prometheus-")
        self.addCleanup(folder.cleanup)
        config = Path(folder.name, "prometheus.yml")
        config.write_text(yaml.safe_dump({"scrape_configs": [
            {"job_name": "member-verification", "scrape_interval": "1s",
             "static_configs": [{"targets": [self.admin]}]}]}))
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        prometheus = Program(self.addCleanup, [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder.name}/data",
            f"--web.listen-address=127.0.0.1:{port}"])

        def query(expression: str) -> list[dict]:
            answer = requests.get(f"{url}/api/v1/query", {"query": expression}, timeout=SECONDS)
            self.assertTrue(answer.ok, f"{expression}: {answer.text}")
            return answer.json()["data"]["result"]

        prometheus.until(lambda: accepts(port))
        prometheus.until(lambda: requests.get(f"{url}/-/ready", timeout=SECONDS).ok)
        begun = 'member_verification_verifications_total{event="begin"}'
        prometheus.until(lambda: bool(query(begun)))
        self.assertEqual("1", query(begun)[0]["value"][1])
        # The other format has no such type.
        known = requests.get(f"{url}/api/v1/targets/metadata",
                             {"metric": "member_verification_build"}, timeout=SECONDS)
        self.assertEqual(["info"], [metric["type"] for metric in known.json()["data"]])

        panels = json.loads(DASHBOARD.read_text())["panels"]
        expressions = [target["expr"] for panel in panels for target in panel["targets"]]
        self.assertGreater(len(expressions), 20)
        for expression in expressions:
            asked = expression.replace("$__rate_interval", "1m").replace("$instance", self.admin)
            found = query(asked)
            # Rates need two looks; what is there now needs one.
            if "rate(" not in asked:
                self.assertTrue(found, asked)


if __name__ == "__main__":
    unittest.main()
