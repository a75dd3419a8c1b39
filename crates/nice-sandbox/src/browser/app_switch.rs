//! The PASS app, as a browser sees it: the window opens an app, and the person
//! comes back by the same tab, or by one that the app opened.
//!
//! Nothing is kept meanwhile: each page holds what was chosen, and the window's own
//! answer checks it again.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{
    pages::{app_scheme, page},
    parameters::{Parameters, SANDBOX},
    return_url::ReturnUrl,
};

/// The addresses of a window's switch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppSwitch<'a> {
    /// From the page to the others.
    pub(crate) root: &'a str,
    /// The page that simulates the app, below `root`.
    pub(crate) app: &'static str,
    /// What takes the window's answer, below `root`.
    pub(crate) answer: &'static str,
}

#[derive(Template)]
#[template(path = "app_switch.html")]
struct Page<'a> {
    root: &'a str,
    answer: &'static str,
    app: &'static str,
    /// In the app already, or still in the window.
    in_app: bool,
    chosen: Vec<(String, String)>,
}

impl AppSwitch<'_> {
    /// What the window shows instead of going back: the way into the app, and a
    /// button for people who have come back by themselves.
    pub(crate) fn leave(self, chosen: &Parameters, persona: &str, back: &ReturnUrl) -> Response {
        let mut chosen = without_outcome(chosen);
        chosen.retain(|(name, _)| name != "sandbox_persona");
        chosen.push((format!("{SANDBOX}persona"), persona.to_owned()));
        self.page(false, chosen, back)
    }

    /// The app, in a tab of its own; `back` is where its answer will lead.
    pub(crate) fn app(self, chosen: &Parameters, back: &ReturnUrl) -> Response {
        self.page(true, without_outcome(chosen), back)
    }

    fn page(self, in_app: bool, chosen: Vec<(String, String)>, back: &ReturnUrl) -> Response {
        let template = Page {
            root: self.root,
            answer: self.answer,
            app: self.app,
            in_app,
            chosen,
        };
        page(StatusCode::OK, &template, &app_scheme(back))
    }
}

/// The app has its own outcomes: approved or cancelled.
fn without_outcome(chosen: &Parameters) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = chosen
        .pairs()
        .filter(|(name, value)| !value.is_empty() && *name != "sandbox_outcome")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    pairs.sort();
    pairs
}
