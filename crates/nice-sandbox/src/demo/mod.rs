//! `/demo`: a shop's page to try and to copy, beside the embedded sandbox.
//! It plays the shop's server too, and says so.

mod page;

use axum::{
    Router,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::Redirect,
    routing::get,
};

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// What the page is made of, by its name under `/demo/`.
const FILES: [(&str, &str, &str); 13] = [
    (
        "demo.css",
        "text/css; charset=utf-8",
        include_str!("demo.css"),
    ),
    ("demo.js", SCRIPT, include_str!("demo.js")),
    ("elements.js", SCRIPT, include_str!("elements.js")),
    ("exchange.js", SCRIPT, include_str!("exchange.js")),
    ("faults.js", SCRIPT, include_str!("faults.js")),
    ("gallery.js", SCRIPT, include_str!("gallery.js")),
    ("language.js", SCRIPT, include_str!("language.js")),
    ("person.js", SCRIPT, include_str!("person.js")),
    ("provocations.js", SCRIPT, include_str!("provocations.js")),
    ("remedies.js", SCRIPT, include_str!("remedies.js")),
    ("shop_server.js", SCRIPT, include_str!("shop_server.js")),
    ("steps.js", SCRIPT, include_str!("steps.js")),
    ("wire.js", SCRIPT, include_str!("wire.js")),
];

pub(super) fn routes() -> Router {
    let router = Router::new()
        .route("/demo", get(page::show))
        .route("/demo/", get(async || Redirect::to("/demo")));
    FILES
        .into_iter()
        .fold(router, |router, (name, kind, text)| {
            let answer = async move || {
                (
                    [
                        (CONTENT_TYPE, HeaderValue::from_static(kind)),
                        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
                        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                    ],
                    text,
                )
            };
            router.route(&format!("/demo/{name}"), get(answer))
        })
}
