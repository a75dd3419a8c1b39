//! How names and values are written, whatever they say.

use super::{
    Finding, Report,
    evidence::{Evidence, Given},
};
use crate::{
    browser::fault::Fault,
    not_json,
    words::{Both, nearly_equal},
};

/// In base64, or in base64url.
const SEALED: [&str; 2] = ["enc_data", "integrity_value"];

/// What a window form, a callback and the calls of both APIs have.
const NAMES: [&str; 27] = [
    "token_version_id",
    "enc_data",
    "integrity_value",
    "req_dtim",
    "req_no",
    "enc_mode",
    "token_val",
    "site_code",
    "requestno",
    "returnurl",
    "sitecode",
    "methodtype",
    "mobilceco",
    "receivedata",
    "request_no",
    "return_url",
    "close_url",
    "svc_types",
    "method_type",
    "transaction_id",
    "web_transaction_id",
    "access_token",
    "grant_type",
    "iterators",
    "ticket",
    "key",
    "hmac_key",
];

/// What may hold Hangul.
const WORDS: [&str; 6] = [
    "name",
    "utf8_name",
    "receivedata",
    "GW_RSLT_MSG",
    "result_message",
    "message",
];

/// Of the contract's call and of libraries: right where they are.
const OTHERS: [&str; 8] = [
    "reqno",
    "requestid",
    "returnUrl",
    "userId",
    "tokenType",
    "keys",
    "req",
    "dataHeader",
];

pub(super) fn check(evidence: &Evidence, report: &mut Report) {
    if evidence.has_bom {
        report.found(Finding::new(
            "bom",
            [
                "BOM(U+FEFF)이 들어 있습니다.",
                "It holds a byte order mark (U+FEFF).",
            ],
            [
                "BOM 없이 저장하고 인코딩하세요 (.NET은 new UTF8Encoding(false)).",
                "Save and encode without it (.NET: new UTF8Encoding(false)).",
            ],
        ));
    }
    if let Some(broken) = &evidence.broken_json {
        report.found(broken_json(broken));
    }
    for given in &evidence.values {
        if SEALED.contains(&given.name.as_str()) {
            sealed(given, report);
        }
        name(given, evidence, report);
        charset(given, report);
    }
}

fn broken_json(broken: &str) -> Finding {
    let place = match serde_json::from_str::<serde_json::Value>(broken) {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    };
    Finding::new(
        not_json::shape(broken.as_bytes()),
        // The message names the place and never what stands there.
        [
            format!("JSON이 아닙니다: {place}"),
            format!("It is not JSON: {place}"),
        ],
        [
            "글자를 이어 붙이지 말고 JSON 라이브러리로 만드세요.",
            "Have a JSON library write it, instead of joining texts.",
        ],
    )
}

/// Base64 on its way through forms and addresses.
fn sealed(given: &Given, report: &mut Report) {
    let parameter = &given.name;
    if given.value.contains('%') {
        report.found(Fault::encoded_twice(parameter).into());
    }
    if given.value.trim().contains(['\r', '\n']) {
        report.found(Fault::line_breaks(parameter).into());
    }
    if given.value.trim().contains(' ') {
        report.found(Finding::new(
            "plus_lost",
            [
                format!("{parameter}의 + 가 빈칸이 되었습니다. base64에는 빈칸이 없습니다."),
                format!("A + in {parameter} became a blank, which base64 never has."),
            ],
            [
                "URL이나 폼 본문을 직접 만들 때는 값을 퍼센트 인코딩하세요(+는 %2B): encodeURIComponent, URLEncoder, urlencode. 이미 받은 값은 빈칸을 +로 되돌리면 됩니다.",
                "Percent-encode the value (+ is %2B) where you build an address or a form yourself: encodeURIComponent, URLEncoder, urlencode. In a value that came so, put + in the place of each blank.",
            ],
        ));
    } else if given.raw.as_ref().is_some_and(|raw| raw.contains('+')) {
        report.found(Finding::new(
            "plus_not_encoded",
            [
                format!(
                    "{parameter}의 + 가 %2B로 인코딩되지 않았습니다: 받는 쪽에서는 빈칸이 됩니다."
                ),
                format!(
                    "A + in {parameter} is not encoded as %2B: whoever receives it reads a blank."
                ),
            ],
            [
                "값을 encodeURIComponent, URLEncoder, urlencode로 인코딩해 URL을 만드세요.",
                "Build the address with encodeURIComponent, URLEncoder or urlencode.",
            ],
        ));
    }
}

/// A name that is none of NICE's, but nearly.
fn name(given: &Given, evidence: &Evidence, report: &mut Report) {
    let given = given.name.as_str();
    if NAMES.contains(&given) || OTHERS.contains(&given) {
        return;
    }
    let meant = NAMES.iter().find(|name| nearly_equal(given, name));
    if let Some(meant) = meant.filter(|meant| !evidence.has(meant)) {
        report.found(Finding::new(
            "field_misspelt",
            Both::new(
                format!("{given} 은(는) NICE가 모르는 이름이라 무시됩니다."),
                format!("{given} is no name of NICE's and is ignored."),
            ),
            [
                &format!("{meant} 을(를) 뜻하셨나요?"),
                &format!("Did you mean {meant}?"),
            ],
        ));
    }
}

/// Hangul that was read in the wrong charset.
fn charset(given: &Given, report: &mut Report) {
    let (name, text) = (&given.name, &given.value);
    if !WORDS.contains(&name.as_str()) {
        return;
    }
    // What UTF-8 reads where CP949 stands; what Latin-1 reads where UTF-8 stands.
    let is_replaced = text.contains('\u{fffd}');
    let latin = text.chars().filter(|c| ('\u{80}'..='\u{ff}').contains(c));
    let is_latin = latin.count() >= 2 && !text.chars().any(|c| c > '\u{2fff}');
    if !(is_replaced || is_latin) {
        return;
    }
    report.found(Finding::new(
        if is_replaced { "cp949_read_as_utf8" } else { "utf8_read_as_latin1" },
        [
            format!("{name}의 글자가 깨져 있습니다: 다른 문자 집합으로 읽었습니다."),
            format!("{name} is garbled: it was read in another charset."),
        ],
        [
            "표준창의 복호화한 결과는 EUC-KR(CP949)입니다. 바이트를 MS949로 읽거나, utf8_name을 퍼센트 디코딩해 쓰세요. 통합인증의 결과는 UTF-8입니다.",
            "The standard window's decrypted result is EUC-KR (CP949): read its bytes as MS949, or percent-decode utf8_name. The newer API's results are UTF-8.",
        ],
    ));
}
