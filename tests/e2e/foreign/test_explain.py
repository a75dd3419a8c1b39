"""`explain` names the mistakes of clients whose code is not ours: what they send is made here, in
Python, and goes in by standard input.
"""

import hashlib
import hmac
import json
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
import requests
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from support import shop
from support.launcher import Launcher
from support.process import PATIENCE_SECONDS
from support.service import BINARY


REQ_DTIM, REQ_NO = "20261127101500", "REQ202611271015001234"
TOKEN_VAL = "x0Yk3q5sVb7dQpLr2mNtWzEu8cHgJfAoKiSvTnBxUyM="
TOKEN_VERSION_ID = "20261127101500-NC1234567-9A8B7-00000-00000"
CALL = json.dumps({"dataHeader": {"CNTY_CD": "ko"},
                   "dataBody": {"req_dtim": REQ_DTIM, "req_no": REQ_NO, "enc_mode": "1"}})
ANSWER = json.dumps({"dataHeader": {"GW_RSLT_CD": "1200", "GW_RSLT_MSG": "오류 없음"},
                     "dataBody": {"rsp_cd": "P000", "result_cd": "0000", "site_code": "NC1234567",
                                  "token_version_id": TOKEN_VERSION_ID, "token_val": TOKEN_VAL,
                                  "period": 3600}}, ensure_ascii=False)
PLAIN = {"requestno": REQ_NO, "returnurl": "https://shop.example/nice/callback",
         "sitecode": "NC1234567", "methodtype": "get", "popupyn": "Y"}
SECRETS = (TOKEN_VAL, "shop.example", "홍길동", "eHl6", "20010203")


def digest(text: str = REQ_DTIM + REQ_NO + TOKEN_VAL, hash_name: str = "sha256") -> bytes:
    return hashlib.new(hash_name, text.encode()).digest()


def text_of(raw: bytes) -> str:
    return b64encode(raw).decode()


def cbc(key: str | bytes, iv: str | bytes, plain: bytes, mode: type = modes.CBC) -> bytes:
    key, iv = (one.encode() if isinstance(one, str) else one for one in (key, iv))
    padder = padding.PKCS7(128).padder()
    chosen = modes.ECB() if mode is modes.ECB else mode(iv)
    encryptor = Cipher(algorithms.AES(key), chosen).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def mac(key: str, message: str) -> str:
    return text_of(hmac.digest(key.encode(), message.encode(), "sha256"))


def form(enc_data: str, integrity_value: str) -> str:
    return urlencode({"m": "service", "token_version_id": TOKEN_VERSION_ID,
                      "enc_data": enc_data, "integrity_value": integrity_value})


def sealed(text: str | None = None, plain: bytes | None = None, key: bytes | None = None,
           iv: bytes | None = None, mode: type = modes.CBC) -> str:
    """A window form, and what its keys are made of."""
    text = text or text_of(digest())
    plain = plain or json.dumps(PLAIN).encode()
    enc_data = text_of(cbc(key or text[:16], iv or text[-16:], plain, mode))
    return "\n".join([CALL, ANSWER, form(enc_data, mac(text[:32], enc_data))])


def with_mac(value: Callable[[str, str], str]) -> str:
    text = text_of(digest())
    enc_data = text_of(cbc(text[:16], text[-16:], json.dumps(PLAIN).encode()))
    return "\n".join([CALL, ANSWER, form(enc_data, value(text[:32], enc_data))])


def with_cipher(write: Callable[[bytes], str], without_token: bool = False) -> str:
    text = text_of(digest())
    enc_data = write(cbc(text[:16], text[-16:], json.dumps(PLAIN).encode()))
    pasted = form(enc_data, mac(text[:32], enc_data))
    return pasted if without_token else "\n".join([CALL, ANSWER, pasted])


def query(change: Callable[[str], str]) -> str:
    text = text_of(digest())
    # Long enough to hold a plus.
    plain = json.dumps({**PLAIN, "receivedata": "a" * 500}).encode()
    enc_data = text_of(cbc(text[:16], text[-16:], plain))
    assert "+" in enc_data
    return f"https://shop.example/cb?token_version_id={TOKEN_VERSION_ID}&enc_data=" + change(
        enc_data) + "&integrity_value=" + quote_plus(mac(text[:32], enc_data))


