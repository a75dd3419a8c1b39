"""deploy/helm, rendered by Helm's own library: the same as deploy/kubernetes by default; each
variant against Kubernetes' schemas; wrong values refused; and started without a cluster."""

import copy
import json
import re
import subprocess
from urllib.parse import urljoin, urlsplit

import helm_python
import pytest
import requests
import yaml

from deploy.deployment import Deployment, seconds, unknown_settings
from deploy.manifests import NAME, Kustomization, Manifests
from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT
from support.service import (
    BINARY, INTEGRATED_CLIENT_ID, INTEGRATED_CLIENT_SECRET, Sandbox)

CHART = PROJECT / "deploy/helm"
# The lowest severity of `helm lint`.
HINT = 1
# What Helm adds to tell its releases apart, and a new Deployment from an old one.
OF_HELM = {"app.kubernetes.io/instance", "checksum/settings"}

INTEGRATED = {
    "NICE_API": "integrated", "NICE_CLIENT_ID": INTEGRATED_CLIENT_ID, "NICE_SVC_TYPES": "M,F",
    "PUBLIC_URL": "https://shop.example/api/member"}
VARIANTS = {
    "default": {},
    "integrated": {"settings": INTEGRATED},
    "ingress": {"ingress": {"enabled": True, "className": "nginx", "tlsSecretName": "shop-tls",
                            "annotations": {"example/key": "value"}}},
    "ingress of a shop that begins itself": {"ingress": {"enabled": True, "begin": False}},
    "no autoscaling": {"autoscaling": {"enabled": False}, "replicas": 3},
    "one pod without Redis": {
        "autoscaling": {"enabled": False}, "replicas": 1,
        "podDisruptionBudget": {"enabled": False}, "networkPolicy": {"enabled": False},
        "serviceAccount": {"create": False},
        "secret": {"keys": {"REDIS_URL": None, "STORE_KEY": None}}},
    "all": {
        "imagePullSecrets": ["registry"], "podAnnotations": {"a": "b"}, "podLabels": {"c": "d"},
        "nodeSelector": {"kubernetes.io/arch": "amd64"}, "priorityClassName": "high",
        "tolerations": [{"key": "k", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}}, "serviceAccount": {"annotations": {"e": "f"}},
        "secret": {"keys": {"NICE_PROXY": "nice-proxy"}},
        "networkPolicy": {"nice": {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "port": 3128}},
        "settings": {"AUDIT_LOG": "/var/log/audit/lines"},
        "volumes": [{"name": "audit", "persistentVolumeClaim": {"claimName": "audit"}}],
        "volumeMounts": [{"name": "audit", "mountPath": "/var/log/audit"}]},
}
# Each with a word of the complaint.
WRONG: dict[str, tuple[dict, str]] = {
    "an unknown setting": ({"settings": {"NICE_APY": "integrated"}}, "NICE_APY"),
    "a secret": ({"settings": {"NICE_CLIENT_SECRET": "secret"}}, "NICE_CLIENT_SECRET"),
    "a secret in the place of its key": (
        {"secret": {"keys": {"REDIS_URL": "redis://:password@redis:6379"}}}, "REDIS_URL"),
    "a port of the chart's": ({"settings": {"BIND": "0.0.0.0:80"}}, "BIND"),
    "a window without a way back": ({"settings": {"NICE_API": "integrated"}}, "PUBLIC_URL"),
    "an address in clear": (
        {"settings": {**INTEGRATED, "PUBLIC_URL": "http://shop.example"}}, "PUBLIC_URL"),
    "a window of the other API": (
        {"settings": {**INTEGRATED, "NICE_WINDOW_URL": "https://window.example"}},
        "NICE_WINDOW_URL"),
    "a client id of the other API": (
        {"settings": {"NICE_CLIENT_ID": INTEGRATED_CLIENT_ID}}, "NICE_CLIENT_ID"),
    "no client id": ({"settings": {"NICE_CLIENT_ID": None}}, "NICE_CLIENT_ID"),
    "an API that NICE has not": ({"settings": {"NICE_API": "both"}}, "NICE_API"),
    "a rate without a unit": ({"settings": {"RATE_LIMIT": "20"}}, "RATE_LIMIT"),
    "a time without a unit": ({"settings": {"NICE_CALL_TIMEOUT": "4"}}, "NICE_CALL_TIMEOUT"),
    "a grace that can't be counted": ({"settings": {"DRAIN_DELAY": "1m"}}, "DRAIN_DELAY"),
    "a switch that YAML reads": ({"settings": {"AUDIT_STRICT": True}}, "AUDIT_STRICT"),
    "a code that YAML reads": ({"settings": {"NICE_PRODUCT_ID": 2101979031}}, "NICE_PRODUCT_ID"),
    "no limit of memory": ({"resources": {"limits": None}}, "limits"),
    "a misspelt value": ({"replicaCount": 3}, "replicaCount"),
    "no replicas": ({"replicas": 0}, "replicas"),
    "Redis without a key": ({"secret": {"keys": {"STORE_KEY": None}}}, "STORE_KEY"),
    "several pods without Redis": (
        {"secret": {"keys": {"REDIS_URL": None, "STORE_KEY": None}}}, "REDIS_URL"),
    "more pods than at most": ({"autoscaling": {"minReplicas": 9}}, "maxReplicas"),
    "a file where nothing can be written": (
        {"settings": {"AUDIT_LOG": "/var/log/audit"}}, "volumeMounts"),
    "a host with a path": ({"ingress": {"host": "shop.example/api"}}, "host"),
}


