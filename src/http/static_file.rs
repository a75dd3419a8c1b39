//! Files that are part of the program.

use axum::{
    http::{
        HeaderValue,
        header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};

/// Answers with a text file. `media_type` includes the charset; browsers are
/// told not to guess another type.
pub(super) fn static_file(media_type: &'static str, text: &'static str) -> Response {
    (
        [
            (CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
        text,
    )
        .into_response()
}

/// `Content-Type` of every JSON answer. RFC 8259 needs no charset, but clients
/// that read ISO-8859-1 without one need it.
pub(super) const JSON: &str = "application/json; charset=utf-8";
/// `Content-Type` of scripts.
pub(super) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
/// `Content-Type` of style sheets.
pub(super) const CSS: &str = "text/css; charset=utf-8";
