//! `/demo`: a shop's page to try and to copy, beside the embedded sandbox.
//! It plays the shop's server too, and says so.

mod page;

use axum::{Router, response::Redirect, routing::get};

use crate::static_file::{CSS, JAVASCRIPT as SCRIPT, static_file};

/// What the page is made of, by its name under `/demo/`.
const FILES: [(&str, &str, &str); 13] = [
    ("demo.css", CSS, include_str!("demo.css")),
    ("demo.js", SCRIPT, include_str!("demo.js")),
    ("elements.js", SCRIPT, include_str!("elements.js")),
    ("exchange.js", SCRIPT, include_str!("exchange.js")),
    ("faults.js", SCRIPT, include_str!("faults.js")),
    ("gallery.js", SCRIPT, include_str!("gallery.js")),
    ("language.js", SCRIPT, include_str!("language.js")),
    ("person.js", SCRIPT, include_str!("person.js")),
    ("triggers.js", SCRIPT, include_str!("triggers.js")),
    ("remedies.js", SCRIPT, include_str!("remedies.js")),
    ("shop_server.js", SCRIPT, include_str!("shop_server.js")),
    ("steps.js", SCRIPT, include_str!("steps.js")),
    ("wire.js", SCRIPT, include_str!("wire.js")),
];

pub(super) fn routes() -> Router {
    let router = Router::new()
        // Relative, so that it holds under any prefix.
        .route("/demo", get(page::show))
        .route("/demo/", get(async || Redirect::to("../demo")));
    FILES
        .into_iter()
        .fold(router, |router, (name, kind, text)| {
            router.route(
                &format!("/demo/{name}"),
                get(async move || static_file(kind, text)),
            )
        })
}
