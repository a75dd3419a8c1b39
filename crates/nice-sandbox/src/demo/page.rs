//! The page itself, in one of the two languages.

use askama::Template;
use axum::{
    extract::RawQuery,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{Html, IntoResponse, Response},
};
use nice_crypto::language::Language;

/// What a shop's page needs for the kit, and no more. The form goes to the
/// window, which has the same origin here. There is no COOP header: it would
/// cut the link to the window.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (VARY, HeaderValue::from_static("accept-language")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

#[derive(Template)]
#[template(path = "demo.html")]
struct Page {
    /// From the page to the root.
    root: &'static str,
    english: bool,
}

impl Page {
    fn say(&self, ko: &'static str, en: &'static str) -> &'static str {
        if self.english { en } else { ko }
    }
}

pub(super) async fn show(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let english = chosen(query.as_deref().unwrap_or_default()).unwrap_or_else(|| {
        let wanted = headers.get(ACCEPT_LANGUAGE).map(HeaderValue::as_bytes);
        Language::of_header(wanted) == Language::English
    });
    // Writing to a string can't fail.
    let html = Page {
        root: "./",
        english,
    }
    .render()
    .unwrap_or_default();
    (HEADERS, Html(html)).into_response()
}

/// Whether the page's switch selects English.
fn chosen(query: &str) -> Option<bool> {
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "lang")
        .find_map(|(_, value)| match &*value {
            "ko" => Some(false),
            "en" => Some(true),
            _ => None,
        })
}
