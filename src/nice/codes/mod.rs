//! NICE's result codes, one row each.
//!
//! A code of the standard window without a row is [`Cause::Unknown`] and never
//! retried; one of 통합인증 goes by its first digit. `docs/errors.md` and the
//! codes in `deploy/prometheus/alerts.yml` are printed from these rows.

mod integrated;
mod standard_window;

use std::fmt;

use self::{
    integrated::INTEGRATED,
    standard_window::{GATEWAY, RESPONSE, RESULT},
};
use super::Cause;
use crate::language::Text;

/// A result code, with the field of NICE's answer that it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// `dataHeader.GW_RSLT_CD`: the gateway. `1200` is success.
    Gateway(String),
    /// `dataBody.rsp_cd`: the service behind it. `P000` is success.
    Response(String),
    /// `dataBody.result_cd`: the crypto token itself. `0000` is success.
    Result(String),
    /// `result_code` of 통합인증. `0000` is success.
    Integrated(String),
}

/// What a code asks of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Only an operator can fix it.
    Refused(Cause),
    /// NICE does not accept the institution token, or the timestamp sent with
    /// it; or the access token of 통합인증.
    TokenRefused,
    /// The access token, or the contract, doesn't cover what was asked. A token
    /// that is issued after the contract was extended may.
    ScopeRefused,
    /// The person has to begin again; nothing is wrong with the service.
    StartOver,
    /// A fault at NICE that another try would meet again.
    Fault,
    /// A temporary fault for which NICE suggests one more try.
    RetryOnce,
    /// A temporary fault: try again, with a growing delay.
    Backoff,
}

/// The codes of one field of NICE's answer.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The field's name.
    pub field: &'static str,
    /// Its codes, success apart.
    pub rows: &'static [Row],
}

/// All that the service knows of a code.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// As NICE sends it.
    pub code: &'static str,
    /// What it asks of us.
    pub verdict: Verdict,
    /// What it means, for the documentation.
    pub meaning: Text,
    /// What to do, where more is known than of the cause.
    pub remedy: Option<Text>,
}

/// All codes.
pub const TABLES: [Table; 4] = [GATEWAY, RESPONSE, RESULT, INTEGRATED];

impl Code {
    /// The code's text, as NICE sent it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Gateway(text)
            | Self::Response(text)
            | Self::Result(text)
            | Self::Integrated(text) => text,
        }
    }

    /// Looks the code up.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.row().map_or_else(
            || match self {
                Self::Integrated(text) => integrated::by_first_digit(text),
                Self::Gateway(_) | Self::Response(_) | Self::Result(_) => {
                    Verdict::Refused(Cause::Unknown)
                }
            },
            |row| row.verdict,
        )
    }

    /// Its row, if NICE's tables have it.
    #[must_use]
    pub fn row(&self) -> Option<&'static Row> {
        let mut rows = self.table().rows.iter();
        rows.find(|row| row.code == self.text())
    }

    const fn table(&self) -> Table {
        match self {
            Self::Gateway(_) => GATEWAY,
            Self::Response(_) => RESPONSE,
            Self::Result(_) => RESULT,
            Self::Integrated(_) => INTEGRATED,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.table().field, self.text())
    }
}
