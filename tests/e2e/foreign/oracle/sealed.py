"""Judges one answer of the contract endpoint against what NICE handed out and what was asked."""

import json
import re

from bench import RETURN_URLS, Scene
from http_client import Answer
from nice_crypto import integrity_value, open_sealed
from report import Theme

SIX_FIELDS = {"token_version_id", "enc_data", "integrity_value", "iv", "key", "reqNo"}
OPTIONAL_FIELDS = ("authtype", "mobilceco", "popupyn", "receivedata")
REQUESTNO = re.compile(r"[A-Za-z0-9._:-]{1,30}")
JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


def judge(theme: Theme, label: str, scene: Scene, answer: Answer, asked: dict) -> dict:
    """Every field of the answer and of what is sealed in it; returns the sealed object."""
    fields = answer.json()
    if not theme.check(f"{label}: 200 with exactly the six fields",
                       answer.status == 200 and set(fields) == SIX_FIELDS, answer):
        return {}
    issued = scene.nice.issued.get(fields["token_version_id"])
    if not theme.check(f"{label}: token_version_id is one that NICE handed out", issued, answer):
        return {}
    keys = issued.keys()
    theme.equal(f"{label}: key and iv as derived from what was sent to NICE",
                (fields["key"], fields["iv"]), (keys.key, keys.iv))
    theme.equal(f"{label}: integrity_value recomputed", fields["integrity_value"],
                integrity_value(keys.hmac_key, fields["enc_data"]))
    return judge_sealed(theme, label, fields, wanted(asked, fields["reqNo"], issued.site_code))


def judge_sealed(theme: Theme, label: str, fields: dict, expected: dict) -> dict:
    """What the browser's own key and iv open."""
    try:
        plain = open_sealed(fields["key"], fields["iv"], fields["enc_data"])
        pairs = json.loads(plain.decode("ascii"), object_pairs_hook=tuple)
        if not isinstance(pairs, tuple) or not pairs:
            raise ValueError(f"no object with fields: {plain!r}")
    except (ValueError, KeyError) as refusal:
        theme.check(f"{label}: enc_data opens to ASCII JSON", False, refusal)
        return {}
    theme.equal(f"{label}: sealed fields and values", sorted(pairs, key=repr),
                sorted(expected.items(), key=repr))
    theme.equal(f"{label}: requestno comes first", pairs[0][0], "requestno")
    theme.check(f"{label}: sealed JSON is compact", not re.search(rb"\s", JSON_STRING.sub(b"", plain)),
                plain)
    return dict(pairs)


def wanted(asked: dict, req_no: str, site_code: str) -> dict:
    """The sealed object that follows from the request; an empty value counts as absent."""
    expected = {"requestno": asked.get("requestno") or req_no,
                "returnurl": asked.get("returnurl") or RETURN_URLS[0],
                "sitecode": site_code,
                "methodtype": (asked.get("methodtype") or "get").lower()}
    expected |= {name: asked[name] for name in OPTIONAL_FIELDS if asked.get(name)}
    return expected


def plain_text(answer: Answer) -> bytes:
    fields = answer.json()
    return open_sealed(fields["key"], fields["iv"], fields["enc_data"])
