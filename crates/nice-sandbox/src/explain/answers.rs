//! What NICE's answers and a developer's errors say by themselves.

use super::{Told, evidence::Evidence, facts::Facts};
use crate::{browser::fault::Fault, diagnosis::calls::in_words, faults};

/// The codes of NICE's refusals; their field, and how the catalogue begins their names.
const CODES: [(&str, &str); 4] = [
    ("GW_RSLT_CD", "gw_"),
    ("rsp_cd", "rsp_"),
    ("result_cd", "result_"),
    ("result_code", "code_"),
];

pub(super) fn codes(evidence: &Evidence, facts: &Facts, told: &mut Told) {
    for (field, begin) in CODES {
        for code in facts.all(field) {
            let name = format!("{begin}{}", code.to_ascii_lowercase());
            if let Some(known) = faults::all().find(|fault| fault.name == name) {
                told.fault(refused(known));
            }
        }
    }
    for (name, value) in &evidence.headers {
        if *name == "x-sandbox-fault" {
            told.faults(in_words(value));
        }
    }
}

fn refused(known: &faults::Fault) -> Fault {
    Fault::new(
        known.name,
        [
            &format!("NICE가 거부했습니다: {}", known.title),
            &format!("NICE refused: {}", known.title),
        ],
        [known.stands_for_ko, known.stands_for],
        [
            "코드마다 할 일은 docs/errors.ko.md에 있습니다. 다른 항목이 있으면 그것이 원인입니다.",
            "What to do about each code is in docs/errors.md. If there are other findings, they are the cause.",
        ],
    )
}

/// How libraries say that a key is wrong.
const UNREADABLE: [&str; 6] = [
    "BadPaddingException",
    "bad decrypt",
    "Padding is invalid",
    "Padding is incorrect",
    "Malformed UTF-8 data",
    "wrong final block length",
];

/// What the text shows in any case: a wrong charset, a wrong mode.
pub(super) fn text(evidence: &Evidence, facts: &Facts, told: &mut Told) {
    if evidence.has_bom {
        told.faults(in_words("body_has_a_bom"));
    }
    if evidence.has_broken_json {
        told.faults(in_words("body_not_json"));
    }
    let is_garbled = |text: &str| text.contains('\u{fffd}') || text.contains("\\ufffd");
    let names = facts.all("name").chain(facts.all("receivedata"));
    let has_garbled = names.into_iter().any(is_garbled)
        || is_garbled(&evidence.rest)
        || [
            "'utf-8' codec can't decode",
            "MalformedInputException",
            "invalid utf-8",
            "is not valid UTF-8",
        ]
        .iter()
        .any(|error| evidence.rest.contains(error));
    if has_garbled {
        told.fault(read_as_utf8());
    }
    if UNREADABLE.iter().any(|error| evidence.rest.contains(error)) {
        told.need(
            "복호화 오류는 키나 IV가 다르다는 뜻입니다. 결과의 token_version_id, enc_data, integrity_value와 함께 req_dtim, req_no, token_val을 넣으면 무엇이 다른지 찾습니다.",
            "A decryption error means that key or IV differs. Add req_dtim, req_no and token_val to the result's token_version_id, enc_data and integrity_value to find the difference.",
        );
    }
}

fn read_as_utf8() -> Fault {
    Fault::new(
        "result_read_as_utf8",
        ["CP949를 UTF-8로 읽었습니다", "CP949 was read as UTF-8"],
        [
            "깨진 글자가 있습니다. 표준창의 결과는 CP949(EUC-KR의 확장)입니다.",
            "There are broken characters: the standard window's result is in CP949, which extends EUC-KR.",
        ],
        [
            "복호화한 바이트를 CP949로 읽으세요: Java는 \"MS949\", Python은 \"cp949\", Node는 iconv-lite의 \"cp949\", PHP는 \"UHC\". 이름은 utf8_name을 폼 디코딩해도 됩니다.",
            "Decode the decrypted bytes as CP949: \"MS949\" in Java, \"cp949\" in Python and in Node's iconv-lite, \"UHC\" in PHP. Or form-decode utf8_name for the name.",
        ],
    )
}
