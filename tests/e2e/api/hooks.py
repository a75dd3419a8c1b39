"""What schemathesis can't know from the document: SCHEMATHESIS_HOOKS names this file.

Some calls that the document allows are made ones that also bring something:
otherwise no result would ever be opened, and only refusals be judged.
"""

import itertools
import json
import os
from urllib.parse import parse_qsl, urlsplit

import requests
import schemathesis
from schemathesis.generation import GenerationMode

RETURN_URL = "https://shop.example/nice/callback"
# Every eighth call opens a genuine result.
GENUINE_EVERY = 8

count = itertools.count(1)
last = None


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """`default` admits any status; each in use has to be there by its number. Without a key in
    its settings the sandbox opens results for anybody."""
    for path in raw_schema["paths"].values():
        for operation in path.values():
            del operation["responses"]["default"]
            if "RESULT_API_KEY" not in os.environ:
                operation.pop("security", None)


@schemathesis.hook.apply_to(operation_id="getOAuthToken")
def before_call(context, case, kwargs):
    """Three rules that the document can't say: which addresses may be returned to is a setting,
    NUL is refused wherever it is, in fields that are ignored too, and receivedata is what CP949
    can carry. A form has no null:
    schemathesis would write the word."""
    if allowed(case):
        if "form" in (case.media_type or ""):
            case.body = {name: value for name, value in case.body.items() if value is not None}
        case.body = {name: value for name, value in case.body.items()
                     if r"\u0000" not in json.dumps([name, value])}
        if case.body.get("receivedata"):
            carried = case.body["receivedata"].encode("cp949", "ignore")[:1000]
            case.body["receivedata"] = carried.decode("cp949", "ignore")
        if case.body.get("returnurl"):
            case.body["returnurl"] = RETURN_URL


@schemathesis.hook("before_call").apply_to(operation_id="getVerificationResult")
def genuine(context, case, kwargs):
    global last
    # Without a key the sandbox opens results for anybody, which isn't what the document says.
    if "RESULT_API_KEY" not in os.environ or not allowed(case) or next(count) % GENUINE_EVERY:
        return
    turn = next(turns)
    if turn != "again" or last is None:
        last = result(os.environ["SERVICE_URL"], turn)
    case.body = dict(last)


turns = itertools.cycle(["hong", "again", "foreigner", "fail", "noci", "corporate"])


def allowed(case):
    return case.meta.generation.mode is GenerationMode.POSITIVE and isinstance(case.body, dict)


def result(service, turn):
    """What a shop has to open after somebody was in the sandbox's window."""
    begun = requests.post(f"{service}/v1/member/getOAuthToken", json={}, timeout=10)
    begun.raise_for_status()
    begun = begun.json()
    window = {name: begun[name] for name in ("token_version_id", "enc_data", "integrity_value")}
    who = {"sandbox_outcome": "fail", "sandbox_persona": "hong"} if turn == "fail" else {
        "sandbox_persona": turn}
    answer = requests.post(f"{service}/sandbox/CheckPlusSafeModel/service.cb",
                           data={"m": "service", **window, **who},
                           allow_redirects=False, timeout=10)
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    return {name: back[name] for name in window} | {"reqNo": begun["reqNo"]}
