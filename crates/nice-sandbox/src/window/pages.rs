//! The pages and what they need, all from this very host.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use nice_crypto::clock::KST;

use super::{
    callback::{Callback, location},
    codes::{CODES, WindowFailure},
    fault::{Diagnosis, Fault},
    notice::{self, Notice},
    outcome::{CHOICES, Choice, Outcome},
    parameters::Parameters,
    personas::{PERSONAS, Persona},
    request::{Method, WindowRequest},
    return_url::ReturnUrl,
};
use crate::{
    reply::X_SANDBOX_FAULT,
    state::State,
    static_file::{CSS, JAVASCRIPT, SVG, static_file},
};

const X_SANDBOX_NOTICE: HeaderName = HeaderName::from_static("x-sandbox-notice");

/// Chrome holds `form-action` against the redirects that follow a form, too,
/// and a shop's callback may redirect to any web address: those pass.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:";

const ASSETS: [(&str, &str, &str); 4] = [
    // A browser asks for one anyway.
    ("icon.svg", SVG, include_str!("../pages/icon.svg")),
    ("sandbox.css", CSS, include_str!("../pages/sandbox.css")),
    ("window.js", JAVASCRIPT, include_str!("../pages/window.js")),
    (
        "way_back.js",
        JAVASCRIPT,
        include_str!("../pages/way_back.js"),
    ),
];

pub(super) fn assets() -> Router<Arc<State>> {
    ASSETS
        .into_iter()
        .fold(Router::new(), |router, (name, kind, text)| {
            router.route(
                &format!("/sandbox/assets/{name}"),
                get(async move || static_file(kind, text)),
            )
        })
}

