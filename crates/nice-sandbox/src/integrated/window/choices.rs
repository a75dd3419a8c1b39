//! What the window offers, and the parameters that it takes.

use super::super::person;
use crate::browser::outcome::{Choice, Outcome, choice};

/// `raw_plus` isn't among them: nothing that the browser carries back holds a `+`.
pub(crate) const CHOICES: [Choice; 10] = [
    choice(Outcome::Success, "인증 성공", "Success"),
    choice(Outcome::Fail, "창 안에서 실패", "Failure inside the window"),
    choice(
        Outcome::Cancel,
        "취소 (닫기 버튼)",
        "Cancelled by the close button",
    ),
    choice(Outcome::Double, "두 번 돌아가기", "Comes back twice"),
    choice(
        Outcome::Late,
        "10분이 지나 돌아가기",
        "Comes back after the 10 minutes",
    ),
    choice(
        Outcome::TamperEnc,
        "결과의 enc_data 변조",
        "enc_data of the result tampered with",
    ),
    choice(
        Outcome::TamperMac,
        "결과의 무결성 값 변조",
        "integrity_value of the result tampered with",
    ),
    choice(
        Outcome::TamperToken,
        "web_transaction_id 변조",
        "web_transaction_id tampered with",
    ),
    choice(
        Outcome::Swap,
        "다른 인증의 web_transaction_id",
        "web_transaction_id of another verification",
    ),
    choice(
        Outcome::AppSwitch,
        "PASS 앱으로 이동",
        "To the PASS app and back",
    ),
];

/// The names behind `sandbox_`: the controls, then the fields of the result that one
/// replaces, by the older API's names too.
pub(crate) fn parameters() -> Vec<&'static str> {
    ["persona", "outcome", "resultcode", "svc_type"]
        .into_iter()
        .chain(person::FIELDS)
        .chain(person::OLDER_NAMES.map(|(_, older)| older))
        .collect()
}
