"""A shop's tests with nice_sandbox, its server being PyPI's nice-auth and a client of 통합인증."""

import pytest
from foreign.integrated_client import IntegratedClient
from nice_auth import NiceAuthException, NiceAuthService
from nice_sandbox import Refused, Sandbox, StartError


def shop(nice: Sandbox) -> NiceAuthService:
    return NiceAuthService(
        base_url=nice.base_url, client_id=nice.client_id, client_secret=nice.client_secret,
        product_id=nice.product_id, return_url="https://shop.example/back", authtype="M",
        popupyn="Y")


def test_a_child_comes_back(nice_sandbox: Sandbox) -> None:
    server = shop(nice_sandbox)
    begun = server.get_nice_auth()
    back = nice_sandbox.verify(begun, persona="minor14")
    assert (back.method, back.times) == ("GET", 1)
    assert back.url.startswith("https://shop.example/back?")
    person = server.verify_auth_result(back.values["enc_data"], begun["key"], begun["iv"])
    assert person["name"] == "어린이"
    assert person["requestno"] == begun["requestno"]


def test_a_field_is_replaced(nice_sandbox: Sandbox) -> None:
    server = shop(nice_sandbox)
    begun = server.get_nice_auth()
    back = nice_sandbox.verify(begun, name="김철수", outcome="double")
    assert back.times == 2
    person = server.verify_auth_result(back.values["enc_data"], begun["key"], begun["iv"])
    assert person["name"] == "김철수"


def test_nobody_comes_back(nice_sandbox: Sandbox) -> None:
    given_up = nice_sandbox.verify(shop(nice_sandbox).get_nice_auth(), outcome="cancel")
    assert (given_up.returned, given_up.values, given_up.code) == (False, {}, None)
    failed = nice_sandbox.verify(shop(nice_sandbox).get_nice_auth(), outcome="0010")
    assert (failed.returned, failed.code) == (False, "0010")


def test_a_mistake_is_named() -> None:
    with Sandbox() as nice, pytest.raises(Refused) as refused:
        nice.verify({**shop(nice).get_nice_auth(), "integrity_value": "AAAA"})
    assert refused.value.fault.startswith("integrity")
    assert refused.value.fix["ko"] in str(refused.value)
    assert any("the sandbox's window refused" in line for line in nice.log)


def test_nice_has_a_bad_day(nice_sandbox: Sandbox) -> None:
    nice_sandbox.faults.on("crypto_token", "gw_1503", times=1)
    with pytest.raises(NiceAuthException):
        shop(nice_sandbox).get_nice_auth()
    shop(nice_sandbox).get_nice_auth()
    with pytest.raises(ValueError, match="catalogue"):
        nice_sandbox.faults.on("crypto_token", "nonsense")
    # The next test finds it off.
    nice_sandbox.faults.on("crypto_token", "gw_1702")
    assert [fault["fault"] for fault in nice_sandbox.faults.active] == ["gw_1702"]


def test_the_day_after(nice_sandbox: Sandbox) -> None:
    assert nice_sandbox.faults.active == []
    assert len(nice_sandbox.faults.catalogue) > 100
    assert "hong" in [person["name"] for person in nice_sandbox.personas]


def test_the_newer_api(nice_sandbox: Sandbox) -> None:
    newer = nice_sandbox.integrated
    client = IntegratedClient(nice_sandbox.base_url, newer.client_id, newer.client_secret)
    token = client.token()
    begun = client.begin(token, "https://shop.example/back", method_type="POST")
    back = nice_sandbox.verify(begun.auth_url, persona="pyeop")
    assert (back.method, back.url) == ("POST", "https://shop.example/back")
    assert client.result(token, begun, back.values["web_transaction_id"])["name"] == "김펲"


def test_a_mistake_in_the_settings_is_told() -> None:
    with pytest.raises(StartError, match="SANDBOX_PERIOD"):
        Sandbox(settings={"SANDBOX_PERIOD": "1s"})


def test_it_answers_by_itself() -> None:
    with Sandbox(auto_approve="minor14") as nice:
        begun = shop(nice).get_nice_auth()
        assert nice.verify(begun).returned
    nice.stop()
