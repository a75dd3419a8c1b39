//! What the standard window offers, and the parameters that it takes.

use super::result;
use crate::browser::outcome::{Choice, Outcome, choice};

pub(crate) const CHOICES: [Choice; 11] = [
    choice(Outcome::Success, "인증 성공", "Success"),
    choice(
        Outcome::Fail,
        "실패 코드로 콜백",
        "Callback with a failure code",
    ),
    choice(
        Outcome::Cancel,
        "콜백 없이 창 닫기",
        "Window closed, no callback",
    ),
    choice(Outcome::Double, "콜백 두 번", "Callback twice"),
    choice(
        Outcome::Late,
        "유효시간이 지난 콜백",
        "Callback after the period",
    ),
    choice(
        Outcome::TamperEnc,
        "암호문 변조",
        "Cipher text tampered with",
    ),
    choice(
        Outcome::TamperMac,
        "무결성 값 변조",
        "Integrity value tampered with",
    ),
    choice(
        Outcome::TamperToken,
        "토큰 ID 변조",
        "Token id tampered with",
    ),
    choice(
        Outcome::Swap,
        "다른 세션의 진짜 결과",
        "Another session's genuine result",
    ),
    choice(
        Outcome::RawPlus,
        "+를 인코딩하지 않은 쿼리",
        "Query with + not escaped",
    ),
    choice(
        Outcome::AppSwitch,
        "PASS 앱으로 이동",
        "To the PASS app and back",
    ),
];

/// The names behind `sandbox_`: the controls, then the fields of the result that one
/// replaces.
pub(crate) fn parameters() -> Vec<&'static str> {
    const CONTROLS: [&str; 3] = ["persona", "outcome", "resultcode"];
    let fields = result::ORDER
        .into_iter()
        .filter(|field| !CONTROLS.contains(field));
    CONTROLS.into_iter().chain(fields).collect()
}
