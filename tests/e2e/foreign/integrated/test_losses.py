"""What gets lost on the way, comes twice, or comes from somebody else."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from foreign.integrated.conftest import Start
from foreign.integrated.nice import Lost, StrictNice
from foreign.integrated.storefront import (
    Storefront, handed_over, only_values, returned, through_the_window)
from operations.test_environment import FAKETIME
from support.launcher import Launcher


def _times(number: int) -> Callable[[], None]:
    """Loses that many answers."""
    left = [number]

    def lose() -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise Lost
    return lose


def test_a_call_that_nice_never_answered_is_repeated(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    nice.manner.before_result = _times(1)
    values = handed_over(returned(address))
    assert nice.calls["result"] == 2
    assert shop.open(begun, only_values(values)).status_code == 200


def test_an_answer_lost_after_the_hand_out_is_lost(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    nice.manner.after_result = _times(1)
    lost = returned(address)
    assert not lost.is_redirect
    assert lost.status_code >= 400
    nice.faults.remove("result: asked twice")
    for _ in range(3):
        assert not returned(address).is_redirect
    assert nice.calls["result"] == 2, "two calls, whatever comes after"
    # The same session may begin a window anew.
    values = handed_over(returned(through_the_window(shop, nice, begun)))
    assert shop.open(begun, only_values(values)).status_code == 200


def test_a_nice_that_never_answers_is_asked_twice(shop: Storefront, nice: StrictNice) -> None:
    address = through_the_window(shop, nice, shop.begin())
    nice.manner.before_result = _times(99)
    for _ in range(3):
        lost = returned(address)
        assert not lost.is_redirect
        assert lost.status_code >= 400
    assert nice.calls["result"] == 2


def test_of_two_attempts_the_first_success_wins(fleet: tuple[Storefront, Storefront],
                                                nice: StrictNice) -> None:
    one, other = fleet
    begun = one.begin()
    first = through_the_window(one, nice, begun)
    second = through_the_window(one, nice, begun)
    assert first.partition("?")[0] != second.partition("?")[0]
    addresses = [first, second, second.replace(one.url, other.url),
                 first.replace(one.url, other.url)] * 12
    with ThreadPoolExecutor(48) as pool:
        answers = list(pool.map(returned, addresses))
    led = {answer.headers["location"] for answer in answers if answer.is_redirect}
    assert len(led) == 1
    [address] = led
    sealed = address.partition("?")[2]
    assert nice.calls["result"] <= 2, "one for each window at most"
    for answer in answers:
        if not answer.is_redirect:
            assert answer.status_code == 409, (answer.status_code, answer.text)
            assert sealed not in answer.text
    # A winner's web_transaction_id with the other's id: nothing.
    for bare, query in ((first, second), (second, first)):
        mixed = returned(bare.partition("?")[0] + "?" + query.partition("?")[2])
        assert not mixed.is_redirect
    late = one.window(begun)
    assert not late.is_redirect, "a finished session opens no window"


def test_a_reload_after_the_instance_died(start: Start, launcher: Launcher,
                                          nice: StrictNice) -> None:
    redis = launcher.redis()
    one, other = start(**redis), start(**redis)
    begun = Storefront(one.url).begin()
    address = through_the_window(Storefront(one.url), nice, begun)
    values = handed_over(returned(address))
    one.kill()
    assert handed_over(returned(address.replace(one.url, other.url))) == values
    assert nice.calls["result"] == 1
    assert Storefront(other.url).open(begun, only_values(values)).status_code == 200


def test_a_person_who_leaves_gets_it_by_a_reload(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        assert go_on.wait(20)

    nice.manner.after_result = hold
    with pytest.raises(requests.Timeout):
        requests.get(address, allow_redirects=False, timeout=(5, 1))
    assert asked.is_set()
    go_on.set()
    values = handed_over(returned(address))
    assert nice.calls["result"] == 1
    assert shop.open(begun, only_values(values)).status_code == 200


def test_after_ten_minutes_nice_is_not_asked(start: Start, launcher: Launcher,
                                             nice: StrictNice) -> None:
    assert FAKETIME, "libfaketime isn't installed"
    clock = launcher.folder() / "clock"
    clock.write_text("+0s\n")
    service = start(LD_PRELOAD=str(FAKETIME), FAKETIME_TIMESTAMP_FILE=str(clock),
                    FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
    shop = Storefront(service.url)
    early, late = shop.begin(), shop.begin()
    in_time, too_late = (through_the_window(shop, nice, begun) for begun in (early, late))
    clock.write_text("+595s\n")
    values = handed_over(returned(in_time))
    assert nice.calls["result"] == 1
    clock.write_text("+605s\n")
    page = returned(too_late)
    assert not page.is_redirect
    assert page.status_code >= 400
    assert nice.calls["result"] == 1
    # What had been handed over is so again.
    assert handed_over(returned(in_time)) == values


@pytest.mark.parametrize("code", ["3029", "3032"])
def test_not_verified_yet_is_asked_three_times(shop: Storefront, nice: StrictNice,
                                               code: str) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    nice.manner.answers["result"] = [code] * 9
    for _ in range(5):
        page = returned(address)
        assert not page.is_redirect
        assert page.status_code >= 400
    assert nice.calls["result"] == 3


def test_a_code_leaves_the_attempt_open(shop: Storefront, nice: StrictNice) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    nice.manner.answers["result"] = ["3032", "3032"]
    assert not returned(address).is_redirect
    assert not returned(address).is_redirect
    values = handed_over(returned(address))
    assert shop.open(begun, only_values(values)).status_code == 200


@pytest.mark.parametrize("code", ["1003", "1004", "1012", "1013", "3041", "3042", "3043", "3044",
                                  "3045", "3046"])
@pytest.mark.parametrize("call", ["url", "result"])
def test_a_refused_token_is_replaced_once(shop: Storefront, nice: StrictNice, call: str,
                                          code: str) -> None:
    begun = shop.begin()
    if call == "url":
        nice.manner.answers[call] = [code]
    address = through_the_window(shop, nice, begun)
    if call == "result":
        nice.manner.answers[call] = [code]
    values = handed_over(returned(address))
    assert nice.calls["token"] == 2
    assert nice.calls[call] == 2
    assert shop.open(begun, only_values(values)).status_code == 200


@pytest.mark.parametrize("code", ["1003", "3043"])
def test_a_token_that_is_refused_for_good_is_no_loop(shop: Storefront, nice: StrictNice,
                                                     code: str) -> None:
    begun = shop.begin()
    nice.manner.answers["url"] = [code] * 99
    assert shop.window(begun).status_code >= 500
    assert nice.calls["token"] <= 2, nice.calls
    assert nice.calls["url"] <= 2, nice.calls


def test_either_tokens_ticket_opens(shop: Storefront, nice: StrictNice) -> None:
    nice.manner.ticket_of_url = True
    for whole in (False, True):
        nice.manner.integrity_over_answer = whole
        begun = shop.begin()
        address = through_the_window(shop, nice, begun)
        nice.refused |= nice.tokens.keys()
        values = handed_over(returned(address))
        assert shop.open(begun, only_values(values)).status_code == 200


def _with_a_wrong_tag(enc_data: str) -> str:
    return enc_data[:40] + ("A" if enc_data[40] != "A" else "B") + enc_data[41:]


@pytest.mark.parametrize("spell", [_with_a_wrong_tag, lambda text: text[:60],
                                   lambda text: text[:40], lambda _: "A" * 43, lambda _: "",
                                   lambda text: text + "\n", lambda text: "*" + text])
def test_what_nice_sealed_badly_opens_nothing(shop: Storefront, nice: StrictNice,
                                              spell: Callable[[str], str]) -> None:
    # The integrity value is right: what it covers is not.
    nice.manner.spell = spell
    address = through_the_window(shop, nice, shop.begin())
    for _ in range(2):
        page = returned(address)
        assert not page.is_redirect
        assert page.status_code >= 400
    assert nice.calls["result"] == 1, "read, and no good: not asked again"


@pytest.mark.parametrize("address", [
    "http://evil.example/ido/x", "https://evil.example/ido/x", "http://user@{host}/ido/x",
    "http://user:pw@{host}/x", "http://{host}.evil.example/x", "http://evil.example\\@{host}/x",
    "//{host}/x", "javascript:alert(1)", "http://127.0.0.1:1/x", "http://{host}@evil.example/",
    "ftp://{host}/x", "", "http://[::1]/x", "http://{host}#@evil.example/\r\nx: y"])
def test_a_window_elsewhere_is_not_opened(shop: Storefront, nice: StrictNice,
                                          address: str) -> None:
    nice.manner.auth_url = lambda _: address.format(host=nice.host)
    answer = shop.window(shop.begin())
    if answer.is_redirect:
        assert answer.headers["location"].startswith(f"http://{nice.host}"), answer.headers
        assert "evil" not in answer.headers["location"].partition("#")[0]
    else:
        assert answer.status_code >= 500
