//! The pages of the façade: what a person sees who isn't led on at once. They
//! show nothing personal and can't be framed.

mod notice;

use axum::{
    Extension, Router,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, RETRY_AFTER,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use url::Url;

pub(super) use notice::Notice;

use super::static_file::{CSS, JAVASCRIPT, static_file};
use crate::{
    language::Text,
    verification::facade::{BridgeValues, Party},
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("window.css");
const SCRIPT: &str = include_str!("window.js");

/// A tick, an exclamation mark and an arrow.
const TICK: &str = "M14 25l7 7 14-15";
const MARK: &str = "M24 13v14M24 35h.1";
const ARROW: &str = "M13 24h22M26 15l9 9-9 9";

/// On an answer that is a page of the façade, whatever its status.
#[derive(Clone, Copy, Debug)]
struct OwnPage;

/// Whether an answer is a page of the façade.
pub(super) fn is_own(response: &Response) -> bool {
    response.extensions().get::<OwnPage>().is_some()
}

/// Where a page is, seen from the folder of its style and script.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Beside them.
    Beside,
    /// One folder below, as the return with its id.
    Below,
}

impl Place {
    const fn root(self) -> &'static str {
        match self {
            Self::Beside => "",
            Self::Below => "../",
        }
    }
}

/// Style and script.
pub(super) fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/v1/member/window.css",
            get(async || static_file(CSS, STYLE)),
        )
        .route(
            "/v1/member/window.js",
            get(async || static_file(JAVASCRIPT, SCRIPT)),
        )
}

/// How it ended, and the way back; tells the shop's page if it is over.
pub(super) fn notice(place: Place, notice: Notice, party: Option<&Party>) -> Response {
    let facts = notice.facts();
    let origin = party.and_then(|party| web_origin(&party.returnurl));
    let link = origin
        .as_deref()
        .map(|origin| format!("{origin}/"))
        // An app is opened again without any values.
        .or_else(|| party.map(|party| party.returnurl.clone()));
    let way = link.map_or_else(String::new, |link| {
        format!(
            "<a class=\"on\" href=\"{}\">쇼핑몰로 돌아가기 <span lang=\"en\">Back to the shop</span></a>",
            escape(&link)
        )
    });
    let message = if party.is_some() { facts.message } else { "" };
    let page = Fill {
        place,
        title: facts.title,
        text: (facts.text.ko, facts.text.en),
        is_bad: facts.status.is_client_error() || facts.status.is_server_error(),
        drawing: if facts.status == StatusCode::OK {
            TICK
        } else {
            MARK
        },
        message,
        party,
        target: origin.as_deref().unwrap_or_default(),
        way: &way,
    }
    .page();
    let mut response = (
        facts.status,
        headers("'none'"),
        Extension(OwnPage),
        Html(page),
    )
        .into_response();
    if facts.status == StatusCode::SERVICE_UNAVAILABLE
        || facts.status == StatusCode::TOO_MANY_REQUESTS
    {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

/// Asks before it goes on, by a button that posts the same values again.
pub(super) fn confirm(values: BridgeValues<'_>, party: &Party) -> Response {
    let host = host(&party.returnurl);
    let (ko, en) = (
        format!(
            "<b>{host}</b>에서 본인인증을 요청했습니다. 직접 시작하신 것이 아니라면 이 창을 닫아 주십시오."
        ),
        format!(
            "<b>{host}</b> asks you to verify your identity. If you did not begin this, close the window."
        ),
    );
    let way = format!(
        "<form method=\"post\" action=\"verificationWindow\">{}<button class=\"on\">본인인증 계속하기 \
         <span lang=\"en\">Continue</span></button></form>",
        hidden(&[
            ("token_version_id", values.token_version_id),
            ("enc_data", values.enc_data),
            ("integrity_value", values.integrity_value),
        ])
    );
    let page = Fill {
        place: Place::Beside,
        title: Text {
            ko: "본인인증을 시작할까요?",
            en: "Verify your identity?",
        },
        text: (&ko, &en),
        is_bad: false,
        drawing: ARROW,
        message: "",
        party: None,
        target: "",
        way: &way,
    }
    .page();
    // Browsers look at the redirects behind a form, too: to NICE's window.
    (headers("'self' https: http:"), Html(page)).into_response()
}

/// The three values of a result.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) token_version_id: &'a str,
    pub(super) enc_data: &'a str,
    pub(super) integrity_value: &'a str,
}

impl Values<'_> {
    const fn pairs(&self) -> [(&'static str, &str); 3] {
        [
            ("token_version_id", self.token_version_id),
            ("enc_data", self.enc_data),
            ("integrity_value", self.integrity_value),
        ]
    }
}

/// Hands the values over in the address; `None` if it is none for a header.
pub(super) fn redirect(returnurl: &str, values: Values<'_>) -> Option<Response> {
    let (address, fragment) = match returnurl.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (returnurl, String::new()),
    };
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(values.pairs());
    let location = format!("{address}{joint}{}{fragment}", query.finish());
    to(&location)
}