/// A rendered page under the policy; `more` is added to the policy.
pub(crate) fn page(status: StatusCode, template: &impl Template, more: &str) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let policy = HeaderValue::try_from(format!("{POLICY}{more}"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The query holds sealed values; the host alone may be known, so that
    // the form's `Origin` is this host and not `null`.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Tells a program what a person reads on the page.
pub(super) fn with_notices(mut response: Response, notices: &[Notice]) -> Response {
    if !notices.is_empty()
        && let Ok(value) = HeaderValue::try_from(notice::header(notices))
    {
        response.headers_mut().insert(X_SANDBOX_NOTICE, value);
    }
    response
}

fn time_of_day(at: Timestamp) -> String {
    KST.to_datetime(at).strftime("%H:%M:%S").to_string()
}

/// An app's scheme, as an addition to `form-action`, the policy's last.
fn app_scheme(request: &WindowRequest) -> String {
    match &request.returnurl {
        ReturnUrl::App { scheme, .. } => format!(" {scheme}:"),
        ReturnUrl::Web(_) => String::new(),
    }
}

#[derive(Template)]
#[template(path = "window.html")]
struct WindowPage<'a> {
    root: &'a str,
    notices: &'a [Notice],
    request: &'a WindowRequest,
    chosen: &'a str,
    mobileco: &'a str,
    resultcode: &'a str,
    outcome: &'a str,
    this_year: i16,
    ends: String,
    personas: [Persona; 9],
    outcomes: [Choice; 10],
    codes: [WindowFailure; 31],
    edits: [Edit<'a>; 8],
}

impl WindowPage<'_> {
    /// `mobileco`, the company, and whether it is one without a network.
    #[expect(clippy::unused_self, reason = "askama calls methods")]
    fn carriers(&self) -> [(&'static str, &'static str, &'static str); 6] {
        [
            ("1", "SKT", ""),
            ("2", "KT", ""),
            ("3", "LG U+", ""),
            ("5", "SKT", "알뜰폰 MVNO"),
            ("6", "KT", "알뜰폰 MVNO"),
            ("7", "LG U+", "알뜰폰 MVNO"),
        ]
    }

    fn is_outcome(&self, name: &str) -> bool {
        self.outcome == name
    }

    fn is_carrier(&self, value: &str) -> bool {
        self.mobileco == value
    }

    fn is_edited(&self) -> bool {
        self.edits.iter().any(|edit| !edit.value.is_empty())
    }
}

/// A field that a person may change.
struct Edit<'a> {
    field: &'static str,
    ko: &'static str,
    hint: &'static str,
    value: &'a str,
    numeric: bool,
}

pub(super) fn window(
    root: &str,
    request: &WindowRequest,
    notices: &[Notice],
    parameters: &Parameters,
    state: &State,
) -> Response {
    let edit = |field, ko, hint, numeric| Edit {
        field,
        ko,
        hint,
        value: parameters.sandbox(field).unwrap_or_default(),
        numeric,
    };
    let template = WindowPage {
        root,
        notices,
        request,
        chosen: "hong",
        mobileco: parameters
            .sandbox("mobileco")
            .unwrap_or(match request.mobilceco.as_str() {
                "S" => "1",
                "K" => "2",
                "L" => "3",
                _ => "",
            }),
        resultcode: parameters.sandbox("resultcode").unwrap_or_default(),
        outcome: parameters.sandbox("outcome").unwrap_or("success"),
        this_year: KST.to_datetime(state.clock.now()).year(),
        ends: time_of_day(request.expires_at),
        personas: PERSONAS,
        outcomes: CHOICES,
        codes: CODES,
        edits: [
            edit("name", "이름", "Name", false),
            edit("birthdate", "생년월일", "Birth date, YYYYMMDD", true),
            edit("gender", "성별", "Gender: 0 female, 1 male", true),
            edit("mobileno", "휴대폰 번호", "Phone number", true),
            edit("nationalinfo", "내·외국인", "0 Korean, 1 foreign", true),
            edit("businessno", "사업자번호", "Business number", true),
            edit("ci", "CI", "88 characters", false),
            edit("di", "DI", "64 characters", false),
        ],
    };
    with_notices(
        page(StatusCode::OK, &template, &app_scheme(request)),
        notices,
    )
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    root: &'a str,
    code: &'static str,
    status: u16,
    diagnosis: &'a Diagnosis,
}

pub(super) fn fault(root: &str, fault: &Fault) -> Response {
    let template = FaultPage {
        root,
        code: fault.code,
        status: fault.status.as_u16(),
        diagnosis: &fault.diagnosis,
    };
    let mut response = page(fault.status, &template, "");
    response
        .headers_mut()
        .insert(X_SANDBOX_FAULT, HeaderValue::from_static(fault.code));
    response
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage<'a> {
    root: &'a str,
    failure: Option<WindowFailure>,
}

/// Cancelled, or with one of the window's own failures: no callback either
/// way.
pub(super) fn closed(root: &str, failure: Option<WindowFailure>) -> Response {
    page(StatusCode::OK, &ClosedPage { root, failure }, "")
}

#[derive(Template)]
#[template(path = "way_back.html")]
struct WayBackPage<'a> {
    root: &'a str,
    /// What the script does: `submit`, `double` or `wait`.
    way: &'static str,
    by_post: bool,
    returnurl: &'a str,
    location: String,
    callback: &'a Callback,
    ends: String,
    ends_at: i64,
}

pub(super) fn way_back(
    root: &str,
    request: &WindowRequest,
    outcome: Outcome,
    explained: bool,
    method: Method,
    callback: &Callback,
) -> Response {
    let way = match outcome {
        Outcome::Double => "double",
        Outcome::Late if explained => "wait",
        _ => "submit",
    };
    let returnurl = request.returnurl.as_str();
    let template = WayBackPage {
        root,
        way,
        by_post: method == Method::Post,
        returnurl,
        location: location(returnurl, callback, false),
        callback,
        ends: time_of_day(request.expires_at),
        ends_at: request.expires_at.as_millisecond(),
    };
    let mut more = app_scheme(request);
    if outcome == Outcome::Double {
        more.push_str("; connect-src http: https:");
    }
    page(StatusCode::OK, &template, &more)
}
