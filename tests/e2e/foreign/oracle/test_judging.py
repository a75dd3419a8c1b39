"""The judges judged: a flawed answer must be found out: python3 -B -m unittest test_judging."""

import json
import unittest
from types import SimpleNamespace

import envelope
from bench import RETURN_URLS
from http_client import parse
from nice_crypto import integrity_value, seal
from nice_stand_in import IssuedToken
from sealed import judge

TOKEN = IssuedToken("20260115093000", "R" * 30, "version-1", "token value", "SITE1", 3600)
SEALED = {"requestno": "order-1", "returnurl": RETURN_URLS[0], "sitecode": "SITE1",
          "methodtype": "get", "receivedata": "한😀"}
ASKED = {"requestno": "order-1", "receivedata": "한😀"}
REFUSAL = {
    "timestamp": "", "code": "900", "message": "잘못된 요청", "isProcess": False, "error": True,
    "errors": [{"field": "authtype", "message": "M, C"}],
    "payload": {"reason": "INVALID_REQUEST", "requestId": "id-1", "retryable": False}}


class Verdicts:
    """Takes the place of a theme and keeps the names of the checks that failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def check(self, name: str, held: object, detail: object = "") -> bool:
        if not held:
            self.failed.append(name)
        return bool(held)

    def equal(self, name: str, got: object, wanted: object, detail: object = "") -> bool:
        return self.check(name, got == wanted)


def found_out(text: str | None = None, **changes: str) -> list[str]:
    """The failures for an answer whose sealed text or fields differ from the right ones."""
    keys = TOKEN.keys()
    enc_data = seal(keys.key, keys.iv, (text or json.dumps(SEALED, separators=(",", ":"))).encode())
    fields = {"token_version_id": TOKEN.token_version_id, "enc_data": enc_data, "key": keys.key,
              "integrity_value": integrity_value(keys.hmac_key, enc_data), "iv": keys.iv,
              "reqNo": "order-1", **changes}
    verdicts = Verdicts()
    scene = SimpleNamespace(nice=SimpleNamespace(issued={TOKEN.token_version_id: TOKEN}))
    judge(verdicts, "it", scene, _answer(200, fields), ASKED)
    return verdicts.failed


def _answer(status: int, document: dict):
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nx-request-id: id-1\r\n\r\n"
    return parse(head.encode() + json.dumps(document).encode(), "POST")


class Sealed(unittest.TestCase):
    def test_the_right_one_passes(self) -> None:
        self.assertEqual(found_out(), [])

    def test_flaws_of_the_fields(self) -> None:
        for changes in ({"hmac_key": "x"}, {"token_version_id": "other"}, {"key": "k" * 16},
                        {"iv": "i" * 16}, {"integrity_value": "AAAA"}, {"enc_data": "AAAA"}):
            self.assertTrue(found_out(**changes), changes)

    def test_flaws_of_what_is_sealed(self) -> None:
        right = json.dumps(SEALED, separators=(",", ":"))
        last_first = dict(reversed(SEALED.items()))
        for text in (
            json.dumps(SEALED), json.dumps(SEALED, indent=1),
            json.dumps(SEALED, separators=(",", ":"), ensure_ascii=False),
            json.dumps(last_first, separators=(",", ":")),
            right[:-1] + ',"popupyn":""}', right[:-1] + ',"methodtype":"get"}',
            right.replace("order-1", "order-2"), right.replace("SITE1", "SITE2"),
            right.replace('"get"', '"GET"'), right.replace('"order-1"', "1"), "[]", "{}", "x",
        ):
            self.assertTrue(found_out(text), text)


class Envelope(unittest.TestCase):
    def faults(self, status: int = 400, **changes: object) -> list[str]:
        return [fault for fault in envelope.faults(
            _answer(status, {**REFUSAL, **changes}), "INVALID_REQUEST", fields={"authtype"})
            if not fault.startswith("timestamp")]

    def test_the_right_one_passes(self) -> None:
        self.assertEqual(self.faults(), [])

    def test_flaws(self) -> None:
        self.assertTrue(self.faults(status=422))
        payload = REFUSAL["payload"]
        for changes in ({"code": 900}, {"error": "true"}, {"isProcess": True}, {"message": ""},
                        {"errors": None}, {"errors": []}, {"extra": 1},
                        {"payload": {**payload, "reason": "INTERNAL"}},
                        {"payload": {**payload, "retryable": True}},
                        {"payload": {**payload, "requestId": "other"}},
                        {"payload": {**payload, "cause": "QUOTA"}}):
            self.assertTrue(self.faults(**changes), changes)


if __name__ == "__main__":
    unittest.main()
