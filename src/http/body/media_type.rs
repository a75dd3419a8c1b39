//! What a body is declared to be: `Content-Type`, `Content-Encoding` and
//! `Transfer-Encoding`.

use axum::http::{
    HeaderMap, HeaderName,
    header::{CONTENT_ENCODING, CONTENT_TYPE, TRANSFER_ENCODING},
};
use encoding_rs::Encoding;

use super::Shown;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// What a route reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// `application/json` or a form.
    JsonOrForm,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// What came instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentType {
    /// No `Content-Type`.
    Nothing,
    /// More than one.
    Several,
    /// `text/plain`: the default of `fetch`.
    PlainText,
    /// `application/x-www-form-urlencoded` over a JSON text: what `curl -d`,
    /// jQuery and PHP send by default.
    JsonAsForm,
    /// `multipart/form-data`.
    Multipart,
    /// Any other type.
    Other(Shown),
    /// A body that is compressed, or encoded in another way.
    Encoded {
        /// The header that says so.
        header: &'static str,
        /// The coding.
        coding: Shown,
    },
}

/// A body that a route doesn't read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// What came.
    pub sent: SentType,
    /// What the route reads.
    pub accepted: Accepted,
}

/// The format that the headers declare.
pub(super) fn declared(headers: &HeaderMap, accepted: Accepted) -> Result<Format, Unsupported> {
    read(headers, accepted).map_err(|sent| Unsupported { sent, accepted })
}

fn read(headers: &HeaderMap, accepted: Accepted) -> Result<Format, SentType> {
    let mut types = texts(headers, CONTENT_TYPE);
    let declared = types.next().filter(|text| !text.trim().is_empty());
    let declared = declared.ok_or(SentType::Nothing)?;
    if types.next().is_some() {
        return Err(SentType::Several);
    }
    let essence = declared.split(';').next().unwrap_or_default().trim();
    let is = |name: &str| essence.eq_ignore_ascii_case(name);
    let format = if is("application/json") && accepted == Accepted::JsonOrForm {
        Format::Json
    } else if is("application/x-www-form-urlencoded") {
        Format::Form
    } else if is("text/plain") {
        return Err(SentType::PlainText);
    } else if is("multipart/form-data") {
        return Err(SentType::Multipart);
    } else {
        return Err(SentType::Other(Shown::new(essence)));
    };
    let content = codings(headers, CONTENT_ENCODING).find(|coding| !is_plain(coding));
    // Chunks have been put together before.
    let transfer = codings(headers, TRANSFER_ENCODING)
        .find(|coding| !coding.eq_ignore_ascii_case("chunked") && !is_plain(coding));
    let encoded = |header, coding| SentType::Encoded {
        header,
        coding: Shown::new(coding),
    };
    match (content, transfer) {
        (None, None) => Ok(format),
        (Some(coding), _) => Err(encoded("Content-Encoding", coding)),
        (None, Some(coding)) => Err(encoded("Transfer-Encoding", coding)),
    }
}

fn codings(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    texts(headers, name)
        .flat_map(|text| text.split(','))
        .map(str::trim)
}

/// Charsets whose names browsers don't know, but Java, Python and .NET do.
const CHARSETS: [&str; 7] = [
    "cp949",
    "ms949",
    "x-windows-949",
    "uhc",
    "euckr",
    "utf8mb4",
    "utf-32",
];

/// `identity` is plain by RFC 9110; nothing and the name of a charset are
/// what some clients write instead.
fn is_plain(coding: &str) -> bool {
    let name = coding.rsplit('=').next().unwrap_or_default();
    let name = name.trim().trim_matches('"');
    let is_charset = Encoding::for_label(name.as_bytes()).is_some()
        || CHARSETS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name));
    match coding.split_once('=') {
        None => coding.is_empty() || coding.eq_ignore_ascii_case("identity") || is_charset,
        Some((key, _)) => key.trim().eq_ignore_ascii_case("charset") && is_charset,
    }
}

/// The values of a header; one that isn't a text counts as odd.
fn texts(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap_or("\u{fffd}"))
}
