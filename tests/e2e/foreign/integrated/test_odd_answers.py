"""NICE's answers, otherwise than its guide's samples: each is read rightly or refused by name."""

import gzip
import json
import re
import time
from collections.abc import Callable

import pytest
import requests

from foreign.integrated.conftest import Start
from foreign.integrated.nice import DAY, PERSON, Answer, StrictNice
from foreign.integrated.storefront import (
    Storefront, handed_over, only_values, returned, through_the_window)
from support.process import PATIENCE_SECONDS, free_port
from support.service import Service

CANARY = "CANARY-of-an-odd-answer"
FAULTS = re.compile(
    r'_nice_unusable_answers_total\{operation="(\w+)",what="(\w+)"\} ([1-9]\d*)$'
    r'|_nice_calls_total\{code="(unreachable|timeout|unknown)",operation="(\w+)"\} ([1-9]\d*)$',
    re.MULTILINE)
OPERATIONS = {"token": "access_token", "url": "auth_url", "result": "auth_result"}

Fields = Callable[[dict], object]
Wire = Callable[[Answer], None]


def _with(name: str, value: object) -> Fields:
    return lambda fields: fields | {name: value}


def _without(name: str) -> Fields:
    return lambda fields: {key: value for key, value in fields.items() if key != name}


def _changed(old: bytes, new: bytes) -> Wire:
    return lambda answer: answer.send(answer.body.replace(old, new))


def _more(members: bytes) -> Wire:
    return lambda answer: answer.send(answer.body[:-1] + b"," + members + b"}")


