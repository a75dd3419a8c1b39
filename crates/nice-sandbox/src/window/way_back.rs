//! How the browser gets back to the shop.

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, USER_AGENT},
    },
    response::{IntoResponse, Response},
};
use url::form_urlencoded;

use super::{
    callback::{self, Callback},
    fault::Fault,
    outcome::Outcome,
    pages,
    parameters::Parameters,
    personas,
    request::{Method, WindowRequest},
    return_url::ReturnUrl,
};
use crate::state::State;

/// Everything that decides the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct WayBack<'a> {
    pub(super) request: &'a WindowRequest,
    pub(super) outcome: Outcome,
    pub(super) parameters: &'a Parameters,
    pub(super) headers: &'a HeaderMap,
    /// A person looks on, whom a page can tell something.
    pub(super) by_hand: bool,
}

impl WayBack<'_> {
    pub(super) fn take(self, persona: &str, state: &State) -> Result<Response, Fault> {
        let persona = personas::find(persona).ok_or_else(|| Fault::UnknownPersona {
            given: persona.to_owned(),
        })?;
        match self.outcome {
            Outcome::Cancel => return Ok(pages::closed(None)),
            Outcome::InWindow(code) => return Ok(pages::closed(Some(code))),
            _ => {}
        }
        let callback = callback::make(self.request, persona, self.outcome, self.parameters, state)?;
        let method = self.method();
        let explained =
            self.outcome == Outcome::Double || (self.outcome == Outcome::Late && self.by_hand);
        Ok(if explained || method == Method::Post {
            pages::way_back(self.request, self.outcome, explained, method, &callback)
        } else {
            redirect(&location(
                self.request.returnurl.as_str(),
                &callback,
                self.outcome == Outcome::RawPlus,
            ))
        })
    }

    fn method(self) -> Method {
        if matches!(self.request.returnurl, ReturnUrl::App { .. })
            || self.outcome == Outcome::RawPlus
        {
            return Method::Get;
        }
        self.request.method.unwrap_or_else(|| {
            if is_mobile(self.headers) {
                Method::Post
            } else {
                Method::Get
            }
        })
    }
}

fn is_mobile(headers: &HeaderMap) -> bool {
    headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|agent| {
            ["Mobile", "Android", "iPhone", "iPad"]
                .iter()
                .any(|word| agent.contains(word))
        })
}

/// The return address with the three values behind what its query holds
/// already; `raw` leaves `+` as it is, which a form decoder reads as a space.
pub(super) fn location(returnurl: &str, callback: &Callback, raw: bool) -> String {
    let (address, fragment) = match returnurl.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (returnurl, String::new()),
    };
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let values = [
        ("token_version_id", &callback.token_version_id),
        ("enc_data", &callback.sealed.enc_data),
        ("integrity_value", &callback.sealed.integrity_value),
    ];
    let mut query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(values)
        .finish();
    if raw {
        query = query.replace("%2B", "+");
    }
    format!("{address}{separator}{query}{fragment}")
}

fn redirect(location: &str) -> Response {
    // The address was read as a URL and made ASCII.
    let Ok(location) = HeaderValue::try_from(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = StatusCode::FOUND.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
