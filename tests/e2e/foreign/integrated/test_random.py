"""Random people, tickets, transactions and spellings, sealed by Python's cryptography alone."""

import base64
import random
import string
from urllib.parse import quote, unquote_plus

import pytest

from foreign.integrated.conftest import Start
from foreign.integrated.nice import StrictNice
from foreign.integrated.storefront import (
    Storefront, decrypted, handed_over, only_values, returned, through_the_window)

HANGUL = [chr(code) for code in range(0xAC00, 0xD7A4)]
FOREIGN = list("abcXYZ '\"\\/<>&%+=,.-éüßñễŁ李王𠮷😀\u00a0")
URL_SAFE = string.ascii_letters + string.digits + "-_"
SPELLINGS = {
    "as_by_the_guide": lambda text: text,
    "padded": lambda text: text + "=" * (-len(text) % 4),
    "standard": lambda text: text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4),
}


def _text(dice: random.Random, alphabet: list[str] | str, most: int) -> str:
    return "".join(dice.choices(alphabet, k=dice.randint(1, most)))


def _name(dice: random.Random) -> str:
    name = _text(dice, dice.choice([HANGUL, FOREIGN, HANGUL + FOREIGN]), 40).strip()
    return name or "김"


def _person(dice: random.Random) -> dict:
    person = {
        "name": _name(dice),
        "birthdate": f"{dice.randint(1920, 2015)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}",
        "gender": dice.choice("01"), "national_info": dice.choice("01"),
        "ci": base64.b64encode(dice.randbytes(64)).decode(),
        "di": _text(dice, URL_SAFE, 64),
        "mobile_co": dice.choice("123567"),
        "mobile_no": "010" + "".join(dice.choices(string.digits, k=8)),
    }
    for name in ("ci", "di", "mobile_co"):
        if dice.random() < 0.2:
            person[name] = dice.choice([None, ""])
    if dice.random() < 0.3:
        person["ci2"] = base64.b64encode(dice.randbytes(64)).decode()
    if dice.random() < 0.3:
        person |= {"nice_key": _text(dice, HANGUL, 9), "more": [1, {"a": None}]}
    return person


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_nice_seals_the_shop_reads(
        shop: Storefront, nice: StrictNice, spelling: str, seed: int = 20260115) -> None:
    dice = random.Random(f"{seed} {spelling}")
    nice.manner.spell = SPELLINGS[spelling]
    for turn in range(25):
        person = nice.manner.person = _person(dice)
        nice.refused |= nice.tokens.keys()
        begun = shop.begin(receivedata=_text(dice, HANGUL[:50] + FOREIGN[:20], 20),
                           methodtype=dice.choice(["get", "post"]))
        opened = shop.window(begun)
        assert opened.status_code == 303, (turn, opened.text)
        nice.manner.integrity_over_answer = dice.random() < 0.3
        answer = returned(nice.verify(opened.headers["location"]))
        values = only_values(handed_over(answer))
        expected = {
            "name": person["name"], "birthdate": person["birthdate"], "gender": person["gender"],
            "nationalinfo": person["national_info"], "ci": person["ci"] or None,
            "di": person["di"] or None, "mobileco": person["mobile_co"] or None,
            "mobileno": person["mobile_no"], "ci2": person.get("ci2")}
        by_itself = decrypted(begun, values)
        assert unquote_plus(by_itself["utf8_name"]) == person["name"], (turn, person)
        result = shop.open(begun, values)
        assert result.status_code == 200, (turn, person, result.text)
        got = result.json()
        assert {name: got.get(name) for name in expected} == expected, turn


@pytest.mark.parametrize("rounds", [1, 2, 10, 100, 4096, 100_000])
def test_any_number_of_rounds(start: Start, nice: StrictNice, rounds: int) -> None:
    nice.manner.rounds = lambda: rounds
    shop = Storefront(start().url)
    begun = shop.begin()
    values = only_values(handed_over(returned(through_the_window(shop, nice, begun))))
    assert shop.open(begun, values).status_code == 200
    assert {token.iterators for token in nice.tokens.values()} == {rounds}


@pytest.mark.parametrize("rounds", [0, -1, 1_000_001, 2**31, 2**63, "x", None, 1.5])
def test_rounds_that_are_refused(start: Start, nice: StrictNice, rounds: object) -> None:
    nice.manner.rounds = lambda: rounds
    shop = Storefront(start(wait_for=None).url)
    refused = shop.window(shop.begin())
    assert refused.status_code in (502, 503, 504), refused.status_code
    assert not refused.is_redirect
    assert nice.calls["url"] == 0


@pytest.mark.parametrize("web_transaction_id", ["+/+/" * 12, "a-_b" * 12, "YQ==", "x" * 100])
def test_any_web_transaction_id(shop: Storefront, nice: StrictNice,
                                web_transaction_id: str) -> None:
    begun = shop.begin()
    address = through_the_window(shop, nice, begun)
    [transaction] = nice.transactions.values()
    transaction.web_transaction_id = web_transaction_id
    bare = address.partition("?")[0]
    values = handed_over(returned(f"{bare}?web_transaction_id={quote(web_transaction_id, safe='')}"))
    assert shop.open(begun, only_values(values)).status_code == 200