def rendered(values: dict) -> Manifests:
    """`helm template member-verification deploy/helm`: its values are validated, too."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values, name=NAME, namespace=NAME)
    documents = [document for name, text in files.items() if name.endswith(".yaml")
                 for document in yaml.safe_load_all(text) if document]
    (settings,) = [document["data"] for document in documents if document["kind"] == "ConfigMap"]
    return Manifests(documents, settings)


def test_helm_finds_nothing_wrong() -> None:
    for values in VARIANTS.values():
        report = helm_python.lint(CHART, values, strict=True)
        assert report["errors"] == []
        # The rest are hints, such as that an icon would be nice.
        assert [found for found in report["messages"] if found["severity"] > HINT] == []


def test_the_chart_has_the_program_s_version() -> None:
    version = re.search(r'^version = "(.*)"$', (PROJECT / "Cargo.toml").read_text(), re.M)[1]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (version, version)


def plain(manifests: Manifests, kind: str) -> dict:
    """What it says to the cluster, without what Helm adds and what kustomize renames."""
    document = copy.deepcopy(manifests.one(kind))
    del document["metadata"]["labels"]

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {key: without(entry) for key, entry in value.items() if key not in OF_HELM}
        return [without(entry) for entry in value] if isinstance(value, list) else value

    document = without(document)
    if kind == "Deployment":
        (container,) = document["spec"]["template"]["spec"]["containers"]
        del container["image"]
        container["env"].sort(key=lambda entry: entry["name"])
    return document


def test_by_default_it_is_what_the_plain_manifests_are() -> None:
    chart, manifests = rendered({}), Kustomization(PROJECT / "deploy/kubernetes")
    own = {document["kind"] for document in manifests.documents
           if document["metadata"]["name"] == NAME} - {"Namespace"}
    assert chart.kinds() == own | {"ConfigMap"}
    for kind in own:
        assert plain(chart, kind) == plain(manifests, kind)
    assert chart.settings == manifests.settings
    (image,) = manifests.kustomization["images"]
    assert chart.container["image"] == f"{image['newName']}:{image['newTag']}"


@pytest.mark.parametrize("values", VARIANTS.values(), ids=VARIANTS)
def test_each_variant_is_valid(values: dict) -> None:
    manifests = rendered(values)
    manifests.validate()
    assert unknown_settings(set(manifests.environment)) == set()
    drain = sum(seconds(manifests.settings[name]) for name in ("DRAIN_DELAY", "DRAIN_DEADLINE"))
    assert manifests.pod()["spec"]["terminationGracePeriodSeconds"] > drain


def test_the_values_of_the_readme_are_valid() -> None:
    text = (PROJECT / "deploy/README.md").read_text()
    (example,) = re.findall(r"^ *```yaml\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    values = yaml.safe_load(example)
    rendered(values).validate()
    assert rendered(values).settings.items() >= values["settings"].items()


@pytest.mark.parametrize(("values", "word"), WRONG.values(), ids=WRONG)
def test_wrong_values_are_refused(values: dict, word: str) -> None:
    with pytest.raises(helm_python.HelmError) as refusal:
        rendered(values)
    assert word in str(refusal.value)


def test_switches_switch() -> None:
    assert "replicas" not in rendered({}).one("Deployment")["spec"]
    fixed = rendered(VARIANTS["no autoscaling"])
    assert fixed.one("Deployment")["spec"]["replicas"] == 3
    assert "HorizontalPodAutoscaler" not in fixed.kinds()
    alone = rendered(VARIANTS["one pod without Redis"])
    assert alone.kinds() == {"ConfigMap", "Deployment", "Service"}
    assert "REDIS_URL_FILE" not in alone.environment
    integrated = rendered(VARIANTS["integrated"])
    assert [rule["ports"][0]["port"] for rule in integrated.one("NetworkPolicy")["spec"]["egress"]
            ] == [53, 443, 6379]
    assert integrated.settings["PUBLIC_URL"] == INTEGRATED["PUBLIC_URL"]


def test_big_numbers_are_written_out() -> None:
    """YAML's numbers are Go's floats, which print as 1e+06."""
    assert rendered({"settings": {"SESSION_MAX": 1000000}}).settings["SESSION_MAX"] == "1000000"


def test_another_setting_rolls_the_pods() -> None:
    before, after = (rendered({"settings": {"RATE_LIMIT": rate}}).pod()["metadata"]["annotations"]
                     for rate in ("100/m", "200/m"))
    assert before["checksum/settings"] != after["checksum/settings"]


def test_two_releases_select_their_own_pods() -> None:
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render({}, name="second", namespace=NAME)
    documents = [yaml.safe_load(text) for name, text in files.items() if name.endswith(".yaml")]
    documents = [document for document in documents if document]
    assert {document["metadata"]["name"] for document in documents} == {f"second-{NAME}"}
    (service,) = [document for document in documents if document["kind"] == "Service"]
    assert service["spec"]["selector"]["app.kubernetes.io/instance"] == "second"


def test_the_schema_has_all_settings_of_the_service() -> None:
    """But the sandbox's, and the ports, which are the chart's."""
    document = subprocess.run([BINARY, "settings"], check=True, capture_output=True, text=True).stdout
    settings, _, secrets = document.partition("\n## Secrets\n")
    settings, _, _ = settings.partition("\n## Sandbox\n")
    schema = json.loads((CHART / "values.schema.json").read_text())["properties"]
    names = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
    assert set(schema["settings"]["properties"]) == (
        set(names.findall(settings)) - {"BIND", "ADMIN_BIND"})
    assert set(schema["secret"]["properties"]["keys"]["properties"]) == set(names.findall(secrets))


def test_the_schema_takes_each_default() -> None:
    document = subprocess.run([BINARY, "settings"], check=True, capture_output=True, text=True).stdout
    known = json.loads((CHART / "values.schema.json").read_text())["properties"]["settings"]
    defaults = {name: value.replace("\\*", "*") for name, value in re.findall(
        r"^\| `(\w+)` \|[^|]*\| `([^`]+)` \|", document, re.MULTILINE)
        if name in known["properties"]}
    assert len(defaults) > 20
    assert rendered({"settings": defaults}).settings.items() >= defaults.items()


def test_two_pods_of_integrated_share_a_verification(
        launcher: Launcher, sandbox: Sandbox) -> None:
    host = urlsplit(sandbox.url).netloc
    manifests = rendered({**VARIANTS["ingress"], "settings": {
        **INTEGRATED, "NICE_SVC_TYPES": "M", "NICE_WINDOW_HOSTS": host}})
    deployment = Deployment(launcher, "kubernetes/secrets")
    (deployment.secrets / "nice-client-secret").write_text(INTEGRATED_CLIENT_SECRET)
    redis = Kustomization(PROJECT / "deploy/kubernetes").pod("redis")["spec"]["containers"][0]
    deployment.redis(redis["args"])
    settings = {**manifests.environment, "NICE_BASE_URL": sandbox.url}
    first, second = (deployment.service(manifests.container["args"], settings) for _ in range(2))
    begun = shop.begin(first.url)
    public = INTEGRATED["PUBLIC_URL"]
    bridge = begun.headers["x-nice-window-url"]
    assert bridge == f"{public}/v1/member/verificationWindow"
    fields = {"m": "service", **{name: begun.json()[name] for name in shop.VALUES}}
    window = requests.post(bridge.replace(public, second.url), data=fields, allow_redirects=False,
                           headers={"Origin": "https://shop.example"}, timeout=PATIENCE_SECONDS)
    assert window.status_code == 303, window.text
    assert urlsplit(window.headers["location"]).netloc == host
    _look_at_the_way_in(manifests, first.url)


def _look_at_the_way_in(manifests: Manifests, url: str) -> None:
    """What browsers need has a path, and what they need not has none."""
    (rule,) = manifests.one("Ingress")["spec"]["rules"]
    paths = {path["path"]: path["pathType"] for path in rule["http"]["paths"]}

    def open_to_browsers(path: str) -> bool:
        return any(path == known if kind == "Exact" else path.startswith(f"{known}/")
                   for known, kind in paths.items())

    for path, kind in paths.items():
        answer = requests.get(urljoin(url, path) + ("/x" if kind == "Prefix" else ""),
                              timeout=PATIENCE_SECONDS)
        known = answer.status_code != 404 or answer.headers["content-type"].startswith("text/html")
        assert known, (path, answer.text)
    page = requests.get(f"{url}/api/member/v1/member/verificationWindow", timeout=PATIENCE_SECONDS)
    named = re.findall(r'(?:href|src)="([^"#]+)"', page.text)
    assert named
    for name in named:
        assert open_to_browsers(urlsplit(urljoin(page.url, name)).path), name
    for name in ("getVerificationResult", "getVerificationStatus"):
        assert not open_to_browsers(f"/api/member/v1/member/{name}")
    assert not open_to_browsers("/metrics") and not open_to_browsers("/health/ready")
