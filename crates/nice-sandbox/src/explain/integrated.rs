//! The newer API (통합인증): what its calls and results show.

use nice_crypto::integrated::Iterators;

use super::{Told, evidence::Evidence, facts::Facts};
use crate::{
    browser::fault::Fault,
    diagnosis::{
        calls::in_words,
        integrated::{Material, Mistake, Ticket, Which, of_integrity, of_key},
    },
    integrated::url_call,
    words::Both,
};

/// The body of `auth/url`.
pub(super) fn documents(evidence: &Evidence, told: &mut Told) {
    for document in &evidence.documents {
        let is_request = ["return_url", "svc_types"]
            .iter()
            .any(|name| document.contains_key(*name));
        if !is_request {
            continue;
        }
        told.checked("통합인증 auth/url 요청", "the call auth/url of 통합인증");
        let names = document.keys().map(String::as_str);
        told.misspelt(names, &url_call::names());
        for code in url_call::faults(document.clone()) {
            told.faults(in_words(code));
        }
    }
}

/// NICE's own are some tens.
const MOST_ROUNDS: u32 = 10_000;
/// Tokens beside the result's.
const MOST_OTHERS: usize = 4;

/// Keys and integrity value of a result.
pub(super) fn result(facts: &Facts, told: &mut Told) {
    if !facts.has("transaction_id") && !facts.has("ticket") {
        return;
    }
    let given = ["key", "hmac_key", "computed", "integrity_value"];
    if !given.iter().any(|name| facts.has(name)) {
        return;
    }
    let Some(material) = material(facts, told) else {
        return;
    };
    told.checked(
        "통합인증의 키와 무결성 값",
        "keys and integrity value of 통합인증",
    );
    if let Some(key) = facts.get("key") {
        told_of("key", of_key(key, &material, Which::Aes), told);
    }
    if let Some(key) = facts.get("hmac_key") {
        told_of("hmac_key", of_key(key, &material, Which::Hmac), told);
    }
    if let Some(enc_data) = facts.get("enc_data") {
        for value in facts.all("integrity_value").chain(facts.all("computed")) {
            told_of(
                "integrity_value",
                of_integrity(value, enc_data, &material),
                told,
            );
        }
    }
}

/// What the keys are derived from; where something is missing, that is told.
fn material<'a>(facts: &'a Facts, told: &mut Told) -> Option<Material<'a>> {
    let text = |name| facts.get(name).unwrap_or_default();
    let rounds = facts
        .all("iterators")
        .filter_map(|rounds| rounds.parse::<i64>().ok());
    let rounds = rounds.filter_map(|rounds| Iterators::try_from(rounds).ok());
    let mut tickets: Vec<Ticket<'_>> = facts
        .all("ticket")
        .zip(rounds)
        .map(|(text, iterators)| Ticket { text, iterators })
        .collect();
    // The last is the result's.
    let (Some(ticket), true) = (tickets.pop(), facts.has("transaction_id")) else {
        told.need(
            "키를 만들 값이 더 필요합니다: auth/token 응답의 ticket과 iterators, auth/url 응답의 transaction_id.",
            "To check the keys, add ticket and iterators from the answer of auth/token, and transaction_id from the answer of auth/url.",
        );
        return None;
    };
    if ticket.iterators.get() > MOST_ROUNDS || tickets.len() > MOST_OTHERS {
        told.need(
            "iterators가 10,000 이하인 토큰을 다섯 개까지만 붙여 넣으세요. 실수마다 키를 새로 만들어 보기 때문입니다.",
            "Paste at most five tokens, with iterators up to 10,000: each known mistake needs another key derivation.",
        );
        return None;
    }
    Some(Material {
        ticket,
        ticket_of_url: tickets.first().copied().unwrap_or(ticket),
        others: tickets,
        transaction_id: text("transaction_id"),
        web_transaction_id: text("web_transaction_id"),
        request_no: text("request_no"),
        answer: ["0000", facts.get("result_message").unwrap_or("응답성공")],
    })
}

fn told_of(what: &str, mistakes: Vec<Mistake>, told: &mut Told) {
    let mut mistakes = mistakes.into_iter();
    let Some(first) = mistakes.next() else {
        return;
    };
    let Both { ko, en } = first.text();
    let fault = Fault::new(
        first.code,
        [
            &format!("{what} 값이 다릅니다"),
            &format!("{what} is not the right one"),
        ],
        [&ko, &en],
        [
            "PBKDF2-HMAC-SHA256(비밀번호 = ticket 문자열, salt = transaction_id 문자열, iterators회, 64바이트)를 패딩 없는 base64url 86자로 만들어 0~31번째가 AES 키, 48~79번째가 HMAC 키입니다. 받은 enc_data 문자열 그대로에 HMAC을 계산합니다.",
            "Encode as base64url without padding (86 characters): PBKDF2-HMAC-SHA256(password = text of ticket, salt = text of transaction_id, iterators rounds, 64 bytes): characters 0-31 are the AES key, 48-79 the HMAC key. The HMAC is over the text of enc_data as received.",
        ],
    );
    told.fault(mistakes.fold(fault, |fault, mistake| fault.and(mistake.text())));
}
