"""What NICE demands of a call. Each rule that a call breaks is named, with the code NICE would give."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

KST = timezone(timedelta(hours=9))
MAX_SKEW_SECONDS = 180
INSTITUTION_TOKEN, REVOKE, CRYPTO_TOKEN = "institution_token", "revoke", "crypto_token"
PATHS = {
    "/digital/niceid/oauth/oauth/token": INSTITUTION_TOKEN,
    "/digital/niceid/oauth/oauth/token/revokeById": REVOKE,
    "/digital/niceid/api/v1.0/common/crypto/token": CRYPTO_TOKEN,
}
OTHER = "other"


@dataclass
class Call:
    """One call as it came in, and what became of it."""

    kind: str
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    received_at: float
    connection: int
    faults: list[str] = field(default_factory=list)
    answer: str = ""

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[0] if len(values) == 1 else None

    @property
    def req_no(self) -> str | None:
        data = self.data_body()
        return data.get("req_no") if data else None

    def data_body(self) -> dict | None:
        try:
            data = json.loads(self.body)["dataBody"]
        except (ValueError, KeyError, TypeError):
            return None
        return data if isinstance(data, dict) else None


@dataclass(frozen=True)
class Account:
    client_id: str
    client_secret: str
    product_id: str


@dataclass(frozen=True)
class Fault:
    code: str
    why: str
    result_cd: str | None = None


def judge_institution_token(call: Call, account: Account) -> list[Fault]:
    faults = _judge_method_and_type(call, "application/x-www-form-urlencoded")
    pair = f"{account.client_id}:{account.client_secret}".encode()
    expected = "Basic " + base64.b64encode(pair).decode()
    if call.header("Authorization") is None:
        faults.append(Fault("1401", "no Authorization header, or several"))
    elif call.header("Authorization") != expected:
        faults.append(Fault("1801", "Authorization is not Basic standard-base64(id:secret)"))
    form = parse_qs(call.body.decode("latin-1"), keep_blank_values=True)
    if form != {"grant_type": ["client_credentials"], "scope": ["default"]}:
        faults.append(Fault("1400", "body is not grant_type=client_credentials&scope=default"))
    for name in ("ProductID", "client_id"):
        if call.header(name) is not None:
            faults.append(Fault("1200", f"{name} is not sent on this call"))
    return faults


def judge_revoke(call: Call, account: Account, tokens: dict[str, str], now: float) -> list[Fault]:
    faults = _judge_method_and_type(call, "application/x-www-form-urlencoded")
    value = call.header("Authorization") or ""
    if not value.startswith(("Basic ", "bearer ")):
        faults.append(Fault("1401", "Authorization is neither Basic nor bearer"))
    else:
        faults += _judge_token_text(value.split(" ", 1)[1], account, tokens, now)
    if call.body:
        faults.append(Fault("1400", "the body of revoke is empty"))
    return faults


def judge_crypto_token(call: Call, account: Account, tokens: dict[str, str],
                       seen_req_nos: set[str], now: float) -> list[Fault]:
    faults = _judge_method_and_type(call, "application/json")
    value = call.header("Authorization")
    if value is None or not value.startswith("bearer "):
        faults.append(Fault("1401", "Authorization does not begin with lower-case 'bearer '"))
    else:
        faults += _judge_token_text(value.removeprefix("bearer "), account, tokens, now)
    if call.header("ProductID") != account.product_id:
        faults.append(Fault("1706", "ProductID is missing or another one"))
    if call.header("client_id") not in (None, account.client_id):
        faults.append(Fault("1700", "client_id header names another client"))
    return faults + _judge_crypto_body(call, seen_req_nos, now)


def _judge_method_and_type(call: Call, media_type: str) -> list[Fault]:
    faults = []
    if call.method != "POST":
        faults.append(Fault("1400", f"{call.method} instead of POST"))
    pattern = re.escape(media_type) + r"(;\s*charset=utf-8)?"
    if not re.fullmatch(pattern, call.header("Content-Type") or "", re.IGNORECASE):
        faults.append(Fault("1400", f"Content-Type is {call.header('Content-Type')!r}"))
    return faults


def _judge_token_text(encoded: str, account: Account, tokens: dict[str, str],
                      now: float) -> list[Fault]:
    try:
        text = base64.b64decode(encoded, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return [Fault("1800", "token text is not standard base64 of ASCII")]
    parts = text.split(":")
    if len(parts) != 3:
        return [Fault("1800", "token text is not access_token:timestamp:client_id")]
    access_token, timestamp, client_id = parts
    faults = []
    if not re.fullmatch(r"[0-9]{10}", timestamp):
        faults.append(Fault("1800", "timestamp is not integer seconds"))
    elif abs(int(timestamp) - now) > MAX_SKEW_SECONDS:
        faults.append(Fault("1800", "timestamp is off by more than 3 minutes"))
    if client_id != account.client_id:
        faults.append(Fault("1700", "token text names another client"))
    if access_token not in tokens:
        faults.append(Fault("1800", "access token was never issued"))
    elif tokens[access_token] != "1200":
        faults.append(Fault(tokens[access_token], "access token is no longer valid"))
    return faults


def _judge_crypto_body(call: Call, seen_req_nos: set[str], now: float) -> list[Fault]:
    try:
        document = json.loads(call.body)
        country = document["dataHeader"]["CNTY_CD"]
        data = document["dataBody"]
        req_dtim, req_no, enc_mode = (data[name] for name in ("req_dtim", "req_no", "enc_mode"))
    except (ValueError, KeyError, TypeError):
        return [Fault("1500", "body lacks dataHeader.CNTY_CD or a field of dataBody")]
    if not all(isinstance(value, str) for value in (req_dtim, req_no, enc_mode)):
        return [Fault("1200", "a field of dataBody is not a string", "0001")]
    faults = []
    if country not in ("ko", "en", "cn"):
        faults.append(Fault("1500", f"CNTY_CD is {country!r}"))
    if enc_mode != "1":
        faults.append(Fault("1200", f"enc_mode is {enc_mode!r}", "0001"))
    if not 1 <= len(req_no) <= 30:
        faults.append(Fault("1200", f"req_no has {len(req_no)} characters", "0001"))
    if req_no in seen_req_nos:
        faults.append(Fault("1200", "req_no was used before", "0001"))
    if not _is_now_in_kst(req_dtim, now):
        faults.append(Fault("1200", f"req_dtim {req_dtim!r} is not the time in KST", "0001"))
    return faults


def _is_now_in_kst(req_dtim: str, now: float) -> bool:
    if not re.fullmatch(r"[0-9]{14}", req_dtim):
        return False
    try:
        moment = datetime.strptime(req_dtim, "%Y%m%d%H%M%S").replace(tzinfo=KST)
    except ValueError:
        return False
    return abs(moment.timestamp() - now) <= MAX_SKEW_SECONDS
