//! What happens after the person has chosen.

use super::{codes, fault::Fault, parameters::Parameters, result};

/// An outcome, by its name in `sandbox_outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    /// A callback with another `resultcode` than 0000.
    Fail,
    /// The window is closed; no callback comes.
    Cancel,
    /// The same callback twice.
    Double,
    /// A callback from after the token's period.
    Late,
    /// One bit of the cipher text is different.
    TamperEnc,
    /// One bit of the integrity value is different.
    TamperMac,
    /// The token's id is different.
    TamperToken,
    /// The genuine result of another session.
    Swap,
    /// `+` in the query as it is.
    RawPlus,
    /// A page in the window; no callback comes.
    InWindow(codes::WindowFailure),
}

/// An outcome that has a callback or an end of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) ko: &'static str,
    pub(super) en: &'static str,
    outcome: Outcome,
}

const fn choice(
    outcome: Outcome,
    name: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Choice {
    Choice {
        name,
        ko,
        en,
        outcome,
    }
}

pub(super) const CHOICES: [Choice; 10] = [
    choice(Outcome::Success, "success", "인증 성공", "Success"),
    choice(
        Outcome::Fail,
        "fail",
        "실패 코드로 콜백",
        "Callback with a failure code",
    ),
    choice(
        Outcome::Cancel,
        "cancel",
        "콜백 없이 창 닫기",
        "Window closed, no callback",
    ),
    choice(Outcome::Double, "double", "콜백 두 번", "Callback twice"),
    choice(
        Outcome::Late,
        "late",
        "유효시간이 지난 콜백",
        "Callback after the period",
    ),
    choice(
        Outcome::TamperEnc,
        "tamper_enc",
        "암호문 변조",
        "Cipher text tampered with",
    ),
    choice(
        Outcome::TamperMac,
        "tamper_mac",
        "무결성 값 변조",
        "Integrity value tampered with",
    ),
    choice(
        Outcome::TamperToken,
        "tamper_token",
        "토큰 ID 변조",
        "Token id tampered with",
    ),
    choice(
        Outcome::Swap,
        "swap",
        "다른 세션의 진짜 결과",
        "Another session's genuine result",
    ),
    choice(
        Outcome::RawPlus,
        "raw_plus",
        "+를 인코딩하지 않은 쿼리",
        "Query with + not escaped",
    ),
];

/// The parameters beside the fields of the result.
const CONTROLS: [&str; 3] = ["persona", "outcome", "resultcode"];

/// The fields of the result that a parameter replaces.
fn fields() -> impl Iterator<Item = &'static str> {
    result::ORDER
        .into_iter()
        .filter(|field| !CONTROLS.contains(field))
}

impl Outcome {
    pub(super) fn read(parameters: &Parameters) -> Result<Self, Fault> {
        let Some(given) = parameters.sandbox("outcome") else {
            // A code alone is a failure's: it would do nothing else.
            return Ok(match parameters.sandbox("resultcode") {
                Some(_) => Self::Fail,
                None => Self::Success,
            });
        };
        CHOICES
            .iter()
            .find(|choice| choice.name == given)
            .map(|choice| choice.outcome)
            .or_else(|| codes::find(given).map(Self::InWindow))
            .ok_or_else(|| Fault::unknown_outcome(given, &list()))
    }

    /// Its name in `sandbox_outcome`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InWindow(code) => code.digits,
            _ => CHOICES
                .iter()
                .find(|choice| choice.outcome == self)
                .map_or("", |choice| choice.name),
        }
    }
}

/// A misspelt parameter that does nothing would be hard to find.
pub(super) fn check_names(given: &Parameters) -> Result<(), Fault> {
    match given
        .sandbox_names()
        .find(|name| !CONTROLS.contains(name) && !fields().any(|field| field == *name))
    {
        Some(name) => Err(Fault::unknown_parameter(
            &format!("sandbox_{name}"),
            &parameters(),
        )),
        None => Ok(()),
    }
}

pub(super) fn list() -> String {
    let names = CHOICES.map(|choice| choice.name).join(", ");
    let codes = codes::CODES.map(|code| code.digits).join(", ");
    format!("{names}; in the window: {codes}")
}

pub(super) fn parameters() -> String {
    CONTROLS
        .into_iter()
        .chain(fields())
        .map(|name| format!("sandbox_{name}"))
        .collect::<Vec<_>>()
        .join(", ")
}
