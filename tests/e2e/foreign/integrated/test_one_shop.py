"""통합인증 behind the same calls: a shop that knows nothing of it, before a strict NICE."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from foreign.integrated.conftest import Start
from foreign.integrated.nice import PERSON, StrictNice
from foreign.integrated.storefront import (
    SETTINGS, VALUES, Storefront, decrypted, handed_over, returned, through_the_window)
from support.launcher import Launcher
from support.service import CLIENT_ID, CLIENT_SECRET

IPIN = {"vnumber": "0000000000001", "age_code": "7", "auth_method": "5", "ci_update": "1"}
WITHOUT_PHONE = {name: value for name, value in PERSON.items() if not name.startswith("mobile")}
METHODS = {"M": ["M"], "F": ["F"], "U": ["U"], "X": ["F", "U"], "": ["M", "F", "U", "I"]}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_is_verified(shop: Storefront, nice: StrictNice, method: str) -> None:
    begun = shop.begin(methodtype=method, receivedata="주문 42")
    assert nice.calls["url"] == 0, "getOAuthToken asks NICE nothing"
    values = handed_over(returned(through_the_window(shop, nice, begun)))
    assert set(values) >= set(VALUES)
    by_itself = decrypted(begun, values)
    assert by_itself["name"] == PERSON["name"]
    assert by_itself["requestno"] == begun.json()["reqNo"]
    result = shop.open(begun, {name: values[name] for name in VALUES})
    person = result.json()
    assert result.status_code == 200, person
    expected = {"name": "홍길동", "birthdate": "19900101", "gender": "1", "nationalinfo": "0",
                "mobileco": "1", "mobileno": "01000000000", "ci": PERSON["ci"],
                "di": PERSON["di"], "authtype": "M", "receivedata": "주문 42"}
    assert {name: person.get(name) for name in expected} == expected
    assert len(person["responseno"]) == 24
    assert "businessno" not in person
    again = shop.open(begun, {name: values[name] for name in VALUES})
    assert again.status_code == 409


@pytest.mark.parametrize("asked", METHODS)
def test_methods_are_those_of_the_contract(shop: Storefront, nice: StrictNice, asked: str) -> None:
    if asked != "M":
        nice.manner.person = WITHOUT_PHONE | (IPIN if asked == "" else {})
    begun = shop.begin(authtype=asked)
    address = through_the_window(shop, nice, begun)
    [transaction] = nice.transactions.values()
    assert transaction.asked["svc_types"] == METHODS[asked]
    values = handed_over(returned(address))
    person = shop.open(begun, {name: values[name] for name in VALUES}).json()
    assert person["name"] == PERSON["name"]
    if asked == "":
        assert {name: person[name] for name in IPIN} == IPIN


@pytest.mark.parametrize("asked", ["C", "S"])
def test_methods_that_it_lacks_are_refused(shop: Storefront, asked: str) -> None:
    refused = shop.begin(authtype=asked)
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["authtype"]


def test_any_ticket_and_transaction_opens(shop: Storefront, nice: StrictNice) -> None:
    for turn in range(20):
        nice.refused |= nice.tokens.keys()  # the next call gets another ticket
        nice.manner.person = PERSON | {"name": f"김{turn}", "extra": [turn], "ci": None}
        begun = shop.begin()
        values = handed_over(returned(through_the_window(shop, nice, begun)))
        person = shop.open(begun, {name: values[name] for name in VALUES}).json()
        assert person.get("name") == f"김{turn}", person
    assert len(nice.tokens) > 10


def test_a_return_is_asked_for_once(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    bare, _, value = address.partition("?")
    for query in ("", "?web_transaction_id=", "?web_transaction_id=a&web_transaction_id=b",
                  "?web_transaction_id=%00", f"?{value}&{value}"):
        wrong = returned(bare + query)
        assert (wrong.status_code, wrong.is_redirect) == (400, False), query
    assert nice.calls["result"] == 0
    foreign = returned(f"{bare}?web_transaction_id=Zm9yZWlnbi1mb3JlaWduLWZvcmVpZ24tZm9yZWln")
    assert not foreign.is_redirect
    first = handed_over(returned(address))
    # A reload, and another browser: the same values, without another call.
    assert handed_over(returned(address)) == first
    posted = requests.post(bare, data=dict([value.split("=", 1)]), allow_redirects=False, timeout=30)
    assert nice.calls["result"] == 2, "the foreign one, and the right one"
    assert posted.status_code < 500
    other = returned(f"{bare}?web_transaction_id=Zm9yZWlnbi1mb3JlaWduLWZvcmVpZ24tZm9yZWln")
    assert not other.is_redirect
    assert first["enc_data"] not in other.text


def test_a_foreign_page_has_to_ask_the_person(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    for origin in (None, "null", "https://evil.example"):
        asked = shop.window(begun, origin)
        assert asked.status_code == 200
        assert "shop.example" in asked.text
        assert asked.headers["cache-control"] == "no-store"
        assert asked.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in asked.headers["content-security-policy"]
    assert nice.calls["url"] == 0


def test_either_reading_of_the_guide_opens(shop: Storefront, nice: StrictNice) -> None:
    nice.manner.integrity_over_answer = True
    begun = shop.begin()
    values = handed_over(returned(through_the_window(shop, nice, begun)))
    assert shop.open(begun, {name: values[name] for name in VALUES}).status_code == 200


def test_a_token_that_ends_between_two_calls(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    nice.refused |= nice.tokens.keys()
    values = handed_over(returned(address))
    assert shop.open(begun, {name: values[name] for name in VALUES}).status_code == 200
    assert nice.calls["token"] == 2


def test_of_fifty_returns_one_asks(fleet: tuple[Storefront, Storefront],
                                   nice: StrictNice) -> None:
    one, other = fleet
    begun = one.begin()
    address = through_the_window(one, nice, begun)
    addresses = [address, address.replace(one.url, other.url)] * 25
    with ThreadPoolExecutor(50) as pool:
        values = [handed_over(answer) for answer in pool.map(returned, addresses)]
    assert nice.calls["result"] == 1
    assert all(one_of == values[0] for one_of in values)
    assert other.open(begun, {name: values[0][name] for name in VALUES}).status_code == 200


def test_a_fleet_issues_one_token(launcher: Launcher, start: Start, nice: StrictNice) -> None:
    redis = launcher.redis()
    services = [start(**redis), start(**redis)]
    fleet = [Storefront(service.url) for service in services]
    begun = [(shop, shop.begin()) for shop in fleet * 32]
    with ThreadPoolExecutor(64) as pool:
        opened = list(pool.map(lambda pair: pair[0].window(pair[1]), begun))
    logs = [line for service in services for line in service.log() if line["level"] != "INFO"]
    assert {answer.status_code for answer in opened} == {303}, (nice.calls, logs[:4])
    assert nice.calls["token"] == 1


def test_killed_before_it_hands_over(start: Start, launcher: Launcher, nice: StrictNice) -> None:
    redis = launcher.redis()
    service = start(**redis)
    shop = Storefront(service.url)
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    nice.manner.after_result = service.kill
    with pytest.raises(requests.RequestException):
        returned(address)
    nice.manner.after_result = lambda: None
    service.start()
    # NICE hands a result out once: it is lost, and the person is told to begin again.
    lost = returned(address)
    assert not lost.is_redirect
    assert lost.status_code == 502
    nice.faults.remove("result: asked twice")


def test_a_shop_moves_without_a_change(launcher: Launcher, start: Start,
                                       nice: StrictNice) -> None:
    redis = launcher.redis()
    sandbox = launcher.sandbox()
    older = launcher.service(**{
        "NICE_BASE_URL": sandbox.url, "NICE_WINDOW_URL": sandbox.window,
        "NICE_CLIENT_ID": CLIENT_ID, "NICE_CLIENT_SECRET": CLIENT_SECRET, **SETTINGS, **redis})
    newer = start(**redis)
    before, after = Storefront(older.url), Storefront(newer.url)
    begun = before.begin()
    window = begun.headers["x-nice-window-url"]
    under_way = requests.post(window, timeout=30, allow_redirects=False, data={
        "m": "service", "sandbox_persona": "hong"} | {
            name: begun.json()[name] for name in VALUES})
    values = handed_over(under_way)
    # Begun under the one, opened under the other; and the other way round.
    assert after.open(begun, {name: values[name] for name in VALUES}).status_code == 200
    begun = after.begin()
    values = handed_over(returned(through_the_window(after, nice, begun)))
    assert before.open(begun, {name: values[name] for name in VALUES}).status_code == 200
