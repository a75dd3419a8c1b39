//! The id of a request in answers, logs and support calls.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::random::Random;

/// The header, both ways.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// 1-64 characters of `A-Za-z0-9._-`, so that it is safe in a log line.
#[derive(Clone, Debug)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's own, if it may be logged; otherwise a new one.
    pub(super) fn of(headers: &HeaderMap, random: &Random) -> Self {
        headers
            .get(X_REQUEST_ID)
            .filter(|value| is_fit(value.as_bytes()))
            .cloned()
            .map_or_else(|| Self::generate(random), Self)
    }

    fn generate(random: &Random) -> Self {
        let text = random.alphanumeric::<20>();
        Self(HeaderValue::from_bytes(&text).unwrap_or_else(|_| unreachable!("letters and digits")))
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn is_fit(value: &[u8]) -> bool {
    (1..=64).contains(&value.len())
        && value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}
