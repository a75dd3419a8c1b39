//! Keys that a client shows: right, or by which mistake they came about.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    cipher::KEY_IVS,
    derivation::texts_of,
    encoding::{first, from_hex, last},
    integrity::keys as hmac_keys,
    material::Material,
    mistake::Mistake,
};
use crate::browser::fault::Fault;

/// Whether this `key`, `iv` or `hmac_key` is the right one, in its own
/// characters.
pub(crate) fn of(name: &str, given: &str, material: &Material<'_>) -> Result<(), Fault> {
    const FIX: [&str; 2] = [
        "base64(SHA-256(req_dtim + req_no + token_val))에서 앞 16자가 key, 뒤 16자가 iv, 앞 32자가 hmac_key입니다. 글자를 그대로 바이트로 쓰세요.",
        "Of base64(SHA-256(req_dtim + req_no + token_val)) the first 16 characters are key, the last 16 iv, the first 32 hmac_key. Take the characters themselves as bytes.",
    ];
    let title = [
        format!("{name} 값이 다릅니다"),
        format!("The {name} is another"),
    ];
    let title = [title[0].as_str(), title[1].as_str()];
    let Some(found) = mistakes(name, given, material) else {
        return Err(Fault::new(
            "key_unknown",
            title,
            [
                "알려진 실수와는 다릅니다. req_dtim, req_no, token_val이 이 암호화토큰의 요청과 응답의 것인지 확인하세요.",
                "It is none of the known mistakes: check that req_dtim, req_no and token_val are those of this crypto token's call and answer.",
            ],
            FIX,
        ));
    };
    let Some((one, more)) = found.split_first() else {
        return Ok(());
    };
    let fault = Fault::new(one.code, title, one.wrong, FIX);
    Err(more
        .iter()
        .fold(fault, |fault, mistake| fault.and(mistake.wrong.into())))
}

/// Empty for the right one.
fn mistakes(name: &str, given: &str, material: &Material<'_>) -> Option<Vec<&'static Mistake>> {
    let given = given.as_bytes();
    let texts = texts_of(material);
    let of_text = |text: &[u8]| match name {
        "key" => first(text, 16),
        "iv" => last(text, 16),
        _ => first(text, 32),
    };
    let right = &texts[0];
    let readings = [
        Some(given.to_vec()),
        from_hex(given),
        STANDARD.decode(given).ok(),
    ];
    let is_given = |made: &[u8]| readings.iter().flatten().any(|reading| reading == made);
    if of_text(&right.bytes) == given {
        return Some(Vec::new());
    }
    let cut = || match name {
        "hmac_key" => hmac_keys(material, &right.bytes)
            .into_iter()
            .find(|made| !made.mistakes.is_empty() && is_given(&made.bytes))
            .map(|made| made.mistakes),
        _ => KEY_IVS.iter().find_map(|(mistake, make)| {
            let mut made = make(material, &right.bytes).into_iter();
            made.any(|(key, iv)| is_given(if name == "key" { &key } else { &iv }))
                .then(|| vec![mistake])
        }),
    };
    let derived = || {
        texts
            .iter()
            .skip(1)
            .find(|text| of_text(&text.bytes) == given)
            .map(|text| text.mistakes.clone())
    };
    cut().or_else(derived)
}
