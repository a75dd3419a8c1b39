//! The arithmetic of 통합인증 as NICE's guide has it, written apart from `nice-crypto`.

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, Nonce, consts::U16},
    aes::Aes256,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Both keys are slices of this text.
pub(crate) struct KeyText(pub(crate) String);

impl KeyText {
    pub(crate) fn of(ticket: &str, transaction_id: &str, iterators: u32) -> Self {
        Self(URL_SAFE_NO_PAD.encode(pbkdf2(
            ticket.as_bytes(),
            transaction_id.as_bytes(),
            iterators,
        )))
    }

    pub(crate) fn key(&self) -> &str {
        &self.0[..32]
    }

    pub(crate) fn hmac_key(&self) -> &str {
        &self.0[48..80]
    }

    pub(crate) fn integrity(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac(self.hmac_key().as_bytes(), text.as_bytes()))
    }

    /// Without looking at any integrity value.
    pub(crate) fn decrypt(&self, enc_data: &str) -> Option<Value> {
        let bytes = URL_SAFE_NO_PAD.decode(enc_data).unwrap();
        let (iv, rest) = bytes.split_at(16);
        let cipher =
            <AesGcm<Aes256, U16> as KeyInit>::new_from_slice(self.key().as_bytes()).unwrap();
        let nonce = Nonce::<AesGcm<Aes256, U16>>::try_from(iv).unwrap();
        let plain = cipher.decrypt(&nonce, rest).ok()?;
        Some(serde_json::from_slice(&plain).unwrap())
    }
}

/// RFC 8018 with HMAC-SHA256, 64 bytes: two blocks.
pub(crate) fn pbkdf2(password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
    (1..=2_u32)
        .flat_map(|index| {
            let mut round = hmac(password, &[salt, &index.to_be_bytes()].concat());
            let mut block = round.clone();
            for _ in 1..rounds {
                round = hmac(password, &round);
                for (sum, byte) in block.iter_mut().zip(&round) {
                    *sum ^= byte;
                }
            }
            block
        })
        .collect()
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let short = Sha256::digest(key);
    let key = if key.len() > 64 { &short[..] } else { key };
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

#[test]
fn it_agrees_with_the_written_vector() {
    let text = include_str!("../../../vectors/integrated-phone.json");
    let vector: Value = serde_json::from_str(text).unwrap();
    let value = |name: &str| vector[name].as_str().unwrap();
    let rounds = u32::try_from(vector["iterators"].as_u64().unwrap()).unwrap();
    let keys = KeyText::of(value("ticket"), value("transaction_id"), rounds);
    assert_eq!(keys.integrity(value("enc_data")), value("integrity_value"));
    assert_eq!(keys.decrypt(value("enc_data")).unwrap()["name"], "홍길동");
}
