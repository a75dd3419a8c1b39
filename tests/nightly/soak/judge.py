"""Whether an answer is the contract's, or its envelope with a failure that may be."""

import re

ISSUED = ["token_version_id", "enc_data", "integrity_value", "iv", "key", "reqNo"]
OPENED = {"reqNo", "responseno", "enctime", "sitecode", "authtype", "name", "birthdate", "gender",
          "nationalinfo", "mobileco", "mobileno", "ci", "di", "businessno", "receivedata", "age"}
ALWAYS_OPENED = {"reqNo", "responseno", "enctime", "sitecode", "name", "birthdate", "age"}
JSON = "application/json; charset=utf-8"
ENVELOPE = {"timestamp", "code", "message", "isProcess", "payload", "error", "errors"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+09:00")
STATUS = {
    "INVALID_REQUEST": 400, "NOT_FOUND": 404, "METHOD_NOT_ALLOWED": 405, "BODY_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415, "NICE_REFUSED": 502, "NICE_UNAVAILABLE": 503,
    "NICE_TIMEOUT": 504, "RESULT_REJECTED": 400, "VERIFICATION_FAILED": 422,
    "SESSION_NOT_FOUND": 404, "RESULT_ALREADY_USED": 409,
}
RETRYABLE = {"NICE_UNAVAILABLE", "NICE_TIMEOUT"}
CAUSES = {"IP_NOT_REGISTERED", "PRODUCT_NOT_SUBSCRIBED", "CREDENTIALS", "CLOCK_SKEW", "SUSPENDED",
          "QUOTA", "PROTOCOL", "UNKNOWN"}


class Wrong(Exception):
    """An answer that breaks the contract."""


def issued(answer):
    """The fields of a verification that has begun, or None for a failure of NICE's."""
    if answer.status != 200:
        failed(answer, "NICE_REFUSED", "NICE_UNAVAILABLE", "NICE_TIMEOUT")
        return None
    fields = answer.json()
    _demand(answer, "the six fields", list(fields) == ISSUED)
    _demand(answer, "a text in each field",
            all(isinstance(value, str) and value for value in fields.values()))
    _demand(answer, "JSON", answer.headers.get("content-type") == JSON)
    _demand(answer, "a window", answer.headers.get("x-nice-window-url"))
    return fields


def opened(answer, req_no):
    fields = answer.json()
    _demand(answer, "200", answer.status == 200)
    _demand(answer, "the fields of a result", ALWAYS_OPENED <= set(fields) <= OPENED)
    _demand(answer, "its own number", fields["reqNo"] == req_no)
    _demand(answer, "JSON", answer.headers.get("content-type") == JSON)


def failed(answer, *reasons):
    """The reason, one of these, in an envelope without a flaw."""
    document = answer.json()
    _demand(answer, "the envelope's keys", set(document) == ENVELOPE)
    payload = document["payload"]
    reason = payload.get("reason")
    _demand(answer, f"one of {reasons}", reason in reasons)
    _demand(answer, "its status", answer.status == STATUS[reason])
    _demand(answer, "JSON", answer.headers.get("content-type") == JSON)
    _demand(answer, "code, error, isProcess",
            (document["code"], document["error"], document["isProcess"]) == ("900", True, False))
    _demand(answer, "a moment in Korea", MOMENT.fullmatch(document["timestamp"]))
    _demand(answer, "a message", document["message"])
    _demand(answer, "errors", isinstance(document["errors"], list))
    _demand(answer, "the request's id",
            payload.get("requestId") == answer.headers.get("x-request-id"))
    _demand(answer, "retryable", payload.get("retryable") is (reason in RETRYABLE))
    _demand(answer, "a cause", (payload.get("cause") in CAUSES) == (reason == "NICE_REFUSED"))
    _demand(answer, "Retry-After", answer.status != 503 or answer.headers.get("retry-after"))
    return reason


def _demand(answer, what, held):
    if not held:
        raise Wrong(f"not {what}: {answer}")
