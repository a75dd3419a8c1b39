"""Judges one answer of the contract endpoint against what NICE handed out and what was asked."""

import json
import re

from foreign.oracle.bench import RETURN_URLS, Scene
from foreign.oracle.checks import check, equal
from foreign.oracle.http_client import Answer
from foreign.oracle.nice_crypto import integrity_value, open_sealed

SIX_FIELDS = {"token_version_id", "enc_data", "integrity_value", "iv", "key", "reqNo"}
OPTIONAL_FIELDS = ("authtype", "mobilceco", "popupyn", "receivedata")
REQUESTNO = re.compile(r"[A-Za-z0-9._:-]{1,30}")
JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


def judge(label: str, scene: Scene, answer: Answer, asked: dict) -> None:
    """Every field of the answer, and of what is sealed in it."""
    fields = answer.json()
    check(f"{label}: 200 with exactly the six fields",
          answer.status == 200 and set(fields) == SIX_FIELDS, answer)
    issued = scene.nice.issued.get(fields["token_version_id"])
    check(f"{label}: token_version_id is one that NICE handed out", issued, answer)
    keys = issued.keys()
    equal(f"{label}: key and iv as derived from what was sent to NICE",
          (fields["key"], fields["iv"]), (keys.key, keys.iv))
    equal(f"{label}: integrity_value recomputed", fields["integrity_value"],
          integrity_value(keys.hmac_key, fields["enc_data"]))
    _judge_sealed(label, fields, _wanted(asked, fields["reqNo"], issued.site_code))


def _judge_sealed(label: str, fields: dict, expected: dict) -> None:
    """What the browser's own key and iv open."""
    plain = open_sealed(fields["key"], fields["iv"], fields["enc_data"])
    pairs = json.loads(plain.decode("ascii"), object_pairs_hook=tuple)
    check(f"{label}: an object with fields", isinstance(pairs, tuple) and pairs, plain)
    equal(f"{label}: sealed fields and values", sorted(pairs, key=repr),
          sorted(expected.items(), key=repr))
    equal(f"{label}: requestno comes first", pairs[0][0], "requestno")
    check(f"{label}: sealed JSON is compact", not re.search(rb"\s", JSON_STRING.sub(b"", plain)),
          plain)


def _wanted(asked: dict, req_no: str, site_code: str) -> dict:
    """The sealed object that follows from the request. An empty value counts as absent."""
    expected = {"requestno": asked.get("requestno") or req_no,
                "returnurl": asked.get("returnurl") or RETURN_URLS[0],
                "sitecode": site_code,
                "methodtype": (asked.get("methodtype") or "get").lower()}
    expected |= {name: asked[name] for name in OPTIONAL_FIELDS if asked.get(name)}
    return expected


def plain_text(answer: Answer) -> bytes:
    fields = answer.json()
    return open_sealed(fields["key"], fields["iv"], fields["enc_data"])