def bearer(time: str) -> str:
    value = text_of(f"b1c2d3:{time}:d0e1f2-client".encode())
    return f"Authorization: bearer {value}"


def renamed(old: str, new: str) -> bytes:
    return json.dumps({new if name == old else name: value
                       for name, value in PLAIN.items()}).encode()


RIGHT = text_of(digest())
MISTAKES = {
    # Keys that are derived otherwise.
    "kdf_sha512": sealed(text_of(digest(hash_name="sha512"))),
    "kdf_sha1_or_md5": sealed(text_of(digest(hash_name="sha1"))),
    "kdf_hex": sealed(digest().hex()),
    "kdf_order": sealed(text_of(digest(TOKEN_VAL + REQ_DTIM + REQ_NO))),
    "kdf_part_missing": sealed(text_of(digest(REQ_DTIM + TOKEN_VAL))),
    "kdf_separator": sealed(text_of(digest("|".join((REQ_DTIM, REQ_NO, TOKEN_VAL))))),
    "kdf_base64_twice": sealed(text_of(text_of(digest()).encode())),
    "kdf_req_dtim_other": sealed(text_of(digest("20261127101501" + REQ_NO + TOKEN_VAL))),
    "key_raw_digest": sealed(key=digest()[:16], iv=digest()[-16:]),
    "key_and_iv_swapped": sealed(key=RIGHT[-16:].encode(), iv=RIGHT[:16].encode()),
    "aes_256": sealed(key=RIGHT[:32].encode()),
    # The cipher and its writing.
    "mode_ecb": sealed(mode=modes.ECB),
    "cipher_salted": with_cipher(lambda raw: text_of(b"Salted__12345678" + raw), True),
    "cipher_in_base64_twice": with_cipher(lambda raw: text_of(text_of(raw).encode())),
    "cipher_in_hex": with_cipher(lambda raw: raw.hex(), True),
    "json_bom": sealed(plain=b"\xef\xbb\xbf" + json.dumps(PLAIN).encode()),
    # The integrity value.
    "hmac_arguments_swapped": with_mac(lambda key, message: mac(message, key)),
    "hmac_in_hex": with_mac(
        lambda key, message: hmac.digest(key.encode(), message.encode(), "sha256").hex()),
    # On the way.
    "plus_lost": query(lambda value: value),
    "encoded_twice": query(lambda value: quote(quote(value, safe=""), safe="")),
    # Fields.
    "field_missing": sealed(plain=renamed("returnurl", "returnUrl")),
    # The calls.
    "timestamp_in_milliseconds": bearer("1795747500123"),
    "timestamp_is_a_date": bearer("20261127101500"),
    "authorization_order": "Authorization: bearer "
                           + text_of(b"d0e1f2-client:b1c2d3:1795747500"),
    "fields_outside_data_body": json.dumps({"req_dtim": REQ_DTIM, "req_no": REQ_NO,
                                            "enc_mode": "1"}),
    "req_dtim_not_14_digits": CALL.replace(REQ_DTIM, "2026-11-27 10:15:00"),
    "body_not_json": "{'dataHeader': {'CNTY_CD': 'ko'}, 'dataBody': {}}",
    "gw_1800": json.dumps({"dataHeader": {"GW_RSLT_CD": "1800", "GW_RSLT_MSG": "x"}}),
    # Results that were read in another charset.
    "result_read_as_utf8": json.dumps({"resultcode": "0000", "name": "홍길동".encode(
        "cp949").decode(errors="replace")}, ensure_ascii=False),
}


