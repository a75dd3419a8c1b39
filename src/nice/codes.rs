//! NICE's result codes: the whole table, in one match per field.
//!
//! Sources: NICE's published samples and the code list that agrees with
//! them. Codes that aren't here are [`Cause::Unknown`] and never retried.

use std::fmt;

use super::Cause;

/// A result code, with the field of NICE's answer that it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// `dataHeader.GW_RSLT_CD`: the gateway. `1200` is success.
    Gateway(String),
    /// `dataBody.rsp_cd`: the service behind it. `P000` is success.
    Response(String),
    /// `dataBody.result_cd`: the crypto token itself. `0000` is success.
    Result(String),
}

/// What a code asks of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Only a person can mend it.
    Refused(Cause),
    /// The institution token, or the timestamp sent with it, isn't accepted.
    TokenRefused,
    /// A passing fault for which NICE suggests one more try.
    RetryOnce,
    /// A passing fault: try again, with growing delay.
    Backoff,
}

impl Code {
    /// The code's text, as NICE sent it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Gateway(text) | Self::Response(text) | Self::Result(text) => text,
        }
    }

    /// Looks the code up.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Gateway(code) => gateway(code),
            Self::Response(code) => response(code),
            Self::Result(code) => result(code),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = match self {
            Self::Gateway(_) => "GW_RSLT_CD",
            Self::Response(_) => "rsp_cd",
            Self::Result(_) => "result_cd",
        };
        write!(f, "{field} {}", self.text())
    }
}

fn gateway(code: &str) -> Verdict {
    match code {
        "1401" | "1800" => Verdict::TokenRefused,
        "1500" => Verdict::RetryOnce,
        "1502" | "1503" | "1900" | "1901" | "1902" | "1903" | "1905" => Verdict::Backoff,
        "1702" | "1705" => Verdict::Refused(Cause::IpNotRegistered),
        "1706" | "1707" | "1908" => Verdict::Refused(Cause::ProductNotSubscribed),
        "1700" | "1801" => Verdict::Refused(Cause::Credentials),
        "1402" | "1403" | "1501" => Verdict::Refused(Cause::Suspended),
        "1711" | "1712" | "1713" | "1714" | "1715" | "1716" | "1906" | "1907" => {
            Verdict::Refused(Cause::Quota)
        }
        "1300" | "1400" | "1404" | "1701" | "1703" | "1717" | "1904" => {
            Verdict::Refused(Cause::Protocol)
        }
        _ => Verdict::Refused(Cause::Unknown),
    }
}

fn response(code: &str) -> Verdict {
    match code {
        "S603" | "EAPI2600" | "EAPI2700" | "EAPI2701" => Verdict::Backoff,
        "E999" | "EAPI2530" | "EAPI2540" => Verdict::RetryOnce,
        "P013" | "E998" => Verdict::Refused(Cause::Suspended),
        "EAPI2500" | "EAPI2510" | "EAPI2550" | "EAPI2560" | "EAPI2561" | "EAPI2562"
        | "EAPI2563" | "EAPI2564" | "EAPI2565" | "EAPI2892" | "EAPI5001" | "EAPI5002" => {
            Verdict::Refused(Cause::Protocol)
        }
        _ => Verdict::Refused(Cause::Unknown),
    }
}

fn result(code: &str) -> Verdict {
    match code {
        "0001" => Verdict::Refused(Cause::Protocol),
        "0003" => Verdict::Refused(Cause::ProductNotSubscribed),
        _ => Verdict::Refused(Cause::Unknown),
    }
}
