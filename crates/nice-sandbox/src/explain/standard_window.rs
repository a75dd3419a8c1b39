//! The older API: what a form, a callback and the call for a crypto token show.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::rfc2822};
use nice_crypto::{KeySet, Sealed};

use super::{
    Told,
    evidence::{Evidence, Pair},
    facts::{CryptoToken, Facts},
};
use crate::{
    browser::{fault::Fault, notice::Notice, parameters::Parameters},
    diagnosis::{
        calls::in_words,
        standard_window::{
            Material,
            calls::{self, Refusal},
            given::{of_hmac_key, of_key_and_iv},
            unseal, without_keys,
        },
    },
    standard_window::window::fields::Fields,
};

const SEALED: [&str; 2] = ["enc_data", "integrity_value"];
const FORM: [&str; 4] = ["m", "token_version_id", "enc_data", "integrity_value"];

/// The values that a browser carries.
pub(super) fn window(evidence: &Evidence, facts: &Facts, told: &mut Told) {
    let Some(sealed) = carried(evidence, facts, told) else {
        return;
    };
    told.checked("창에 보낸 값의 형식", "the encoding of the window's values");
    if let Some(fault) = without_keys(&sealed) {
        told.fault(fault);
        return;
    }
    let tokens = facts.tokens();
    let id = facts.get("token_version_id").unwrap_or_default();
    let by_id = tokens.iter().find(|token| token.token_version_id == id);
    let Some(token) = by_id.or(tokens.last()) else {
        told.need(
            "키를 만들 값이 더 필요합니다: 암호화토큰 요청의 req_dtim과 req_no, NICE 응답의 token_val (한 줄에 하나씩 “이름: 값”으로, 또는 요청과 응답의 JSON 그대로).",
            "To check the keys, add req_dtim and req_no from your call for the crypto token, and token_val from NICE's answer: as lines “name: value”, or as the JSON of both.",
        );
        return;
    };
    told.checked(
        "키 유도, 무결성 값, 암호문",
        "key derivation, integrity value, cipher text",
    );
    let material = material(token, &tokens, facts);
    match unseal(&material, &sealed) {
        Err(fault) => told.fault(fault),
        Ok(plain) if plain.contains_key("resultcode") => {
            told.checked("결과의 복호화 (CP949)", "the opening of the result (CP949)");
        }
        Ok(plain) => {
            told.checked("암호화된 요청의 필드", "the fields of the sealed request");
            let site_code = Some(token.site_code.as_str()).filter(|code| !code.is_empty());
            request(&Fields(plain), site_code, told);
        }
    }
}

/// Keys that a developer printed.
pub(super) fn keys(facts: &Facts, told: &mut Told) {
    let tokens = facts.tokens();
    let given = ["key", "iv", "hmac_key"].map(|name| facts.get(name));
    let (Some(token), [key, iv, hmac_key]) = (tokens.last(), given) else {
        return;
    };
    if given.iter().all(Option::is_none) {
        return;
    }
    told.checked("key, iv, hmac_key", "key, iv, hmac_key");
    let material = material(token, &tokens, facts);
    told.faults(hmac_key.and_then(|given| of_hmac_key(&material, given)));
    told.faults(of_key_and_iv(&material, key, iv));
}

/// JSON before it is sealed, and calls.
pub(super) fn documents(evidence: &Evidence, told: &mut Told) {
    for document in &evidence.documents {
        let has = |names: &[&str]| names.iter().any(|name| document.contains_key(*name));
        let is_answer = document
            .get("dataHeader")
            .is_some_and(|header| header["GW_RSLT_CD"].is_string())
            || has(&[
                "token_val",
                "enc_data",
                "resultcode",
                "result_code",
                "access_token",
            ]);
        if is_answer {
            continue;
        }
        if has(&["dataBody", "dataHeader", "enc_mode"]) {
            told.checked("암호화토큰 요청", "the call for a crypto token");
            let body = serde_json::to_vec(document).unwrap_or_default();
            if let Err(Refusal::Gateway(_, code) | Refusal::Result(_, code)) =
                calls::crypto_token(&body)
            {
                told.faults(in_words(code));
            }
            if let Some(body) = document.get("dataBody").and_then(|body| body.as_object()) {
                let names = body.keys().map(String::as_str);
                told.misspelt(names, &["req_dtim", "req_no", "enc_mode"]);
            }
        } else if has(&["requestno", "returnurl", "sitecode"]) {
            told.checked(
                "암호화할 JSON의 필드",
                "the fields of the JSON to be sealed",
            );
            request(&Fields(document.clone()), None, told);
        }
    }
}

/// `Authorization` and the product.
pub(super) fn headers(evidence: &Evidence, told: &mut Told) {
    let header = |name| {
        let mut all = evidence.headers.iter();
        all.find_map(|(known, value)| (*known == name).then_some(value.as_str()))
    };
    let is_older = evidence.rest.contains("/digital/niceid/");
    let Some(authorization) = header("authorization") else {
        return;
    };
    told.checked("Authorization 헤더", "the Authorization header");
    let is_token_call = evidence.rest.contains("/oauth/oauth/token");
    let is_basic = authorization.to_ascii_lowercase().starts_with("basic");
    if is_basic != is_token_call && is_older {
        told.faults(in_words("authorization_scheme"));
    } else if is_basic {
        basic(authorization, told);
    } else if authorization.split('.').count() != 3 {
        let now = header("date").and_then(|date| rfc2822::parse(date).ok());
        bearer(authorization, now.map(|date| date.timestamp()), told);
    }
    if evidence.rest.contains("/common/crypto/token") && header("productid").is_none() {
        told.faults(in_words("product_missing"));
    }
}

