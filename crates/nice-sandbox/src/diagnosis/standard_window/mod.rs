//! Unseals a request as NICE does, and names what the client did instead where
//! that fails: known mistakes are made again until one fits.

mod aes_modes;
pub(crate) mod calls;
mod cipher;
mod derivation;
mod encoding;
pub(crate) mod given_keys;
mod integrity;
mod mac;
mod material;
mod mistake;
mod plain;

use std::sync::{Mutex, PoisonError};

use nice_crypto::{self as crypto, Sealed, UnsealError};
use serde_json::{Map, Value};

use crate::browser::fault::Fault;

pub(crate) use material::{Material, Parts};

/// One search at a time, so that wrong requests leave a core to all others.
static SEARCH: Mutex<()> = Mutex::new(());

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
    // A passphrase was taken for a key: nothing else is worth a word.
    if let Some(fault) = cipher::salted(enc_data) {
        return Err(fault);
    }
    let keys = &material.keys;
    let search = || SEARCH.lock().unwrap_or_else(PoisonError::into_inner);
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

/// As [`unseal`], but it goes on after a wrong integrity value: all that is
/// wrong at once.
pub(crate) fn every_fault(
    material: &Material<'_>,
    sealed: &Sealed,
) -> Result<Map<String, Value>, Vec<Fault>> {
    let first = match unseal(material, sealed) {
        Ok(object) => return Ok(object),
        Err(first) => first,
    };
    let rightly = Sealed {
        enc_data: sealed.enc_data.clone(),
        integrity_value: integrity::right(material, &sealed.enc_data),
    };
    let second = (rightly != *sealed).then(|| unseal(material, &rightly).err());
    let found = [Some(first), second.flatten()].into_iter().flatten();
    let mut faults: Vec<_> = found.collect();
    // What is known of the cipher is the reason for both.
    if faults.len() > 1 && faults[0].code == integrity::UNKNOWN {
        faults.remove(0);
    }
    Err(faults)
}

/// What is wrong with how the two values are written, whatever the keys are.
pub(crate) fn seen_without_keys(sealed: &Sealed) -> Vec<Fault> {
    let salted = cipher::salted(&sealed.enc_data);
    let cipher = || cipher::wrong_writing(&sealed.enc_data);
    let integrity = integrity::wrong_writing(&sealed.integrity_value);
    salted
        .or_else(cipher)
        .into_iter()
        .chain(integrity)
        .collect()
}
