//! The ways in which clients derive the text that all keys are cut from. Right
//! is `base64(SHA-256(req_dtim + req_no + token_val))`.

mod digests;
mod inputs;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::ToSpan;
use sha2::{Digest, Sha256};

use super::{
    material::{Material, Parts},
    mistake::{Made, Mistake, mistake},
};
use digests::{HASHES, WRITINGS};
use inputs::INPUTS;

const OTHER_TIME: Mistake = mistake(
    "kdf_req_dtim_other",
    "req_dtim을 다시 만들었습니다. 암호화토큰을 요청할 때 보낸 req_dtim을 보관했다가 그대로 써야 합니다.",
    "req_dtim was made again; keep the one that the crypto-token call sent, and use it as it is.",
);

const OTHER_TOKEN: Mistake = mistake(
    "kdf_other_token",
    "다른 암호화토큰의 req_dtim, req_no 또는 token_val을 썼습니다. 동시에 진행되는 인증끼리 값이 섞이지 않는지 확인하세요.",
    "req_dtim, req_no or token_val of another crypto token was used: look for values that verifications share, such as a static variable.",
);

/// The right text and all wrong ones, those of fewer mistakes first.
pub(super) fn texts_of(material: &Material<'_>) -> Vec<Made> {
    let own = &material.own;
    let base64 = |digest: &[u8]| STANDARD.encode(digest).into_bytes();
    let digest = Sha256::digest(own.joined()).to_vec();
    let mut made = vec![Made::rightly(base64(&digest))];
    let inputs: Vec<Made> = INPUTS
        .iter()
        .flat_map(|(mistake, make)| {
            make(material)
                .into_iter()
                .map(|bytes| Made::by(mistake, Sha256::digest(bytes).to_vec()))
        })
        .collect();
    let hashes: Vec<Made> = HASHES
        .iter()
        .flat_map(|(mistake, make)| {
            make(material)
                .into_iter()
                .map(|bytes| Made::by(mistake, bytes))
        })
        .collect();
    let written = |digest: &Made| {
        let digest = digest.clone();
        WRITINGS.iter().flat_map(move |(mistake, write)| {
            let before = Made::by(mistake, []);
            let mistakes = digest.then(&before);
            write(&digest.bytes).into_iter().map(move |bytes| Made {
                mistakes: mistakes.clone(),
                bytes,
                alone: false,
            })
        })
    };
    // One mistake; then, since a wrong hash and a wrong writing often go
    // together, two.
    made.extend(written(&Made::rightly(digest)));
    for digest in hashes.iter().chain(&inputs) {
        made.push(Made {
            bytes: base64(&digest.bytes),
            ..digest.clone()
        });
    }
    let single =
        |mistake: &'static Mistake, text: String| Made::by(mistake, base64(&Sha256::digest(text)));
    made.extend(other_times(own).map(|text| single(&OTHER_TIME, text)));
    made.extend(mixtures(material).map(|text| single(&OTHER_TOKEN, text)));
    made.extend(
        hashes
            .iter()
            .chain(&inputs)
            .filter(|digest| !digest.alone)
            .flat_map(written),
    );
    made
}

/// As if the clock was read once more: up to ten minutes later or earlier, and
/// by the clock of another time zone.
fn other_times<'a>(own: &'a Parts<'a>) -> impl Iterator<Item = String> + use<'a> {
    const OFFSETS: [(i64, i64); 5] = [(0, 600), (-9, 60), (9, 60), (-12, 60), (12, 60)];
    let time = own.time();
    OFFSETS.into_iter().flat_map(move |(hours, around)| {
        (-around..=around).filter_map(move |seconds| {
            let other = time?.checked_add(hours.hours().seconds(seconds)).ok()?;
            let other = other.strftime("%Y%m%d%H%M%S").to_string();
            (other != own.req_dtim).then(|| [&other, own.req_no, own.token_val].concat())
        })
    })
}

/// Parts of other tokens in the place of this one's.
fn mixtures(material: &Material<'_>) -> impl Iterator<Item = String> {
    let own = material.own;
    material.others.iter().flat_map(move |other| {
        [
            [other.req_dtim, other.req_no, other.token_val],
            [other.req_dtim, other.req_no, own.token_val],
            [other.req_dtim, own.req_no, own.token_val],
            [own.req_dtim, other.req_no, own.token_val],
            [own.req_dtim, own.req_no, other.token_val],
        ]
        .map(|three| three.concat())
    })
}