def explained(pasted: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    done = subprocess.run([BINARY, "explain", "--lang", language], input=pasted,
                          capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert done.stderr == ""
    for secret in SECRETS:
        assert secret not in done.stdout, secret
    return done


@pytest.mark.parametrize("code", MISTAKES)
def test_mistakes(code: str) -> None:
    done = explained(MISTAKES[code])
    assert f"[{code}]\n" in done.stdout, done.stdout
    assert done.returncode == 1


def test_nothing_wrong() -> None:
    done = explained(sealed(), "ko")
    assert "잘못된 것을 찾지 못했습니다." in done.stdout, done.stdout
    assert "무결성 값, 암호문" in done.stdout
    assert done.returncode == 0


def test_a_form_alone_says_what_else_it_needs() -> None:
    done = explained(sealed().splitlines()[-1])
    assert "req_dtim and req_no from your call" in done.stdout, done.stdout


def test_names_that_are_nearly_right() -> None:
    done = explained(sealed(plain=renamed("methodtype", "methodType")))
    assert "did you mean methodtype?" in done.stdout, done.stdout


TICKET, TRANSACTION_ID = "S1k2j3h4g5f6d7s8", "abcdEFGH1234567890"
ROUNDS = 66


def newer(key: bytes) -> str:
    """A result of 통합인증 as a client computed it, and what its keys are made of."""
    iv = bytes(range(16))
    box = AESGCM(newer_text()[:32].encode())
    enc_data = urlsafe_b64encode(iv + box.encrypt(iv, b'{"name":"x"}', None)).decode().rstrip("=")
    value = urlsafe_b64encode(hmac.digest(key, enc_data.encode(), "sha256")).decode()
    return "\n".join([
        json.dumps({"ticket": TICKET, "iterators": ROUNDS}),
        json.dumps({"transaction_id": TRANSACTION_ID}),
        json.dumps({"enc_data": enc_data, "integrity_value": value.rstrip("=")})])


def newer_text() -> str:
    raw = hashlib.pbkdf2_hmac("sha256", TICKET.encode(), TRANSACTION_ID.encode(), ROUNDS, 64)
    return urlsafe_b64encode(raw).decode().rstrip("=")


NEWER = {
    "key_raw_bytes": newer(hashlib.pbkdf2_hmac(
        "sha256", TICKET.encode(), TRANSACTION_ID.encode(), ROUNDS, 80)[48:80]),
    "ticket_and_salt_swapped": newer(urlsafe_b64encode(hashlib.pbkdf2_hmac(
        "sha256", TRANSACTION_ID.encode(), TICKET.encode(), ROUNDS, 64))[48:80]),
    "request_no_too_short": json.dumps({"request_no": "1234", "svc_types": ["M"],
                                        "return_url": "https://a.example/b"}),
    "authorization_not_base64": "Authorization: Basic not.base64.at.all",
    "method_type_unknown": json.dumps({"request_no": "1" * 24, "svc_types": ["M"],
                                       "return_url": "https://a.example/b",
                                       "method_type": "PUT"}),
    "close_url_invalid": json.dumps({"request_no": "1" * 24, "svc_types": ["M"], "close_url": "x",
                                     "return_url": "https://a.example/b"}),
    "svc_types_not_a_list": json.dumps({"request_no": "1" * 24, "svc_types": "M",
                                        "return_url": "https://a.example/b"}),
}


@pytest.mark.parametrize("code", NEWER)
def test_mistakes_with_the_newer_api(code: str) -> None:
    done = explained(NEWER[code])
    assert f"[{code}]\n" in done.stdout, done.stdout


def test_each_misspelt_name_is_told() -> None:
    done = explained(json.dumps({"dataBody": {"reqDtim": REQ_DTIM, "reqNo": REQ_NO,
                                              "encMode": "1"}}))
    assert done.stdout.count("[field_misspelt]") == 3, done.stdout


def test_padding_that_the_newer_api_has_not() -> None:
    done = explained("Authorization: Basic " + b64encode(b"NI1234:secret").decode())
    assert "base64url without padding" in done.stdout, done.stdout


def test_nothing_wrong_with_the_newer_api() -> None:
    done = explained(newer(newer_text()[48:80].encode()))
    assert "Nothing wrong was found" in done.stdout, done.stdout
    assert done.returncode == 0


def test_the_page_fills_in_what_its_sandbox_has_issued(launcher: Launcher) -> None:
    service = launcher.sandboxed()
    begun = shop.begin(service.url).json()
    whole = {name: begun[name] for name in shop.VALUES}
    swapped = {**whole, "integrity_value": mac(whole["enc_data"], "x")}
    for pasted, said in ((whole, "Nothing wrong was found"), (swapped, "integrity_mismatch")):
        page = requests.post(f"{service.url}/sandbox/explain",
                             data={"text": urlencode(pasted)}, timeout=PATIENCE_SECONDS)
        assert page.status_code == 200
        assert said in page.text
        assert whole["enc_data"] not in page.text
