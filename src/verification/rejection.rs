//! The checks that a result can fail, each with its facts in one row.

use thiserror::Error;

/// Which check a result failed. For the audit log and, in the sandbox, the
/// developer. The caller must not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The integrity value doesn't belong to the cipher text.
    #[error("integrity")]
    Integrity,
    /// The cipher text isn't base64 or doesn't decrypt.
    #[error("decryption")]
    Decryption,
    /// The plain text isn't a JSON object, nor CP949 (windows-949).
    #[error("charset")]
    Charset,
    /// The plain text isn't a JSON object: not beyond this field, if it is
    /// known.
    #[error("json{}", .0.map(|field| format!(" at {field}")).unwrap_or_default())]
    Json(Option<&'static str>),
    /// A known field comes twice.
    #[error("{0} twice")]
    Twice(&'static str),
    /// There is no `resultcode`: a request, not a result.
    #[error("resultcode")]
    Resultcode,
    /// The `requestno` isn't the session's.
    #[error("requestno")]
    Requestno,
    /// The `reqNo` of the call isn't the session's.
    #[error("reqNo")]
    ReqNo,
    /// The `sitecode` isn't the session's.
    #[error("sitecode")]
    Sitecode,
    /// The cipher text is the one that was sent to NICE.
    #[error("reflection")]
    Reflection,
    /// A field is missing or malformed.
    #[error("shape of {0}")]
    Shape(&'static str),
}

/// One row: all that the service says about a check.
#[derive(Clone, Copy, Debug)]
pub struct RejectionFacts {
    /// The name in the log and the metrics.
    pub name: &'static str,
    /// For the documentation: when it fails.
    pub fails_when: &'static str,
    /// For the documentation: the usual reason.
    pub most_often: &'static str,
}

impl Rejection {
    /// The fields that NICE may shape so that people are turned away.
    pub const FIELDS: [&str; 4] = ["responseno", "enctime", "name", "birthdate"];

    /// Every check, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Integrity,
        Self::Decryption,
        Self::Charset,
        Self::Json(None),
        Self::Twice(""),
        Self::Resultcode,
        Self::Requestno,
        Self::ReqNo,
        Self::Sitecode,
        Self::Reflection,
        Self::Shape(""),
    ];

    /// The field of the result that is to blame, if it is one.
    #[must_use]
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Integrity | Self::Decryption | Self::Charset | Self::ReqNo | Self::Reflection => {
                None
            }
            Self::Json(field) => field,
            Self::Resultcode => Some("resultcode"),
            Self::Requestno => Some("requestno"),
            Self::Sitecode => Some("sitecode"),
            Self::Twice(field) | Self::Shape(field) => Some(field),
        }
    }

    /// The check's row.
    #[must_use]
    pub const fn facts(self) -> RejectionFacts {
        const NICE_CHANGED: &str = "NICE changed something";
        let (name, fails_when, most_often) = match self {
            Self::Integrity => (
                "integrity",
                "the integrity value does not belong to `enc_data`",
                "a value was changed on the way: a `+` escaped twice, a value cut short",
            ),
            Self::Decryption => (
                "decryption",
                "`enc_data` is not base64 or does not decrypt",
                NICE_CHANGED,
            ),
            Self::Charset => (
                "charset",
                "the text is neither a JSON object nor CP949 (windows-949)",
                NICE_CHANGED,
            ),
            Self::Json(_) => (
                "json",
                "the text is not a JSON object; the log says from which field on",
                NICE_CHANGED,
            ),
            Self::Twice(_) => (
                "twice",
                "a known field comes twice; the log says which",
                NICE_CHANGED,
            ),
            Self::Resultcode => (
                "resultcode",
                "there is none",
                "the request was sent back as its own result",
            ),
            Self::Requestno => (
                "requestno",
                "it belongs to another session",
                "values of two verifications were mixed",
            ),
            Self::ReqNo => (
                "reqNo",
                "the call's `reqNo` belongs to another session",
                "the shop sent a `reqNo` that came back through the browser, or another tab's",
            ),
            Self::Sitecode => (
                "sitecode",
                "it belongs to another contract",
                "the result is not from this service's NICE",
            ),
            Self::Reflection => (
                "reflection",
                "the cipher text is the one that was sent to NICE",
                "the request was sent back as its own result",
            ),
            Self::Shape(_) => (
                "shape",
                "a field that binds the result is missing or malformed, there is no name, or \
                 `birthdate` is not a date; the log says which",
                NICE_CHANGED,
            ),
        };
        RejectionFacts {
            name,
            fails_when,
            most_often,
        }
    }
}
