"""NICE's cryptography, written from the protocol alone: key set, seal, integrity value."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK_BITS = 128


@dataclass(frozen=True)
class KeySet:
    key: str
    iv: str
    hmac_key: str

    @property
    def undisclosed(self) -> str:
        """The characters of the digest that neither key nor iv shows (16-27)."""
        return self.hmac_key[16:28]


def derive(req_dtim: str, req_no: str, token_val: str) -> KeySet:
    value = req_dtim.strip() + req_no.strip() + token_val.strip()
    text = base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()
    return KeySet(key=text[:16], iv=text[-16:], hmac_key=text[:32])


def seal(key: str, iv: str, plain: bytes) -> str:
    padder = PKCS7(BLOCK_BITS).padder()
    encryptor = _cipher(key, iv).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def open_sealed(key: str, iv: str, enc_data: str) -> bytes:
    decryptor = _cipher(key, iv).decryptor()
    padded = decryptor.update(base64.b64decode(enc_data, validate=True)) + decryptor.finalize()
    unpadder = PKCS7(BLOCK_BITS).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def integrity_value(hmac_key: str, enc_data: str) -> str:
    """Over the base64 text of the cipher text, not over its bytes."""
    return base64.b64encode(hmac.digest(hmac_key.encode(), enc_data.encode(), "sha256")).decode()


def faults_against_vectors(folder: Path) -> list[str]:
    """Tries this very file on the golden vectors; an empty list says that it may judge others."""
    faults = []
    for path in sorted(folder.glob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        keys = derive(vector["req_dtim"], vector["req_no"], vector["token_val"])
        if "plaintext" in vector:
            plain = vector["plaintext"].encode("ascii")
        else:
            plain = vector["plaintext_utf8"].encode("cp949")
        outcome = {
            "key": keys.key == vector["key"],
            "iv": keys.iv == vector["iv"],
            "hmac_key": keys.hmac_key == vector["hmac_key"],
            "seal": seal(keys.key, keys.iv, plain) == vector["enc_data"],
            "open": open_sealed(keys.key, keys.iv, vector["enc_data"]) == plain,
            "integrity_value":
                integrity_value(keys.hmac_key, vector["enc_data"]) == vector["integrity_value"],
        }
        faults += [f"{path.name}: {part}" for part, held in outcome.items() if not held]
    if not list(folder.glob("*.json")):
        faults.append("no vectors found")
    return faults


def _cipher(key: str, iv: str) -> Cipher:
    return Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode()))
