//! Results of 통합인증, with what their keys are made of.

use nice_crypto::integrated::{Iterators, TransactionKeys};

use super::{Finding, MOST, Report, evidence::Evidence};
use crate::{
    diagnosis::integrated::{Material, Mistake, Ticket, Which, of_integrity, of_key},
    words::Both,
};

const FIX: [&str; 2] = [
    "키 = base64url(PBKDF2-HMAC-SHA256(ticket, salt = transaction_id, iterators, 64바이트))의 글자: 0~31번째가 AES 키, 48~79번째가 HMAC 키입니다. integrity_value = base64url(HMAC-SHA256(HMAC 키, enc_data 문자열)), 모두 패딩이 없습니다.",
    "The keys are characters of base64url(PBKDF2-HMAC-SHA256(ticket, salt = transaction_id, iterators, 64 bytes)): 0-31 for AES, 48-79 for the HMAC. integrity_value = base64url(HMAC-SHA256(HMAC key, the text of enc_data)); nothing is padded.",
];

/// Each known mistake is a derivation of its own.
const MOST_ROUNDS: u32 = 10_000;

pub(super) fn check(evidence: &Evidence, report: &mut Report) {
    let is_newer = [
        "ticket",
        "transaction_id",
        "web_transaction_id",
        "iterators",
    ]
    .iter()
    .any(|name| evidence.has(name));
    if !is_newer {
        return;
    }
    iterators(evidence, report);
    let sealed = evidence.first("enc_data");
    let values = ["key", "hmac_key", "integrity_value"];
    if !values.iter().any(|name| evidence.has(name)) {
        return;
    }
    let tickets = tickets(evidence);
    let (Some((ticket, others)), Some(transaction_id)) =
        (tickets.split_last(), evidence.first("transaction_id"))
    else {
        report.missing([
            "통합인증의 값은 키 없이 확인할 수 없습니다. 토큰 응답의 ticket과 iterators, auth/url 응답의 transaction_id를 함께 붙여 넣으세요.",
            "Values of the newer API can't be checked without keys: paste ticket and iterators of the token's answer, and transaction_id of auth/url's, too.",
        ]);
        return;
    };
    if ticket.iterators.get() > MOST_ROUNDS {
        report.missing([
            "iterators가 10,000을 넘어 알려진 실수를 찾아보지 않았습니다.",
            "With more than 10,000 iterators the known mistakes are not looked for.",
        ]);
        return;
    }
    let material = Material {
        ticket: *ticket,
        ticket_of_url: *others.first().unwrap_or(ticket),
        others: others.to_vec(),
        transaction_id,
        web_transaction_id: evidence.first("web_transaction_id").unwrap_or_default(),
        request_no: evidence.first("request_no").unwrap_or_default(),
        answer: [
            evidence.first("result_code").unwrap_or("0000"),
            evidence.first("result_message").unwrap_or_default(),
        ],
    };
    for (name, which) in [("key", Which::Aes), ("hmac_key", Which::Hmac)] {
        for given in evidence.all(name).take(MOST) {
            tell(name, &of_key(given, &material, which), report);
        }
    }
    for (enc_data, given) in evidence
        .all("integrity_value")
        .take(MOST)
        .filter_map(|given| Some((sealed?, given)))
    {
        let mistakes = of_integrity(given, enc_data, &material);
        if mistakes.is_empty() {
            opens(*ticket, transaction_id, enc_data, given, report);
        }
        tell("integrity_value", &mistakes, report);
    }
}

/// As often as they were pasted: mostly of the tokens of `auth/url` and `auth/result`.
fn tickets(evidence: &Evidence) -> Vec<Ticket<'_>> {
    let rounds: Vec<_> = evidence
        .all("iterators")
        .filter_map(|text| Iterators::try_from(text.parse::<u32>().ok()?).ok())
        .collect();
    let mut tickets: Vec<Ticket<'_>> = Vec::new();
    for (number, text) in evidence.all("ticket").take(MOST).enumerate() {
        let iterators = rounds.get(number).or(rounds.last()).copied();
        if let Some(iterators) = iterators
            && tickets.iter().all(|known| known.text != text)
        {
            tickets.push(Ticket { text, iterators });
        }
    }
    tickets
}

fn iterators(evidence: &Evidence, report: &mut Report) {
    let is_right = |text: &str| {
        let rounds = text.parse::<u32>().ok();
        rounds.is_some_and(|rounds| Iterators::try_from(rounds).is_ok())
    };
    if evidence.all("iterators").any(|text| !is_right(text)) {
        report.found(Finding::new(
            "iterators_out_of_range",
            [
                "iterators가 1에서 1,000,000 사이의 정수가 아닙니다.",
                "iterators is no whole number from 1 to 1,000,000.",
            ],
            FIX,
        ));
    }
}

fn opens(
    ticket: Ticket<'_>,
    transaction_id: &str,
    enc_data: &str,
    integrity_value: &str,
    report: &mut Report,
) {
    let keys = TransactionKeys::derive(ticket.text, transaction_id, ticket.iterators);
    if keys.open(enc_data, integrity_value).is_ok() {
        report.right([
            "enc_data가 AES-256-GCM(IV 16바이트)으로 복호화됩니다.",
            "enc_data decrypts by AES-256-GCM with its IV of 16 bytes.",
        ]);
    } else {
        report.found(Finding::new(
            "cipher_unreadable",
            [
                "무결성 값은 맞지만 enc_data를 풀 수 없습니다.",
                "The integrity value fits, but enc_data can't be read.",
            ],
            [
                "enc_data = base64url(IV 16바이트 ‖ 암호문 ‖ 태그 16바이트), AES-256-GCM입니다.",
                "enc_data = base64url(IV of 16 bytes ‖ cipher text ‖ tag of 16 bytes), AES-256-GCM.",
            ],
        ));
    }
}

fn tell(name: &str, mistakes: &[Mistake], report: &mut Report) {
    let Some(first) = mistakes.first() else {
        report.right.push(Both::new(
            format!("{name} 값이 맞습니다."),
            format!("{name} is right."),
        ));
        return;
    };
    let title = Both::new(
        format!("{name} 값이 다릅니다."),
        format!("{name} is another."),
    );
    let texts = mistakes.iter().map(|mistake| mistake.text());
    report.found(Finding {
        code: first.code,
        wrong: std::iter::once(title).chain(texts).collect(),
        fix: Some(FIX.into()),
    });
}
