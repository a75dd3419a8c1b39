"""NICE's cryptography, written from the protocol alone: key set, seal, integrity value."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

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


def _cipher(key: str, iv: str) -> Cipher:
    return Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode()))
