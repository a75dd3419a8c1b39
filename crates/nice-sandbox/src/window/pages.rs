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
use nice_crypto::clock::KST;

use super::{
    callback::Callback,
    codes::{CODES, WindowFailure},
    diagnosis::Diagnosis,
    fault::Fault,
    outcome::{OUTCOMES, Outcome},
    parameters::Parameters,
    personas::{PERSONAS, Persona},
    request::{Method, WindowRequest},
    return_url::ReturnUrl,
    way_back::location,
};
use crate::state::State;

/// Chrome holds `form-action` against the redirects that follow a form, too,
/// and a shop's callback may redirect to any web address: those pass.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:";

const ASSETS: [(&str, &str, &str); 4] = [
    // A browser asks for one anyway.
    (
        "/sandbox/assets/icon.svg",
        "image/svg+xml",
        include_str!("../pages/icon.svg"),
    ),
    (
        "/sandbox/assets/sandbox.css",
        "text/css; charset=utf-8",
        include_str!("../pages/sandbox.css"),
    ),
    (
        "/sandbox/assets/window.js",
        "text/javascript; charset=utf-8",
        include_str!("../pages/window.js"),
    ),
    (
        "/sandbox/assets/way_back.js",
        "text/javascript; charset=utf-8",
        include_str!("../pages/way_back.js"),
    ),
];

pub(super) fn assets() -> Router<Arc<State>> {
    ASSETS
        .into_iter()
        .fold(Router::new(), |router, (path, kind, text)| {
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
            router.route(path, get(answer))
        })
}

/// A rendered page under the policy; `more` is added to the policy.
pub(super) fn page(status: StatusCode, template: &impl Template, more: &str) -> Response {
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
    request: &'a WindowRequest,
    chosen: &'a str,
    mobileco: &'a str,
    resultcode: &'a str,
    outcome: &'a str,
    this_year: i16,
    ends: String,
    personas: [Persona; 9],
    outcomes: [(&'static str, &'static str, &'static str); 10],
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

pub(super) fn window(request: &WindowRequest, parameters: &Parameters, state: &State) -> Response {
    let edit = |field, ko, hint, numeric| Edit {
        field,
        ko,
        hint,
        value: parameters.sandbox(field).unwrap_or_default(),
        numeric,
    };
    let template = WindowPage {
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
        ends: KST
            .to_datetime(request.expires_at)
            .strftime("%H:%M:%S")
            .to_string(),
        personas: PERSONAS,
        outcomes: OUTCOMES,
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
    page(StatusCode::OK, &template, &app_scheme(request))
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    code: &'static str,
    status: u16,
    diagnosis: Diagnosis,
}

pub(super) fn fault(fault: &Fault) -> Response {
    let status = fault.status();
    let template = FaultPage {
        code: fault.code(),
        status: status.as_u16(),
        diagnosis: fault.diagnosis(),
    };
    let mut response = page(status, &template, "");
    response.headers_mut().insert(
        HeaderName::from_static("x-sandbox-fault"),
        HeaderValue::from_static(fault.code()),
    );
    response
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage {
    failure: Option<WindowFailure>,
}

/// Cancelled, or with one of the window's own failures: the shop learns
/// nothing of either.
pub(super) fn closed(failure: Option<WindowFailure>) -> Response {
    page(StatusCode::OK, &ClosedPage { failure }, "")
}

#[derive(Template)]
#[template(path = "way_back.html")]
struct WayBackPage<'a> {
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
        way,
        by_post: method == Method::Post,
        returnurl,
        location: location(returnurl, callback, false),
        callback,
        ends: KST
            .to_datetime(request.expires_at)
            .strftime("%H:%M:%S")
            .to_string(),
        ends_at: request.expires_at.as_millisecond(),
    };
    let mut more = app_scheme(request);
    if outcome == Outcome::Double {
        more.push_str("; connect-src http: https:");
    }
    page(StatusCode::OK, &template, &more)
}
