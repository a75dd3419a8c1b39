"""The shape of every failure: the `Response` envelope of the contract."""

import re
from datetime import datetime, timedelta, timezone

from foreign.oracle import checks
from foreign.oracle.http_client import Answer

KEYS = {"timestamp", "code", "message", "isProcess", "payload", "error", "errors"}
KST_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+09:00")
HANGUL = re.compile("[가-힣]")

STATUS = {
    "INVALID_REQUEST": 400, "NOT_FOUND": 404, "METHOD_NOT_ALLOWED": 405,
    "UNSUPPORTED_MEDIA_TYPE": 415, "BODY_TOO_LARGE": 413,
    "NICE_REFUSED": 502, "NICE_UNAVAILABLE": 503, "NICE_TIMEOUT": 504,
}
RETRYABLE = {"NICE_UNAVAILABLE", "NICE_TIMEOUT"}


def faults(answer: Answer, reason: str, cause: str | None = None,
           fields: set[str] | None = None, status: int | None = None) -> list[str]:
    """Each way in which the answer is not the failure it should be. `fields`: the faulty ones."""
    document, payload = answer.json(), answer.payload
    timestamp = document.get("timestamp", "")
    message, errors = document.get("message"), document.get("errors")
    expectations = {
        f"status {status or STATUS[reason]}": answer.status == (status or STATUS[reason]),
        "Content-Type application/json":
            (answer.header("content-type") or "").startswith("application/json"),
        "exactly the keys of the contract's Response": set(document) == KEYS,
        "code 900, error true, isProcess false":
            (document.get("code"), document.get("error"), document.get("isProcess"))
            == ("900", True, False),
        "timestamp is now, in RFC 3339 with +09:00": _is_now(timestamp),
        "message": isinstance(message, str) and message,
        "errors is a list of {field, message}": isinstance(errors, list) and all(
            isinstance(e, dict) and set(e) == {"field", "message"} and e["message"] for e in errors),
        f"reason {reason}": payload.get("reason") == reason,
        f"retryable {reason in RETRYABLE}": payload.get("retryable") is (reason in RETRYABLE),
        f"cause {cause}": payload.get("cause") == cause,
        "requestId is that of x-request-id":
            payload.get("requestId") and payload["requestId"] == answer.header("x-request-id"),
        "Retry-After on 503": (status or STATUS[reason]) != 503 or _is_positive(
            answer.header("retry-after")),
    }
    if fields is not None:
        expectations[f"faulty fields {sorted(fields)}"] = answer.faulty_fields == fields
    return [name for name, held in expectations.items() if not held]


def check(name: str, answer: Answer, reason: str, **expected: object) -> None:
    found = faults(answer, reason, **expected)
    checks.check(name, not found, f"not as it should be: {', '.join(found)} | {answer}")


def is_korean(answer: Answer) -> bool:
    return all(HANGUL.search(text) for text in _texts(answer))


def is_english(answer: Answer) -> bool:
    return not any(HANGUL.search(text) for text in _texts(answer))


def _texts(answer: Answer) -> list[str]:
    document = answer.json()
    return [document.get("message") or "",
            *(error.get("message") or "" for error in document.get("errors") or [])]


def _is_now(timestamp: object) -> bool:
    if not isinstance(timestamp, str) or not KST_MOMENT.fullmatch(timestamp):
        return False
    moment = datetime.fromisoformat(re.sub(r"\.\d+", "", timestamp))
    return abs(datetime.now(timezone.utc) - moment) < timedelta(minutes=1)


def _is_positive(value: str | None) -> bool:
    return value is not None and value.isascii() and value.isdigit() and int(value) >= 1
