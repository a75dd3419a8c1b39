//! `/v1/member/verificationReturn/{id}`: NICE's newer API sends the browser
//! back here; its result is fetched and handed to the shop.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    audit::Event,
    http::{
        app::App,
        body::TypedBody,
        routes::window_note,
        window_page::{self, Notice, Place, Values},
    },
    verification::{
        Field, MethodType,
        facade::{HandOver, Party, ReturnError},
    },
};

/// The route's pattern.
pub(in crate::http) const PATTERN: &str = "/v1/member/verificationReturn/{id}";

/// Its name with NICE.
const NAME: &str = "web_transaction_id";

/// More than NICE's own, which have 48 characters.
const LONGEST: usize = 100;

pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new().route(PATTERN, get(by_get).post(by_post))
}

async fn by_get(State(app): State<Arc<App>>, Path(id): Path<String>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter_map(|(name, value)| (name == NAME).then_some(value));
    let sent = match (values.next(), values.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    };
    answer(&app, &id, sent.as_deref()).await
}

async fn by_post(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let body = TypedBody::form(request, &app.long_bodies).await.ok();
    // A field that comes twice is a fault here.
    let sent = body
        .as_ref()
        .and_then(|body| body.read::<Posted<'_>>().ok());
    let value = sent
        .as_ref()
        .and_then(|sent| sent.fields.web_transaction_id.parse().ok().flatten());
    answer(&app, &id, value).await
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Posted<'a> {
    web_transaction_id: Field<'a>,
}

async fn answer(app: &App, id: &str, sent: Option<&str>) -> Response {
    let Some(windows) = &app.windows else {
        return window_page::notice(Place::Below, Notice::SwitchedBack, None);
    };
    let returned = match windows.facade.returned(id).await {
        Ok(Some(returned)) => returned,
        Ok(None) => return window_page::notice(Place::Below, Notice::Expired, None),
        Err(error) => {
            tracing::warn!(%error, "a return can't be read");
            return window_page::notice(Place::Below, Notice::Unavailable, None);
        }
    };
    let party = returned.party().clone();
    let Some(web_transaction_id) = sent.and_then(shaped) else {
        return told(Notice::Misshapen, &party);
    };
    let outcome = returned
        .finish(&web_transaction_id, app.draining.work())
        .await;
    hand_over(outcome, &party)
}

fn hand_over(outcome: Result<HandOver, ReturnError>, party: &Party) -> Response {
    match outcome {
        Ok(HandOver { sealed, methodtype }) => {
            let values = Values {
                token_version_id: &party.token_version_id,
                enc_data: &sealed.enc_data,
                integrity_value: &sealed.integrity_value,
            };
            let by_get = || window_page::redirect(&party.returnurl, values);
            let response = match methodtype {
                MethodType::Get => by_get(),
                MethodType::Post => None,
            };
            let response =
                response.unwrap_or_else(|| window_page::forward(&party.returnurl, values));
            window_note(response, Event::Returned, None, party)
        }
        Err(error) => {
            if let ReturnError::Nice(_)
            | ReturnError::Lost
            | ReturnError::Unreadable(_)
            | ReturnError::Unusable(_)
            | ReturnError::Busy
            | ReturnError::Store(_) = error
            {
                tracing::warn!(%error, remedy = error.remedy(), "no result of NICE's window");
            }
            told((&error).into(), party)
        }
    }
}

fn told(notice: Notice, party: &Party) -> Response {
    let page = window_page::notice(Place::Below, notice, Some(party));
    window_note(page, Event::Unfinished, Some(notice.hint()), party)
}

/// Base64 of either alphabet. A `+` that was not escaped arrives as a space.
fn shaped(text: &str) -> Option<String> {
    let text = text.replace(' ', "+");
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
    let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_base64);
    fits.then_some(text)
}
