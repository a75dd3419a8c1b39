//! `/v1/member/verificationWindow`, the bridge: from the values that a shop's
//! page posts as to the standard window, to a window of NICE's newer API.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use serde::Deserialize;
use url::{Position, Url, form_urlencoded};

use crate::{
    audit::Event,
    http::{
        admitted::Peer,
        app::{App, CallersHost, Windows},
        body::TypedBody,
        cors,
        routes::window_note,
        window_page::{self, Notice, Place},
    },
    verification::{
        Field,
        facade::{BRIDGE, Begun, BridgeError, BridgeValues, Party},
    },
};

pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new().route(BRIDGE, get(by_get).post(by_post))
}

/// The three values, as they came.
#[derive(Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Posted<'a> {
    token_version_id: Field<'a>,
    enc_data: Field<'a>,
    integrity_value: Field<'a>,
}

impl Posted<'_> {
    fn values(&self) -> Option<BridgeValues<'_>> {
        Some(BridgeValues {
            token_version_id: self.token_version_id.parse().ok()??,
            enc_data: self.enc_data.parse().ok()??,
            integrity_value: self.integrity_value.parse().ok()??,
        })
    }
}

/// Never goes on by itself: a link could be anybody's.
async fn by_get(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(windows) = &app.windows else {
        return window_page::notice(Place::Beside, Notice::SwitchedBack, None);
    };
    let query = request.uri().query().unwrap_or_default();
    let mut posted = Posted::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "token_version_id" => posted.token_version_id = Field::text(value),
            "enc_data" => posted.enc_data = Field::text(value),
            "integrity_value" => posted.integrity_value = Field::text(value),
            _ => {}
        }
    }
    let Some(values) = posted.values() else {
        return window_page::notice(Place::Beside, Notice::NotOurs, None);
    };
    match windows.facade.begun(values).await {
        Ok(begun) => window_page::confirm(values, begun.party()),
        Err(error) => refuse(&error, None),
    }
}

async fn by_post(
    State(app): State<Arc<App>>,
    host: CallersHost,
    Peer(peer): Peer,
    request: Request,
) -> Response {
    let Some(windows) = &app.windows else {
        return window_page::notice(Place::Beside, Notice::SwitchedBack, None);
    };
    let headers = request.headers().clone();
    let Ok(body) = TypedBody::form(request, &app.long_bodies).await else {
        return window_page::notice(Place::Beside, Notice::NotOurs, None);
    };
    let sent = body.read::<Posted<'_>>();
    let values = sent.as_ref().ok().and_then(|sent| sent.fields.values());
    let Some(values) = values else {
        return window_page::notice(Place::Beside, Notice::NotOurs, None);
    };
    let begun = match windows.facade.begun(values).await {
        Ok(begun) => begun,
        Err(error) => return refuse(&error, None),
    };
    let public_url = app.public_url(windows, &host);
    if !comes_from_shop(&app, &headers, &public_url, begun.party()) {
        return window_page::confirm(values, begun.party());
    }
    if windows.admission.admit(peer, &headers).is_err() {
        return told(Notice::Crowded, begun.party());
    }
    // What a test chooses in the sandbox's window, posted as to the standard window.
    let choices = body.beginning("sandbox_");
    let to_sandbox = app
        .sandbox
        .map(|_| |window| of_sandbox(window, &public_url, &choices));
    open(windows, &begun, &public_url, to_sandbox).await
}

/// The embedded sandbox names its window by the address at which this service
/// asks it; browsers reach it below the same address as the service.
fn of_sandbox(window: Url, public_url: &str, choices: &[(Cow<'_, str>, Cow<'_, str>)]) -> Url {
    let address = format!("{public_url}{}", &window[Position::BeforePath..]);
    let mut window = address.parse().unwrap_or(window);
    if !choices.is_empty() {
        window.query_pairs_mut().extend_pairs(choices);
    }
    window
}

async fn open(
    windows: &Windows,
    begun: &Begun,
    public_url: &str,
    to_sandbox: Option<impl FnOnce(Url) -> Url>,
) -> Response {
    match windows.facade.open(begun, public_url).await {
        Ok(address) => {
            let address = match to_sandbox {
                Some(reached) => reached(address),
                None => address,
            };
            match window_page::to(address.as_str()) {
                Some(response) => window_note(response, Event::Window, None, begun.party()),
                None => told(Notice::Refused, begun.party()),
            }
        }
        Err(error) => refuse(&error, Some(begun.party())),
    }
}

/// Whether a page sent it that may begin verifications: of the service's own
/// origin (the button), or one that the operator has listed. Anybody's page
/// could send the values of a session of its own.
fn comes_from_shop(app: &App, headers: &HeaderMap, public_url: &str, party: &Party) -> bool {
    let Some(origin) = cors::only_origin(headers) else {
        // Where a page's policy hides its origin, the browser itself may
        // still vouch for it.
        return cors::is_same_origin(headers);
    };
    let is = |address: &str| window_page::web_origin(address).is_some_and(|own| *origin == *own);
    is(public_url)
        || app.return_urls.listed().any(is)
        || (app.return_urls.is_any() && is(&party.returnurl))
        || cors::is_permitted(origin, &app.cors_origins)
}

fn refuse(error: &BridgeError, party: Option<&Party>) -> Response {
    if let BridgeError::Nice(_) | BridgeError::Store(_) | BridgeError::Full = error {
        tracing::warn!(%error, remedy = error.remedy(), "no window opens");
    }
    match party {
        Some(party) => told(error.into(), party),
        None => window_page::notice(Place::Beside, error.into(), None),
    }
}

fn told(notice: Notice, party: &Party) -> Response {
    let page = window_page::notice(Place::Beside, notice, Some(party));
    window_note(page, Event::Unfinished, Some(notice.hint()), party)
}
