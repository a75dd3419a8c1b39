//! NICE's arithmetic as its guide has it, written apart from `nice-crypto`:
//! what the service seals is opened here, and the other way round.

use aes::Aes128;
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use encoding_rs::EUC_KR;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::nice_stub::{Call, SITE_CODE, TOKEN_VAL};

/// All keys of one crypto token are slices of this text.
pub(crate) struct Digest44(pub(crate) String);

impl Digest44 {
    /// Of the call that NICE was asked for the token with.
    pub(crate) fn of(call: &Call) -> Self {
        let all = format!(
            "{}{}{TOKEN_VAL}",
            call.field("req_dtim"),
            call.field("req_no")
        );
        Self(STANDARD.encode(Sha256::digest(all)))
    }

    pub(crate) fn key(&self) -> &str {
        &self.0[..16]
    }

    pub(crate) fn iv(&self) -> &str {
        &self.0[28..]
    }

    pub(crate) fn hmac_key(&self) -> &str {
        &self.0[..32]
    }

    /// What neither `key` nor `iv` shows of the HMAC key.
    pub(crate) fn hidden(&self) -> &str {
        &self.0[16..28]
    }

    pub(crate) fn integrity_value(&self, enc_data: &str) -> String {
        hmac(self.hmac_key().as_bytes(), enc_data.as_bytes())
    }

    /// `enc_data` with its integrity value.
    pub(crate) fn seal(&self, plain: &[u8]) -> (String, String) {
        let enc_data = STANDARD.encode(aes(self.key().as_bytes(), self.iv().as_bytes(), plain));
        let integrity_value = self.integrity_value(&enc_data);
        (enc_data, integrity_value)
    }

    /// A text, in the charset that NICE writes results in.
    pub(crate) fn seal_text(&self, text: &str) -> (String, String) {
        self.seal(&EUC_KR.encode(text).0)
    }

    /// The plain text, which a request writes in ASCII.
    pub(crate) fn open(&self, enc_data: &str) -> String {
        let cipher =
            cbc::Decryptor::<Aes128>::new_from_slices(self.key().as_bytes(), self.iv().as_bytes());
        let bytes = STANDARD.decode(enc_data).unwrap();
        let plain = cipher.unwrap().decrypt_padded_vec::<Pkcs7>(&bytes).unwrap();
        String::from_utf8(plain).unwrap()
    }
}

/// AES-128-CBC with PKCS#7 padding.
pub(crate) fn aes(key: &[u8], iv: &[u8], plain: &[u8]) -> Vec<u8> {
    let cipher = cbc::Encryptor::<Aes128>::new_from_slices(key, iv);
    cipher.unwrap().encrypt_padded_vec::<Pkcs7>(plain)
}

/// HMAC-SHA256 in base64.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> String {
    STANDARD.encode(hmac_bytes(key, message))
}

pub(crate) fn hmac_bytes(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

/// A person who doesn't exist, verified under this number.
pub(crate) fn genuine_result(requestno: &str) -> Value {
    json!({
        "resultcode": "0000", "requestno": requestno, "enctime": "20260115010300",
        "sitecode": SITE_CODE, "responseno": "N0000000000000000000001", "authtype": "M",
        "name": "홍길동", "utf8_name": "%ED%99%8D%EA%B8%B8%EB%8F%99", "birthdate": "19900101",
        "gender": "1", "nationalinfo": "0", "mobileco": "1", "mobileno": "01000000000",
        "ci": "C".repeat(88), "di": "D".repeat(64), "businessno": "", "receivedata": ""
    })
}
