//! Every fault that can be switched on, with its meaning.

mod behaviour;
mod gateway;
mod http;
mod integrated;
mod service;
mod values;

use axum::http::{Method, StatusCode};
use serde::Serialize;

pub(crate) use integrated::Twist;
pub(crate) use values::Substitute;

use crate::{integrated::path as integrated_path, standard_window::path};

/// One of NICE's calls: three of the older API, then three of the newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    InstitutionToken,
    Revoke,
    CryptoToken,
    AccessToken,
    AuthUrl,
    AuthResult,
}

/// All of them, in the order of a client's life.
const EVERY_CALL: &[Call] = &[
    Call::InstitutionToken,
    Call::Revoke,
    Call::CryptoToken,
    Call::AccessToken,
    Call::AuthUrl,
    Call::AuthResult,
];

/// The older API's.
const OLDER_CALLS: &[Call] = &[Call::InstitutionToken, Call::Revoke, Call::CryptoToken];

/// The newer API's.
const NEWER_CALLS: &[Call] = &[Call::AccessToken, Call::AuthUrl, Call::AuthResult];

impl Call {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::InstitutionToken => "institution_token",
            Self::Revoke => "revoke",
            Self::CryptoToken => "crypto_token",
            Self::AccessToken => "access_token",
            Self::AuthUrl => "auth_url",
            Self::AuthResult => "auth_result",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        EVERY_CALL.iter().copied().find(|call| call.name() == name)
    }

    /// Their names, to be shown.
    pub(crate) fn names() -> String {
        let names: Vec<_> = EVERY_CALL
            .iter()
            .map(|call| format!("{:?}", call.name()))
            .collect();
        names.join(", ")
    }

    pub(crate) fn is_newer(self) -> bool {
        NEWER_CALLS.contains(&self)
    }

    /// The call that is made with this method at this path of NICE's.
    pub(crate) fn made_by(method: &Method, path: &str) -> Option<Self> {
        if method != Method::POST {
            return None;
        }
        match path {
            path::INSTITUTION_TOKEN => Some(Self::InstitutionToken),
            path::REVOKE => Some(Self::Revoke),
            path::CRYPTO_TOKEN => Some(Self::CryptoToken),
            integrated_path::TOKEN => Some(Self::AccessToken),
            integrated_path::URL => Some(Self::AuthUrl),
            integrated_path::RESULT => Some(Self::AuthResult),
            _ => None,
        }
    }
}

/// An entry of the catalogue.
#[derive(Debug, Serialize)]
pub(crate) struct Fault {
    /// Stays the same from version to version.
    pub(crate) name: &'static str,
    /// The calls it can happen to.
    #[serde(rename = "call")]
    pub(crate) calls: &'static [Call],
    /// Short, in Korean.
    pub(crate) title: &'static str,
    /// What it is in production, and what a client ought to do.
    pub(crate) stands_for_ko: &'static str,
    /// The same in English.
    pub(crate) stands_for: &'static str,
    #[serde(skip)]
    pub(crate) kind: Kind,
}

/// What happens to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A page of HTML with this status.
    Http(StatusCode),
    /// This `GW_RSLT_CD`, and no `dataBody`.
    Gateway(&'static str),
    /// This `rsp_cd`.
    Response(&'static str),
    /// This `result_cd`.
    Result(&'static str),
    /// This `result_code` of the newer API.
    Code(&'static str),
    /// The newer API's good answer, made otherwise.
    Twist(Twist),
    /// The access token of this call is over from now on.
    AccessTokenDead,
    /// The access token of this call is over after it.
    AccessTokenDeadAfter,
    /// The call is handled, then the connection is cut.
    AnswerLost,
    /// The good answer, after the entry's delay.
    Delay,
    /// No answer.
    Stall,
    /// The connection is cut before the answer.
    Cut,
    /// Half of the good answer, then the connection is cut.
    HalfBody,
    /// Half of the good answer, then nothing.
    HalfOpen,
    /// The good answer, byte by byte.
    SlowBody,
    /// 200 without a body.
    EmptyBody,
    /// 200 with a page of HTML.
    MaintenancePage,
    /// Bytes that are nothing.
    Garbage,
    /// The good answer as `text/html`.
    WrongContentType,
    /// The good answer with this field of `dataBody` replaced.
    Value(&'static str, Substitute),
    /// The good answer under an id that was given before.
    TokenRepeated,
    /// The good answer without the token.
    MissingField,
    /// The good answer, blown up to more than 1 MiB.
    Huge,
    /// 302 to an address that doesn't exist.
    Redirect,
    /// The institution token is dead from this call on.
    TokenDead,
    /// NICE's clock is ten minutes ahead of ours.
    ClockAhead,
}

impl Fault {
    /// How often it happens by default: a dead token is replaced by another,
    /// anything else lasts until it is cleared.
    pub(crate) fn default_times(&self) -> Option<u32> {
        let once = [
            Kind::TokenDead,
            Kind::AccessTokenDead,
            Kind::AccessTokenDeadAfter,
        ];
        once.contains(&self.kind).then_some(1)
    }
}

/// An entry of the catalogue.
const fn fault(
    name: &'static str,
    kind: Kind,
    calls: &'static [Call],
    title: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Fault {
    Fault {
        name,
        calls,
        title,
        stands_for_ko: ko,
        stands_for: en,
        kind,
    }
}

/// The whole catalogue, in the order in which it is shown.
pub(crate) fn all() -> impl Iterator<Item = &'static Fault> {
    [
        http::FAULTS,
        gateway::FAULTS,
        service::FAULTS,
        behaviour::FAULTS,
        values::FAULTS,
        integrated::CODES,
        integrated::FAULTS,
    ]
    .into_iter()
    .flatten()
}

pub(crate) fn find(name: &str) -> Option<&'static Fault> {
    all().find(|fault| fault.name == name)
}

/// What NICE says with a `GW_RSLT_CD`.
pub(crate) fn gateway_title(code: &str) -> &'static str {
    gateway::FAULTS
        .iter()
        .find(|fault| matches!(fault.kind, Kind::Gateway(known) if known == code))
        .map_or("", |fault| fault.title)
}

/// What the newer API says with a `result_code`.
pub(crate) fn integrated_title(code: &str) -> &'static str {
    integrated::CODES
        .iter()
        .find(|fault| matches!(fault.kind, Kind::Code(known) if known == code))
        .map_or("", |fault| fault.title)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        let mut seen = HashSet::new();
        for fault in all() {
            assert!(seen.insert(fault.name), "{} twice", fault.name);
            assert!(
                fault
                    .name
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')),
                "{}",
                fault.name
            );
        }
    }

    #[test]
    fn each_entry_is_explained() {
        for fault in all() {
            assert!(!fault.calls.is_empty(), "{}", fault.name);
            assert!(!fault.title.is_empty(), "{}", fault.name);
            for text in [fault.stands_for_ko, fault.stands_for] {
                assert!(text.ends_with('.'), "{}", fault.name);
            }
        }
    }

    #[test]
    fn names_tell_their_codes() {
        for fault in all() {
            let expected = match fault.kind {
                Kind::Http(status) => format!("http_{}", status.as_u16()),
                Kind::Gateway(code) => format!("gw_{code}"),
                Kind::Response("E001") => "rsp_exxx".to_owned(),
                Kind::Response(code) => format!("rsp_{}", code.to_ascii_lowercase()),
                Kind::Result(code) => format!("result_{code}"),
                Kind::Code(code) => format!("code_{code}"),
                _ => continue,
            };
            assert_eq!(fault.name, expected);
        }
    }
}
