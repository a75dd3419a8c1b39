"""A stranger's client of NICE 통합인증, against the sandbox with its address changed alone."""

import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from foreign.integrated_client import Begun, IntegratedClient, Refused
from support.process import PROJECT
from support.service import INTEGRATED_CLIENT_ID, INTEGRATED_CLIENT_SECRET, Sandbox

ADDRESS = "http://127.0.0.1:22001"
RETURN_URL = "https://shop.example/callback?v=7f3a"
PHONE = ["name", "birthdate", "gender", "national_info", "ci", "di", "mobile_co", "mobile_no"]


@pytest.fixture
def client(sandbox: Sandbox) -> IntegratedClient:
    return IntegratedClient(sandbox.url, INTEGRATED_CLIENT_ID, INTEGRATED_CLIENT_SECRET)


def verify(begun: Begun, persona: str = "hong", **more: str) -> str:
    """The browser's part: what it carries back."""
    query = {"sandbox_persona": persona, **more}
    answer = requests.get(begun.auth_url, params=query, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    values = parse_qs(urlsplit(answer.headers["location"]).query)
    assert values.keys() == {"v", "web_transaction_id"}
    return values["web_transaction_id"][0]


def test_a_person_is_verified(client: IntegratedClient) -> None:
    token = client.token()
    begun = client.begin(token, RETURN_URL)
    person = client.result(token, begun, verify(begun, "pyeop"))
    assert list(person) == PHONE
    assert person["name"] == "김펲"
    assert all(isinstance(value, str) for value in person.values())


@pytest.mark.parametrize("svc_type", "FUI")
def test_by_certificate_and_ipin(client: IntegratedClient, svc_type: str) -> None:
    token = client.token()
    begun = client.begin(token, RETURN_URL, svc_types=[svc_type])
    person = client.result(token, begun, verify(begun))
    assert "mobile_no" not in person
    assert ("vnumber" in person) == (svc_type == "I")


def test_a_result_comes_once_and_under_the_asking_tokens_ticket(client: IntegratedClient) -> None:
    of_url, of_result = client.token(), client.token()
    begun = client.begin(of_url, RETURN_URL)
    carried = verify(begun)
    answer = client.sealed(of_result, begun, carried).json()
    with pytest.raises(ValueError, match="integrity"):
        client.open(of_url, begun, answer)
    assert client.open(of_result, begun, answer)["name"] == "홍길동"
    with pytest.raises(Refused, match="3033"):
        client.sealed(of_result, begun, carried)


def test_changed_bits_and_foreign_ids_are_found(client: IntegratedClient) -> None:
    token = client.token()
    for outcome in ("tamper_enc", "tamper_mac"):
        begun = client.begin(token, RETURN_URL)
        with pytest.raises(ValueError, match="integrity"):
            client.result(token, begun, verify(begun, sandbox_outcome=outcome))
    for outcome in ("tamper_token", "swap", "late"):
        begun = client.begin(token, RETURN_URL)
        with pytest.raises(Refused, match="3032"):
            client.result(token, begun, verify(begun, sandbox_outcome=outcome))


def test_the_documented_example_runs(sandbox: Sandbox) -> None:
    document = (PROJECT / "docs/sandbox-integrated.md").read_text(encoding="utf-8")
    example = document.split("```python\n")[1].split("```")[0]
    assert ADDRESS in example
    answer = subprocess.run([sys.executable, "-c", example.replace(ADDRESS, sandbox.url)],
                            text=True, capture_output=True, timeout=60, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "홍길동" in answer.stdout


def test_wrong_slices_are_diagnosed(client: IntegratedClient) -> None:
    token = client.token()
    begun = client.begin(token, RETURN_URL)
    client.sealed(token, begun, verify(begun))
    key, hmac_key = (text.decode() for text in client.keys(token, begun))
    url = f"{client.base_url}/sandbox/api/integrated/diagnosis"
    shown = {"transaction_id": begun.transaction_id, "key": key, "hmac_key": hmac_key}
    assert requests.post(url, json=shown, timeout=10).json()["right"]
    shown["key"] = hmac_key
    answer = requests.post(url, json=shown, timeout=10)
    assert answer.headers["x-sandbox-fault"] == "key_wrong_slice"
