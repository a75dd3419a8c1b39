"""The strict NICE's own cryptography on the golden vectors: only then may it judge others."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from foreign.integrated.nice import Token, seal, url64
from foreign.integrated_client import Begun, IntegratedClient
from foreign.integrated_client import Token as ClientsToken
from support.process import PROJECT

VECTORS = sorted((PROJECT / "tests/vectors").glob("integrated-*.json"))


@pytest.fixture(params=VECTORS, ids=lambda path: path.stem)
def vector(request: pytest.FixtureRequest) -> dict:
    return _read(request.param)


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _open(vector: dict, answer: dict, ticket: str | None = None) -> dict:
    token = ClientsToken("", ticket or vector["ticket"], vector["iterators"], 0)
    client = IntegratedClient("", "", "")
    return client.open(token, Begun("", "", vector["transaction_id"]), answer)


def test_there_are_vectors() -> None:
    assert len(VECTORS) == 2


def test_it_seals_and_opens_each(vector: dict) -> None:
    plain = vector["plaintext"].encode()
    assert hashlib.sha256(plain).hexdigest() == vector["plaintext_sha256"]
    token = Token(vector["ticket"], vector["iterators"])
    enc_data, integrity = seal(token, vector["transaction_id"], plain,
                               bytes.fromhex(vector["iv_hex"]))
    assert enc_data == vector["enc_data"]
    assert integrity(enc_data) == vector["integrity_value"]
    assert _open(vector, vector) == json.loads(plain)
    if "integrity_value_whole_answer" in vector:
        whole = vector["result_code"] + vector["result_message"] + enc_data
        assert integrity(whole) == vector["integrity_value_whole_answer"]


def test_each_changed_character_is_refused(vector: dict) -> None:
    enc_data = vector["enc_data"]
    for place, character in enumerate(enc_data):
        changed = enc_data[:place] + ("A" if character != "A" else "B") + enc_data[place + 1:]
        with pytest.raises(ValueError, match="integrity"):
            _open(vector, vector | {"enc_data": changed})


def test_other_keys_are_refused() -> None:
    one, other = map(_read, VECTORS)
    with pytest.raises(ValueError, match="integrity"):
        _open(one, one, ticket=other["ticket"])
    for vector in (one, other):
        raw = hashlib.pbkdf2_hmac("sha256", vector["ticket"].encode(),
                                  vector["transaction_id"].encode(), vector["iterators"], 64)
        assert url64(raw) == vector["key_string"]
        text = url64(raw).encode()
        mac = hmac.digest(text[48:80], vector["enc_data"].encode(), "sha256")
        assert url64(mac) == vector["integrity_value"]
        sealed = vector["enc_data"]
        data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        decryptor = Cipher(algorithms.AES(raw[:32]), modes.GCM(data[:16], data[-16:])).decryptor()
        decryptor.update(data[16:-16])
        with pytest.raises(InvalidTag):
            decryptor.finalize()
