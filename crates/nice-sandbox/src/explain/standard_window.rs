//! Sealed values of the standard window, with what their keys are made of.

use nice_crypto::{KeySet, Sealed};
use serde_json::{Map, Value};

use super::{Finding, MOST, Report, evidence::Evidence};
use crate::{
    browser::{fault::Fault, notice},
    cp949,
    diagnosis::standard_window::{Material, Parts, every_fault, given_keys, seen_without_keys},
    standard_window::window::FIELDS,
    words::Both,
};

/// What a crypto token's keys are made of, as far as it was pasted.
struct Issued<'a> {
    parts: Parts<'a>,
    id: &'a str,
}

pub(super) fn check(evidence: &Evidence, report: &mut Report) {
    let issued = issued(evidence);
    for object in &evidence.objects {
        if object
            .keys()
            .any(|name| ["returnurl", "sitecode"].contains(&name.as_str()))
        {
            plain(object, report);
        }
    }
    let is_newer = evidence.has("ticket") || evidence.has("transaction_id");
    if is_newer && issued.is_empty() {
        return;
    }
    let sealed = sealed(evidence);
    for one in &sealed {
        match of(&issued, evidence, report) {
            Some(token) => {
                let material = material(token, &issued, evidence);
                match every_fault(&material, one) {
                    Ok(object) => opened(&object, report),
                    Err(faults) => {
                        for fault in faults {
                            report.found(fault.into());
                        }
                    }
                }
            }
            None => without_token(one, report),
        }
    }
    if let Some(token) = issued.first() {
        keys(&material(token, &issued, evidence), evidence, report);
    }
    if sealed.is_empty() && evidence.has("enc_data") && !is_newer {
        report.found(Fault::missing("integrity_value").into());
    }
}

/// Request and answer of the calls for crypto tokens, in the order in which they stand.
fn issued(evidence: &Evidence) -> Vec<Issued<'_>> {
    let all = |name| evidence.all(name).collect::<Vec<_>>();
    let (times, numbers, ids) = (all("req_dtim"), all("req_no"), all("token_version_id"));
    evidence
        .all("token_val")
        .enumerate()
        .filter_map(|(number, token_val)| {
            Some(Issued {
                parts: Parts {
                    req_dtim: times.get(number).or(times.last())?,
                    req_no: numbers.get(number).or(numbers.last())?,
                    token_val,
                },
                id: ids.get(number).or(ids.last()).unwrap_or(&""),
            })
        })
        .collect()
}

fn sealed(evidence: &Evidence) -> Vec<Sealed> {
    let clean = |text: &str| text.replace(' ', "+");
    evidence
        .all("enc_data")
        .zip(evidence.all("integrity_value"))
        .take(MOST)
        .map(|(enc_data, integrity_value)| Sealed {
            enc_data: clean(enc_data),
            integrity_value: clean(integrity_value),
        })
        .collect()
}

/// The token that a form names; the last one if it names none of them.
fn of<'a>(
    issued: &'a [Issued<'a>],
    evidence: &Evidence,
    report: &mut Report,
) -> Option<&'a Issued<'a>> {
    let last = issued.last()?;
    let named = evidence
        .values
        .iter()
        .rev()
        .find(|given| given.name == "token_version_id" && given.raw.is_some());
    let Some(named) = named else {
        return Some(last);
    };
    let id = named.value.trim();
    if evidence.all("token_val").any(|value| value == id)
        || evidence.all("site_code").any(|value| value == id)
    {
        report.found(Finding::new(
            "other_value_for_token_version_id",
            [
                "token_version_id에 다른 값(site_code나 token_val)이 들어 있습니다.",
                "Another value (site_code or token_val) stands in token_version_id.",
            ],
            [
                "암호화토큰 응답의 token_version_id를 보내세요. token_val은 서버 밖으로 나가면 안 됩니다.",
                "Send the crypto-token answer's token_version_id. The token_val never leaves the server.",
            ],
        ));
        return Some(last);
    }
    let found = issued.iter().find(|one| one.id == id);
    if found.is_none() && issued.iter().any(|one| !one.id.is_empty()) {
        report.found(Finding::new(
            "token_version_id_of_another",
            [
                "폼의 token_version_id가 붙여 넣은 암호화토큰의 것과 다릅니다.",
                "The form's token_version_id is not that of the crypto token that was pasted.",
            ],
            [
                "한 인증의 값은 한 암호화토큰에서 나와야 합니다: 동시에 진행되는 인증끼리 값이 섞이지 않는지, 정적 변수에 담지 않는지 확인하세요.",
                "All values of a verification come from one crypto token: look for values that verifications share, such as a static variable.",
            ],
        ));
    }
    found.or(Some(last))
}

