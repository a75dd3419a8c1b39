"""The oracle's own cryptography on the golden vectors: only then may it judge others."""

import json

import pytest

from foreign.oracle.nice_crypto import derive, integrity_value, open_sealed, seal
from support.process import PROJECT

# Those of the newer API are not this one's.
VECTORS = sorted(path for path in (PROJECT / "tests/vectors").glob("*.json")
                 if not path.stem.startswith("integrated"))


def test_there_are_vectors() -> None:
    assert VECTORS


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector(path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    keys = derive(vector["req_dtim"], vector["req_no"], vector["token_val"])
    if "plaintext" in vector:
        plain = vector["plaintext"].encode("ascii")
    else:
        plain = vector["plaintext_utf8"].encode("cp949")
    assert (keys.key, keys.iv, keys.hmac_key) == (vector["key"], vector["iv"], vector["hmac_key"])
    assert seal(keys.key, keys.iv, plain) == vector["enc_data"]
    assert open_sealed(keys.key, keys.iv, vector["enc_data"]) == plain
    assert integrity_value(keys.hmac_key, vector["enc_data"]) == vector["integrity_value"]