def _chunked(answer: Answer, end: bytes = b"0\r\n\r\n") -> None:
    parts = [answer.body[at:at + 7] for at in range(0, len(answer.body), 7)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    answer.send(body + end, content_length=None, transfer_encoding="chunked")


def _then_hang_up(send: Wire) -> Wire:
    def both(answer: Answer) -> None:
        send(answer)
        answer.hang_up()
    return both


def _in_two(answer: Answer) -> None:
    answer.send(answer.body[:9], content_length=str(len(answer.body)))
    time.sleep(0.3)
    answer.raw(answer.body[9:])


# What all three calls may meet: what is wrong with it, or None where it is read all the same.
HTML = "<html><body>점검 중입니다</body></html>".encode()
ON_THE_WIRE: dict[str, tuple[Wire, str | None]] = {
    "as it is": (Answer.send, None),
    "blanks around": (lambda it: it.send(b"\r\n " + it.body + b" \n"), None),
    "a byte order mark": (lambda it: it.send(b"\xef\xbb\xbf" + it.body), None),
    "unknown fields": (_more(b'"x":{"y":[1,null,{}]},"Result_Code":"9999"'), None),
    "no type": (lambda it: it.send(content_type=None), None),
    "another type": (lambda it: it.send(content_type="text/html"), None),
    "HTTP 400": (lambda it: it.send(status=400), None),
    "HTTP 404": (lambda it: it.send(status=404), None),
    "HTTP 500": (lambda it: it.send(status=500), None),
    "HTTP 301 with a body": (lambda it: it.send(status=301, location="/elsewhere"), None),
    "100 Continue": (lambda it: (it.raw(b"HTTP/1.1 100 Continue\r\n\r\n"), it.send()), None),
    "chunked": (_chunked, None),
    "until the end": (_then_hang_up(lambda it: it.send(content_length=None)), None),
    "in two parts": (_in_two, None),
    "a lone surrogate": (_more(b'"x":"\\ud800"'), None),
    "broken UTF-8": (_more(b'"x":"\xff"'), None),
    "a message cut within a character": (_changed("공".encode(), "공".encode()[:2]), None),
    "CP949": (lambda it: it.send(it.body.decode().encode("cp949")), None),
    "nothing": (lambda it: it.send(b""), "not_json"),
    "HTTP 204": (lambda it: it.send(b"", status=204), "not_json"),
    "HTML": (lambda it: it.send(HTML), "page"),
    "HTML, HTTP 502": (lambda it: it.send(HTML, status=502), "page"),
    "a redirect": (lambda it: it.send(b"", status=307, location="http://127.0.0.1:1/"), "not_json"),
    "compressed": (lambda it: it.send(gzip.compress(it.body), content_encoding="gzip"), "not_json"),
    "UTF-16": (lambda it: it.send(it.body.decode().encode("utf-16")), "not_json"),
    "twice": (lambda it: it.send(it.body + it.body), "not_json"),
    "NaN": (_more(b'"x":NaN'), "not_json"),
    "an array": (lambda it: it.send(b"[" + it.body + b"]"), "not_nice"),
    "within another object": (lambda it: it.send(b'{"data":' + it.body + b"}"), "not_nice"),
    "a text": (lambda it: it.send(json.dumps(it.body.decode()).encode()), "not_nice"),
    "null": (lambda it: it.send(b"null"), "not_nice"),
    "the code twice": (_more(b'"result_code":"0000"'), "field_twice"),
    "no code": (_changed(b'"result_code"', b'"code"'), "not_nice"),
    "a code that is null": (_changed(b'"0000"', b"null"), "not_nice"),
    "a code that is a list": (_changed(b'"0000"', b'["0000"]'), "not_nice"),
    "cut short": (_then_hang_up(lambda it: it.send(it.body[:20], content_length="500")),
                  "cut_short"),
    "chunked, cut short": (_then_hang_up(lambda it: _chunked(it, b"")), "cut_short"),
    "too long": (lambda it: it.send(it.body + b" " * 70_000), "too_long"),
    "no HTTP": (_then_hang_up(lambda it: it.raw(b"hello\r\n\r\n")), "unreachable"),
    "closed": (Answer.hang_up, "unreachable"),
    # The code in other readings of §9.
    "a code as a number": (_changed(b'"0000"', b"0"), None),
    "a code with its origin": (_changed(b'"0000"', b'"API_0000"'), None),
    "a code with blanks": (_changed(b'"0000"', b'" 0000 "'), None),
    "a code without digits": (_changed(b'"0000"', f'"{CANARY[:7]}"'.encode()), "unknown"),
    "an empty code": (_changed(b'"0000"', b'""'), "unknown"),
    "a code of five": (_changed(b'"0000"', b'"00000"'), "unknown"),
}

NOTHING = (None, "", [], {}, True)
# Each takes a service of its own, so there are few; more of them are in Rust.
OF_THE_TOKEN: list[tuple[str, Fields, str | None]] = [
    *(("expires_in", _with("expires_in", value), None) for value in (
        time.time() * 1000 + DAY, str(int(time.time()) + 86_400), "86400.5", 0, "soon", 1e300)),
    ("expires_in", _without("expires_in"), None),
    ("iterators", _with("iterators", " 66.0 "), None),
    *(("iterators", _with("iterators", value), "iterators") for value in (
        0, -1, 66.5, 2**64, "many", None)),
    *(("ticket", _with("ticket", value), "ticket") for value in (
        None, {}, "한글", "a\r\nb: c", CANARY * 30)),
    ("ticket", _without("ticket"), "ticket"),
    *(("access_token", _with("access_token", value), "access_token") for value in (
        True, "", f"{CANARY}\r\nx: y", CANARY * 300)),
    ("all else", lambda it: it | {"token_type": [], "request_no": "another",
                                  "result_message": 5, "ticket": 12345}, None),
]
OF_THE_URL: list[tuple[str, Fields, str | None]] = [
    *(("transaction_id", _with("transaction_id", value), "transaction_id") for value in (
        *NOTHING, "한글", "a\r\nb", CANARY * 30)),
    ("transaction_id", _without("transaction_id"), "transaction_id"),
    *(("auth_url", _with("auth_url", value), "auth_url") for value in (None, [], {}, True)),
    *(("auth_url", _with("auth_url", value), "auth_url_host") for value in (
        "", 5, f"https://{CANARY.lower()}.example/", "/ido/cert", "javascript:alert(1)")),
    *(("request_no", _with("request_no", value), None) for value in NOTHING),
    ("request_no", _without("request_no"), None),
    ("request_no", _with("request_no", f"{CANARY}-0000000000"), "request_no"),
]
OF_THE_RESULT: list[tuple[str, Fields, str | None]] = [
    *(("enc_data", _with("enc_data", value), "enc_data") for value in NOTHING),
    *(("enc_data", _with("enc_data", value), "integrity_value") for value in (
        5, "한글", CANARY, CANARY * 50)),
    ("enc_data", _without("enc_data"), "enc_data"),
    *(("integrity_value", _with("integrity_value", value), "integrity_value") for value in (
        *NOTHING, 5, "한글", CANARY, "A" * 43)),
    ("integrity_value", lambda it: it | {"integrity_value": it["integrity_value"] + "="}, None),
    *(("request_no", _with("request_no", value), None) for value in (*NOTHING, "another")),
    *(("result_message", _with("result_message", value), None) for value in (*NOTHING, 5, "x\n")),
]
# What is sealed: the person, and the fields that the shop then has otherwise.
PEOPLE: list[tuple[object, dict | str]] = [
    (PERSON | {"gender": 1, "national_info": 0, "birthdate": 19900101, "mobile_co": 1},
     {"gender": "1", "nationalinfo": "0", "birthdate": "19900101", "mobileco": "1"}),
    (PERSON | {"birthdate": "1990-01-01", "mobile_no": "+82 10-1234-5678"},
     {"birthdate": "19900101", "mobileno": "01012345678"}),
    (PERSON | {"ci": None, "di": [], "mobile_co": {}, "ci2": "", "x": {"y": [1]}, "name": " 김 "},
     {"name": "김"}),
    (PERSON | {"mobile_co": "9", "gender": "X"}, {"mobileco": "9", "gender": "X"}),
    (PERSON | {"name": None}, "name"),
    (PERSON | {"name": "  "}, "name"),
    (PERSON | {"name": f"{CANARY}\0"}, "name"),
    (PERSON | {"birthdate": CANARY}, "birthdate"),
    (PERSON | {"birthdate": "199001"}, "birthdate"),
    (PERSON | {"ci": CANARY * 100}, "enc_data"),
    ([], "enc_data"), ("홍길동", "enc_data"), (None, "enc_data"), ({}, "name"),
]


@pytest.fixture
def service(start: Start) -> Service:
    return start(ADMIN_BIND=f"127.0.0.1:{free_port()}", NICE_CALL_TIMEOUT="2s")


def _faults(service: Service, operation: str) -> dict[str, int]:
    metrics = requests.get(service.metrics, timeout=PATIENCE_SECONDS).text
    found = {}
    for one, what, times, code, other, calls in FAULTS.findall(metrics):
        if operation in (one, other):
            found[what or code] = int(times or calls)
    return found


class _Judge:
    """Compares what was counted, asked and logged, case by case."""

    def __init__(self, service: Service, nice: StrictNice, call: str) -> None:
        self.service, self.nice, self.call = service, nice, call
        self.before = self.counted = {}

    def _counted(self) -> dict[str, int]:
        return _faults(self.service, OPERATIONS[self.call])

    def begin(self) -> None:
        self.before, self.calls = self._counted(), self.nice.calls[self.call]

    def end(self, answer: requests.Response, wrong: str | None, case: object) -> None:
        after = self._counted()
        new = {what for what, times in after.items() if times != self.before.get(what, 0)}
        assert new == ({wrong} if wrong else set()), (case, new)
        asked = self.nice.calls[self.call] - self.calls
        assert asked <= (3 if wrong else 1), (case, asked)
        if wrong:
            assert answer.status_code in (502, 503, 504), (case, answer.status_code)
        else:
            assert answer.status_code == 303, (case, answer.status_code, answer.text)

    def close(self) -> None:
        self.nice.faults.clear()
        assert CANARY not in self.service.output
        levels = {line["level"] for line in self.service.log()}
        assert "ERROR" not in levels, self.service.output


def test_of_the_call_for_a_window(service: Service, nice: StrictNice) -> None:
    shop, judge = Storefront(service.url), _Judge(service, nice, "url")
    for case, (wire, wrong) in ON_THE_WIRE.items():
        nice.manner.wire["url"] = wire
        begun = shop.begin()
        judge.begin()
        judge.end(shop.window(begun), wrong, case)
    nice.manner.wire.clear()
    for at, (name, fields, wrong) in enumerate(OF_THE_URL):
        nice.manner.fields["url"] = fields
        begun = shop.begin()
        judge.begin()
        judge.end(shop.window(begun), wrong, (at, name))
    judge.close()


def test_of_the_call_for_a_result(service: Service, nice: StrictNice) -> None:
    shop, judge = Storefront(service.url), _Judge(service, nice, "result")

    def one(case: object, wrong: str | None) -> dict:
        begun = shop.begin()
        address = through_the_window(shop, nice, begun)
        judge.begin()
        answer = returned(address)
        judge.end(answer, wrong, case)
        asked = nice.calls["result"]
        # A reload: the same values again, or the same refusal.
        again = returned(address)
        assert again.status_code == answer.status_code or wrong == "unknown", case
        assert nice.calls["result"] <= asked + (wrong == "unknown"), case
        if wrong:
            return {}
        opened = shop.open(begun, only_values(handed_over(again)))
        assert opened.status_code == 200, (case, opened.text)
        return opened.json()

    for case, (wire, wrong) in ON_THE_WIRE.items():
        nice.manner.wire["result"] = wire
        assert bool(one(case, wrong)) == (wrong is None)
    nice.manner.wire.clear()
    for at, (name, fields, wrong) in enumerate(OF_THE_RESULT):
        nice.manner.fields["result"] = fields
        one((at, name), wrong)
    nice.manner.fields.clear()
    for person, expected in PEOPLE:
        nice.manner.person = person
        wrong = expected if isinstance(expected, str) else None
        got = one(person, wrong)
        if not wrong:
            assert {name: got.get(name) for name in expected} == expected
    judge.close()


def _first_window(start: Start, nice: StrictNice, case: object, wrong: str | None) -> None:
    """A service without a token, whose first window needs one."""
    service = start(wait_for="/health/live", ADMIN_BIND=f"127.0.0.1:{free_port()}",
                    NICE_CALL_TIMEOUT="2s")
    shop = Storefront(service.url)
    answer = shop.window(shop.begin())
    counted = set(_faults(service, "access_token"))
    assert counted == ({wrong} if wrong else set()), (case, counted)
    assert answer.status_code in ((502, 503) if wrong else (303,)), (case, answer.text)
    if not wrong:
        assert nice.calls["token"] == 1, case
    assert nice.calls["token"] <= 8, (case, "a loop")
    assert CANARY not in service.output, case
    nice.calls.clear()
    service.stop()


def test_of_the_call_for_a_token(start: Start, nice: StrictNice) -> None:
    for case, (wire, wrong) in list(ON_THE_WIRE.items())[::3]:
        nice.manner.wire["token"] = wire
        _first_window(start, nice, case, wrong)
    nice.manner.wire.clear()
    for at, (name, fields, wrong) in enumerate(OF_THE_TOKEN):
        nice.manner.fields["token"] = fields
        _first_window(start, nice, (at, name), wrong)
    nice.faults.clear()


def _logged(service: Service, message: str) -> list[dict]:
    def lines() -> list[dict]:
        return [line for line in service.log() if line["message"] == message]

    service.until(lines)
    return lines()


@pytest.mark.parametrize("charset", ["utf-8", "cp949"])
def test_what_nice_refuses_is_logged_with_what_to_do(
        start: Start, nice: StrictNice, charset: str) -> None:
    def in_charset(answer: Answer) -> None:
        answer.send(answer.body.decode().encode(charset))

    service = start()
    shop = Storefront(service.url)
    address = through_the_window(shop, nice, shop.begin())
    nice.manner.wire |= {"url": in_charset, "result": in_charset}
    nice.manner.answers |= {"url": ["1007"], "result": ["1007"]}
    assert shop.window(shop.begin()).status_code == 502
    assert returned(address).status_code == 502
    for message in ("no window opens", "no result of NICE's window"):
        [line] = _logged(service, message)
        assert "1007 (오류)" in line["error"], line
        assert "the egress IPv4 address" in line["remedy"], line