fn material<'a>(
    token: &'a Issued<'a>,
    issued: &'a [Issued<'a>],
    evidence: &'a Evidence,
) -> Material<'a> {
    let parts = token.parts;
    let others = issued
        .iter()
        .filter(|one| one.parts.token_val != parts.token_val);
    Material {
        keys: KeySet::derive(parts.req_dtim, parts.req_no, parts.token_val),
        own: parts,
        token_version_id: token.id,
        site_code: evidence.first("site_code").unwrap_or_default(),
        client_id: evidence.first("client_id").unwrap_or_default(),
        client_secret: evidence.first("client_secret").unwrap_or_default(),
        institution_token: evidence.first("access_token").unwrap_or_default(),
        others: others.map(|one| one.parts).collect(),
    }
}

fn without_token(sealed: &Sealed, report: &mut Report) {
    for fault in seen_without_keys(sealed) {
        report.found(fault.into());
    }
    report.missing([
        "enc_data와 integrity_value는 키 없이 확인할 수 없습니다. 암호화토큰을 요청할 때 보낸 req_dtim과 req_no, 응답의 token_val을 함께 붙여 넣으세요.",
        "enc_data and integrity_value can't be checked without keys: paste the crypto-token call's req_dtim and req_no, and its answer's token_val, too.",
    ]);
}

/// A plain text that opens.
fn opened(object: &Map<String, Value>, report: &mut Report) {
    report.right([
        "enc_data와 integrity_value가 키와 맞고 복호화됩니다.",
        "enc_data and integrity_value fit the keys, and decrypt.",
    ]);
    if object.contains_key("resultcode") {
        report.right([
            "평문은 창의 결과(resultcode가 있는 JSON)입니다.",
            "The plain text is a result of the window: JSON with a resultcode.",
        ]);
    } else {
        plain(object, report);
    }
}

/// The JSON that a shop seals.
fn plain(object: &Map<String, Value>, report: &mut Report) {
    // The contract's answers have some of these names, too.
    if object.contains_key("resultcode") {
        return;
    }
    let names = || object.keys().map(String::as_str);
    for field in FIELDS {
        if let Some(given) = notice::nearly_right(names(), &FIELDS, field) {
            report.found(Finding::new(
                "field_misspelt",
                Both::new(
                    format!("{given} 은(는) NICE가 모르는 이름이라 무시됩니다."),
                    format!("{given} is no field of NICE's and is ignored."),
                ),
                [
                    &format!("{field} 을(를) 뜻하셨나요?"),
                    &format!("Did you mean {field}?"),
                ],
            ));
        }
        let near = || notice::nearly_right(names(), &FIELDS, field);
        match object.get(field) {
            None | Some(Value::Null) => {
                if ["returnurl", "sitecode", "requestno"].contains(&field) {
                    report.found(Fault::no_field(field, near()).into());
                }
            }
            Some(Value::String(text)) => value(field, text, report),
            Some(_) => report.found(Fault::not_text(field).into()),
        }
    }
}

fn value(field: &'static str, text: &str, report: &mut Report) {
    let most = match field {
        "requestno" => 30,
        "sitecode" => 16,
        "businessno" => 10,
        "returnurl" => crate::browser::return_url::MAX_LENGTH,
        _ => usize::MAX,
    };
    let length = cp949::length(text);
    if length > most {
        report.found(Fault::too_long(field, length, most).into());
    }
    let list = match field {
        "methodtype" => "get, post",
        "popupyn" => "Y, N",
        "mobilceco" => "S, K, L",
        "authtype" => "M, C, X, U, F, S",
        "returnurl" if !text.contains("://") => "https://…, http://…",
        _ => return,
    };
    let is_one = list
        .split(", ")
        .any(|one| one.eq_ignore_ascii_case(text.trim()));
    if !is_one && !text.is_empty() {
        report.found(Finding::new(
            "field_value",
            Both::new(
                format!("{field}의 값은 쓸 수 없는 값입니다."),
                format!("The value of {field} is none of those that are allowed."),
            ),
            [
                &format!("{list} 중 하나를 쓰세요."),
                &format!("Use one of {list}."),
            ],
        ));
    }
}

/// Keys that the client computed, if they were pasted.
fn keys(material: &Material<'_>, evidence: &Evidence, report: &mut Report) {
    for name in ["key", "iv", "hmac_key"] {
        for given in evidence.all(name).take(MOST) {
            match given_keys::of(name, given, material) {
                Ok(()) => report.right(match name {
                    "key" => ["key가 맞습니다.", "The key is right."],
                    "iv" => ["iv가 맞습니다.", "The IV is right."],
                    _ => ["hmac_key가 맞습니다.", "The hmac_key is right."],
                }),
                Err(fault) => report.found(fault.into()),
            }
        }
    }
}