fn basic(authorization: &str, told: &mut Told) {
    match calls::authorization(authorization, "Basic ") {
        // Without padding it is the newer API's.
        Err("authorization_not_base64") if is_base64url(authorization) => {}
        Err(code) => told.faults(in_words(code)),
        // So its client ids begin.
        Ok(text) if text.starts_with("NI") && authorization.ends_with('=') => {
            told.notice(Notice::padded_basic());
        }
        Ok(text) if !text.contains(':') => told.faults(in_words("authorization_without_colon")),
        Ok(_) => {}
    }
}

fn is_base64url(authorization: &str) -> bool {
    let value = authorization.split_whitespace().last().unwrap_or_default();
    URL_SAFE_NO_PAD
        .decode(value)
        .is_ok_and(|text| text.contains(&b':'))
}

/// Without the moment of the call only the time's unit can be judged.
fn bearer(authorization: &str, at: Option<Timestamp>, told: &mut Told) {
    let text = match calls::authorization(authorization, "bearer ") {
        Ok(text) => text,
        Err(code) => return told.faults(in_words(code)),
    };
    let parts: Vec<&str> = text.split(':').collect();
    let [_, time, _] = parts[..] else {
        // A JWT that was encoded once more is the newer API's.
        let code = match text.split('.').count() {
            3 => "token_encoded_again",
            _ => "authorization_not_three_parts",
        };
        return told.faults(in_words(code));
    };
    let is_time = |part: &str| part.len() >= 9 && part.parse::<f64>().is_ok_and(f64::is_finite);
    if !is_time(time) && parts.iter().any(|part| is_time(part)) {
        return told.faults(in_words("authorization_order"));
    }
    let wrong = match at {
        Some(at) => calls::wrong_time(time, at),
        None => calls::wrong_unit(time),
    };
    told.faults(wrong.and_then(in_words));
}

fn request(fields: &Fields, site_code: Option<&str>, told: &mut Told) {
    for fault in fields.faults(site_code) {
        told.fault(fault);
    }
    for notice in fields.notices() {
        told.notice(notice);
    }
}

/// `enc_data` and `integrity_value`, with what is wrong in how they are carried.
fn carried(evidence: &Evidence, facts: &Facts, told: &mut Told) -> Option<Sealed> {
    let names = evidence.pairs.iter().filter(|pair| pair.wire.is_some());
    let names: Vec<&str> = names.map(|pair| pair.name.as_str()).collect();
    if names
        .iter()
        .any(|name| SEALED.contains(name) || FORM[1] == *name)
    {
        told.misspelt(names.iter().copied(), &FORM);
    }
    let m = facts.get("m");
    if m.is_some_and(|m| m != "service") && facts.has("enc_data") {
        told.fault(Fault::not_service(m.unwrap_or_default()));
    }
    if evidence.pairs.iter().any(has_lost_plus) {
        told.fault(plus_lost());
    }
    let [enc_data, integrity_value] = SEALED.map(|name| facts.get(name));
    let (enc_data, integrity_value) = match (enc_data, integrity_value) {
        (Some(enc_data), Some(integrity_value)) => (enc_data, integrity_value),
        (None, None) => return None,
        (Some(_), None) => {
            told.fault(Fault::missing("integrity_value"));
            return None;
        }
        (None, Some(_)) => {
            told.fault(Fault::missing("enc_data"));
            return None;
        }
    };
    let mut parameters = Parameters::default();
    parameters.set("enc_data", enc_data);
    parameters.set("integrity_value", integrity_value);
    match (
        parameters.base64("enc_data"),
        parameters.base64("integrity_value"),
    ) {
        (Ok(enc_data), Ok(integrity_value)) => Some(Sealed {
            enc_data,
            integrity_value,
        }),
        (Err(fault), _) | (_, Err(fault)) => {
            told.fault(fault);
            None
        }
    }
}

/// A blank is never base64; a bare `+` in an address or form arrives as one.
fn has_lost_plus(pair: &Pair) -> bool {
    let is_base64 = SEALED.contains(&pair.name.as_str());
    let lost = match &pair.wire {
        Some(wire) => wire.contains(['+', ' ']),
        None => pair.value.contains(' '),
    };
    is_base64 && lost
}

fn plus_lost() -> Fault {
    Fault::new(
        "plus_lost",
        ["+ 가 공백으로 바뀝니다", "A + becomes a blank"],
        [
            "base64의 + 가 퍼센트 인코딩 없이 주소나 폼에 들어 있거나, 이미 공백으로 바뀌었습니다.",
            "A + of the base64 is in an address or form without percent-encoding, or has already become a blank.",
        ],
        [
            "주소를 만들 때는 한 번 퍼센트 인코딩해서 +를 %2B로 만드세요 (encodeURIComponent, URLEncoder). 받을 때는 한 번만 디코딩하고, 남은 공백은 +로 되돌린 뒤 HMAC을 확인하세요.",
            "Percent-encode once when you build an address, so that + becomes %2B (encodeURIComponent, URLEncoder). On the way back decode once, and turn blanks into + before the HMAC.",
        ],
    )
}

fn material<'a>(
    token: &'a CryptoToken,
    tokens: &'a [CryptoToken],
    facts: &'a Facts,
) -> Material<'a> {
    let own = token.parts();
    let text = |name| facts.get(name).unwrap_or_default();
    let others = tokens
        .iter()
        .filter(|other| other.token_val != token.token_val);
    Material {
        keys: KeySet::derive(own.req_dtim, own.req_no, own.token_val),
        own,
        token_version_id: &token.token_version_id,
        site_code: &token.site_code,
        client_id: text("client_id"),
        client_secret: text("client_secret"),
        institution_token: text("access_token"),
        others: others.rev().map(CryptoToken::parts).collect(),
    }
}
