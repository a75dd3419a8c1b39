//! Unseals a request as NICE does, and names what the client did instead where
//! that fails: known mistakes are made again until one fits.

mod aes_modes;
pub(crate) mod calls;
mod cipher;
mod derivation;
mod encoding;
pub(crate) mod given;
mod integrity;
mod mac;
mod material;
mod mistake;
mod plain;

use std::sync::{Mutex, MutexGuard, PoisonError};

use nice_crypto::{self as crypto, Sealed, UnsealError};
use serde_json::{Map, Value};

use crate::browser::fault::Fault;

pub(crate) use material::{Material, Parts};

/// One search at a time, so that wrong requests leave a core to all others.
static SEARCH: Mutex<()> = Mutex::new(());

/// Holds the search for what is wrong.
fn search() -> MutexGuard<'static, ()> {
    SEARCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The mistakes that show without a key: a passphrase, a wrong writing.
pub(crate) fn without_keys(sealed: &Sealed) -> Option<Fault> {
    cipher::salted(&sealed.enc_data)
        .or_else(|| cipher::writing(&sealed.enc_data))
        .or_else(|| integrity::writing(&sealed.integrity_value))
}

/// The sealed JSON object. A search for what is wrong takes time: not for a
/// thread that has others to answer.
pub(crate) fn unseal(
    material: &Material<'_>,
    sealed: &Sealed,
) -> Result<Map<String, Value>, Fault> {
    let Sealed {
        enc_data,
        integrity_value,
    } = sealed;
    // The key was used as a passphrase: no other finding matters.
    if let Some(fault) = cipher::salted(enc_data) {
        return Err(fault);
    }
    let keys = &material.keys;
    let plain = match crypto::open(keys, enc_data, integrity_value) {
        Ok(plain) => plain,
        Err(UnsealError::Integrity) => {
            let _turn = search();
            return Err(integrity::fault(material, enc_data, integrity_value));
        }
        Err(UnsealError::Base64 | UnsealError::Decryption) => {
            let _turn = search();
            return Err(cipher::fault(material, enc_data));
        }
    };
    plain::object(&plain).map_err(|fault| {
        let _turn = search();
        // A wrong IV garbles the first block alone.
        let garbled = !plain::is_readable(&plain);
        let found = garbled
            .then(|| cipher::mistakes(material, enc_data))
            .flatten();
        found.map_or(fault, |found| cipher::told(&found))
    })
}
