//! NICE's result codes, one row each.
//!
//! Sources: NICE's published samples and the code list that agrees with them.
//! A code without a row is [`Cause::Unknown`] and never retried.
//! `docs/errors.md` and the codes in `deploy/prometheus/alerts.yml` are
//! printed from these rows.

use std::fmt;

use super::Cause::{
    self, Credentials, IpNotRegistered, ProductNotSubscribed, Protocol, Quota, Suspended,
};
use Verdict::{Backoff, Refused, RetryOnce, TokenRefused};

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
    /// Only an operator can fix it.
    Refused(Cause),
    /// NICE does not accept the institution token, or the timestamp sent with it.
    TokenRefused,
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
    pub meaning: &'static str,
}

/// All codes.
pub const TABLES: [Table; 3] = [GATEWAY, RESPONSE, RESULT];

const GATEWAY: Table = Table {
    field: "GW_RSLT_CD",
    rows: &[
        row("1300", Refused(Protocol), "the request has no body"),
        row("1400", Refused(Protocol), "bad request"),
        row("1401", TokenRefused, "authentication required"),
        row("1402", Refused(Suspended), "no permission"),
        row("1403", Refused(Suspended), "the service is disabled"),
        row("1404", Refused(Protocol), "no such service"),
        row("1500", RetryOnce, "internal error"),
        row(
            "1501",
            Refused(Suspended),
            "the service behind the gateway refuses access",
        ),
        row(
            "1502",
            Backoff,
            "bad answer of the service behind the gateway",
        ),
        row("1503", Backoff, "the service is temporarily unavailable"),
        row("1700", Refused(Credentials), "the client id is not allowed"),
        row("1701", Refused(Protocol), "the path is not allowed"),
        row(
            "1702",
            Refused(IpNotRegistered),
            "the address is not registered for this client id",
        ),
        row(
            "1703",
            Refused(Protocol),
            "the path is not allowed for this client id",
        ),
        row("1705", Refused(IpNotRegistered), "the address is blocked"),
        row(
            "1706",
            Refused(ProductNotSubscribed),
            "the product code is not allowed for this client id",
        ),
        row(
            "1707",
            Refused(ProductNotSubscribed),
            "the path is not part of this product",
        ),
        row("1711", Refused(Quota), "not permitted on this weekday"),
        row("1712", Refused(Quota), "not permitted at this time of day"),
        row(
            "1713",
            Refused(Quota),
            "not permitted at this time on this weekday",
        ),
        row("1714", Refused(Quota), "not permitted on this date"),
        row(
            "1715",
            Refused(Quota),
            "not permitted at this time on this date",
        ),
        row("1716", Refused(Quota), "not permitted on public holidays"),
        row(
            "1717",
            Refused(Protocol),
            "caught by the filter against SQL injection and XSS",
        ),
        row(
            "1800",
            TokenRefused,
            "invalid token, or clocks more than three minutes apart",
        ),
        row(
            "1801",
            Refused(Credentials),
            "client id and secret do not match",
        ),
        row("1900", Backoff, "too many connections"),
        row("1901", Backoff, "NICE could not read the quota"),
        row("1902", Backoff, "NICE could not check the quota"),
        row("1903", Backoff, "too many concurrent users"),
        row("1904", Refused(Protocol), "the request is too large"),
        row("1905", Backoff, "too much traffic"),
        row("1906", Refused(Quota), "the product's quota is used up"),
        row("1907", Refused(Quota), "the API's period of use has ended"),
        row(
            "1908",
            Refused(ProductNotSubscribed),
            "the product's period of use has ended",
        ),
    ],
};

const RESPONSE: Table = Table {
    field: "rsp_cd",
    rows: &[
        row("S603", Backoff, "NICE's database failed"),
        row("P013", Refused(Suspended), "the contract is not active"),
        row("E998", Refused(Suspended), "no permission for the service"),
        row("E999", RetryOnce, "internal error"),
        row("EAPI2500", Refused(Protocol), "no mapping for the call"),
        row(
            "EAPI2510",
            Refused(Protocol),
            "no data to map in the request",
        ),
        row("EAPI2530", RetryOnce, "NICE could not map its answer"),
        row("EAPI2540", RetryOnce, "NICE has no answer for the call"),
        row("EAPI2550", Refused(Protocol), "a number is expected"),
        row("EAPI2560", Refused(Protocol), "a real number is expected"),
        row("EAPI2561", Refused(Protocol), "bad length of a real number"),
        row(
            "EAPI2562",
            Refused(Protocol),
            "a real number contradicts its description",
        ),
        row("EAPI2563", Refused(Protocol), "unreadable real number"),
        row(
            "EAPI2564",
            Refused(Protocol),
            "bad integer part of a real number",
        ),
        row(
            "EAPI2565",
            Refused(Protocol),
            "bad fraction of a real number",
        ),
        row("EAPI2600", Backoff, "internal error"),
        row("EAPI2700", Backoff, "a system behind NICE failed"),
        row("EAPI2701", Backoff, "a system behind NICE timed out"),
        row(
            "EAPI2892",
            Refused(Protocol),
            "wrong count of a repeated group",
        ),
        row("EAPI5001", Refused(Protocol), "no schema for the call"),
        row(
            "EAPI5002",
            Refused(Protocol),
            "the request does not fit the schema",
        ),
    ],
};

const RESULT: Table = Table {
    field: "result_cd",
    rows: &[
        row(
            "0001",
            Refused(Protocol),
            "a required value is missing or out of range",
        ),
        row(
            "0003",
            Refused(ProductNotSubscribed),
            "the contract does not include crypto tokens",
        ),
    ],
};

const fn row(code: &'static str, verdict: Verdict, meaning: &'static str) -> Row {
    Row {
        code,
        verdict,
        meaning,
    }
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
        let mut rows = self.table().rows.iter();
        rows.find(|row| row.code == self.text())
            .map_or(Refused(Cause::Unknown), |row| row.verdict)
    }

    const fn table(&self) -> Table {
        match self {
            Self::Gateway(_) => GATEWAY,
            Self::Response(_) => RESPONSE,
            Self::Result(_) => RESULT,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.table().field, self.text())
    }
}
