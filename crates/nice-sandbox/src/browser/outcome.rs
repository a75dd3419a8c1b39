//! What happens after the person has chosen.

use super::{
    codes,
    fault::Fault,
    parameters::{Parameters, SANDBOX},
};

/// An outcome, by its name in `sandbox_outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    /// The person could not be verified.
    Fail,
    /// The person gave up.
    Cancel,
    /// The browser comes back twice.
    Double,
    /// The browser comes back after the time is over.
    Late,
    /// One bit of the cipher text is different.
    TamperEnc,
    /// One bit of the integrity value is different.
    TamperMac,
    /// The value by which the verification is found is different.
    TamperToken,
    /// The genuine result of another session.
    Swap,
    /// `+` is not escaped in the query.
    RawPlus,
    /// The person switches to the PASS app, and comes back by another tab.
    AppSwitch,
    /// A page in the window; the browser does not come back.
    InWindow(codes::WindowFailure),
}

/// An outcome that a window offers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub(crate) name: &'static str,
    pub(crate) ko: &'static str,
    pub(crate) en: &'static str,
    outcome: Outcome,
}

pub(crate) const fn choice(outcome: Outcome, ko: &'static str, en: &'static str) -> Choice {
    Choice {
        name: outcome.name(),
        ko,
        en,
        outcome,
    }
}

impl Outcome {
    /// What `sandbox_outcome` asks of a window that offers these.
    pub(crate) fn read(parameters: &Parameters, choices: &[Choice]) -> Result<Self, Fault> {
        let Some(given) = parameters.sandbox("outcome") else {
            // A code alone means a failure; it has no other effect.
            return Ok(match parameters.sandbox("resultcode") {
                Some(_) => Self::Fail,
                None => Self::Success,
            });
        };
        choices
            .iter()
            .find(|choice| choice.name == given)
            .map(|choice| choice.outcome)
            .or_else(|| codes::find(given).map(Self::InWindow))
            .ok_or_else(|| Fault::unknown_outcome(given, &list(choices)))
    }

    /// Its name in `sandbox_outcome`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fail => "fail",
            Self::Cancel => "cancel",
            Self::Double => "double",
            Self::Late => "late",
            Self::TamperEnc => "tamper_enc",
            Self::TamperMac => "tamper_mac",
            Self::TamperToken => "tamper_token",
            Self::Swap => "swap",
            Self::RawPlus => "raw_plus",
            Self::AppSwitch => "app_switch",
            Self::InWindow(code) => code.digits,
        }
    }
}

/// A misspelt parameter that does nothing would be hard to find: these are
/// the names, without their beginning, that a window reads.
pub(crate) fn check_names(given: &Parameters, known: &[&str]) -> Result<(), Fault> {
    match given.sandbox_names().find(|name| !known.contains(name)) {
        Some(name) => Err(Fault::unknown_parameter(
            &format!("{SANDBOX}{name}"),
            &parameters(known),
        )),
        None => Ok(()),
    }
}

fn list(choices: &[Choice]) -> String {
    let names: Vec<_> = choices.iter().map(|choice| choice.name).collect();
    let codes = codes::CODES.map(|code| code.digits).join(", ");
    format!("{}; in the window: {codes}", names.join(", "))
}

/// The parameters that a window accepts in addition to NICE's.
pub(crate) fn parameters(known: &[&str]) -> String {
    let names: Vec<_> = known
        .iter()
        .map(|name| format!("{SANDBOX}{name}"))
        .collect();
    names.join(", ")
}
