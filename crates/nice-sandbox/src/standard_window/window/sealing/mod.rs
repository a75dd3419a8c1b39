//! Unseals a request as NICE does, and names what the client did instead where
//! that fails: known mistakes are made again until one fits.

mod aes_modes;
mod cipher;
mod derivation;
mod encoding;
mod integrity;
mod mac;
mod material;
mod mistake;
mod plain;

use nice_crypto::{self as crypto, Sealed, UnsealError};
use serde_json::{Map, Value};

use crate::browser::fault::Fault;

pub(super) use material::{Material, Parts};

/// The sealed JSON object.
pub(super) fn unseal(
    material: &Material<'_>,
    sealed: &Sealed,
) -> Result<Map<String, Value>, Fault> {
    let Sealed {
        enc_data,
        integrity_value,
    } = sealed;
    // A passphrase was taken for a key: nothing else is worth a word.
    if let Some(fault) = cipher::salted(enc_data) {
        return Err(fault);
    }
    let keys = &material.keys;
    let plain = match crypto::open(keys, enc_data, integrity_value) {
        Ok(plain) => plain,
        Err(UnsealError::Integrity) => {
            return Err(integrity::fault(material, enc_data, integrity_value));
        }
        Err(UnsealError::Base64 | UnsealError::Decryption) => {
            return Err(cipher::fault(material, enc_data));
        }
    };
    plain::object(&plain).map_err(|fault| {
        // A wrong IV garbles the first block alone.
        let garbled = !plain::is_readable(&plain);
        let found = garbled
            .then(|| cipher::mistakes(material, enc_data))
            .flatten();
        found.map_or(fault, |found| cipher::told(&found))
    })
}