/// Sends the browser to an address by GET; `None` if it is none for a header.
pub(super) fn to(address: &str) -> Option<Response> {
    // The parser writes what isn't ASCII as a browser would.
    let address = if address.is_ascii() {
        address.to_owned()
    } else {
        Url::parse(address).ok()?.into()
    };
    let location = HeaderValue::try_from(address).ok()?;
    let mut response = (StatusCode::SEE_OTHER, headers("'none'")).into_response();
    response.headers_mut().insert(LOCATION, location);
    Some(response)
}

/// Hands the values over in a form that sends itself.
pub(super) fn forward(returnurl: &str, values: Values<'_>) -> Response {
    let way = format!(
        "<form id=\"forward\" method=\"post\" action=\"{}\">{}<button class=\"on\">계속하기 \
         <span lang=\"en\">Continue</span></button></form>",
        escape(returnurl),
        hidden(&values.pairs())
    );
    let page = Fill {
        place: Place::Below,
        title: Text {
            ko: "쇼핑몰로 돌아갑니다",
            en: "Going back to the shop",
        },
        text: (
            "바로 넘어가지 않으면 아래 버튼을 눌러 주십시오.",
            "Press the button if nothing happens.",
        ),
        is_bad: false,
        drawing: ARROW,
        message: "",
        party: None,
        target: "",
        way: &way,
    }
    .page();
    let target = web_origin(returnurl).unwrap_or_default();
    (headers(&format!("https: {target}")), Html(page)).into_response()
}

/// The origin by which a browser knows the page of a web address.
pub(super) fn web_origin(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

/// What a person may know the shop by.
fn host(returnurl: &str) -> String {
    let url = Url::parse(returnurl).ok();
    let host = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    });
    // Of an app, its scheme.
    escape(&host.unwrap_or_else(|| url.map_or_else(String::new, |url| url.scheme().to_owned())))
}

/// What a page is filled with; the texts are escaped already.
struct Fill<'a> {
    place: Place,
    title: Text,
    /// In Korean and in English.
    text: (&'a str, &'a str),
    is_bad: bool,
    drawing: &'a str,
    message: &'a str,
    party: Option<&'a Party>,
    target: &'a str,
    way: &'a str,
}

impl Fill<'_> {
    fn page(self) -> String {
        let (text_ko, text_en) = self.text;
        let token = self.party.map_or("", |party| &party.token_version_id);
        let (sign, role) = if self.is_bad {
            ("bad", "alert")
        } else {
            ("good", "status")
        };
        let values = [
            ("root", self.place.root()),
            ("sign", sign),
            ("role", role),
            ("message", self.message),
            ("token", &escape(token)),
            ("target", &escape(self.target)),
            ("drawing", self.drawing),
            ("title_ko", self.title.ko),
            ("title_en", self.title.en),
            ("text_ko", text_ko),
            ("text_en", text_en),
            ("way", self.way),
        ];
        let mut page = String::with_capacity(PAGE.len() + 2048);
        let mut rest = PAGE;
        // In one pass, so that no value is read as a name.
        while let Some((before, after)) = rest.split_once('{') {
            page.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = values.iter().find(|(known, _)| *known == name);
            page.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        page.push_str(rest);
        page
    }
}

fn hidden(pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(String::new(), |inputs, (name, value)| {
        inputs
            + &format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            )
    })
}

/// No inline script, nothing from another origin, no framing. A COOP header
/// is left out on purpose: it would cut the reference to the opener.
fn headers(form_action: &str) -> HeaderMap {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; \
         form-action {form_action}; frame-ancestors 'none'"
    );
    // It contains only an origin that the URL parser has written.
    let policy = HeaderValue::try_from(policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    let fixed: [(HeaderName, &'static str); 4] = [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    let mut headers: HeaderMap = fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
