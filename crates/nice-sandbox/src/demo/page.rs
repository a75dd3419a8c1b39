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

/// What a shop's page needs for the kit, and no more. The form goes to the
/// window, which is of this very origin here. There is no COOP header: it
/// would cut the tie to the window.
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
    english: bool,
}

impl Page {
    fn say(&self, ko: &'static str, en: &'static str) -> &'static str {
        if self.english { en } else { ko }
    }
}

pub(super) async fn show(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let english = chosen(query.as_deref().unwrap_or_default()).unwrap_or_else(|| {
        headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accepted| quality(accepted, "en") > quality(accepted, "ko"))
    });
    // Writing to a string can't fail.
    let html = Page { english }.render().unwrap_or_default();
    (HEADERS, Html(html)).into_response()
}

/// By the page's own switch: whether English is wanted.
fn chosen(query: &str) -> Option<bool> {
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "lang")
        .find_map(|(_, value)| match &*value {
            "ko" => Some(false),
            "en" => Some(true),
            _ => None,
        })
}

/// How much the browser wants `language`, by its `Accept-Language` (RFC 9110,
/// section 12.5.4); 0 if it is not named.
fn quality(accepted: &str, language: &str) -> f32 {
    accepted
        .split(',')
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next()?.split('-').next()?;
            primary.eq_ignore_ascii_case(language).then(|| {
                parts
                    .find_map(|part| part.strip_prefix("q="))
                    .map_or(1.0, |q| q.parse().unwrap_or(0.0))
            })
        })
        .fold(0.0, f32::max)
}
