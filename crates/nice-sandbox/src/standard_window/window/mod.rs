//! The standard window (표준창): opened by a browser with a sealed request,
//! it lets a person say who they are and sends the browser back with a
//! sealed result.

mod callback;
pub(crate) mod choices;
mod fault;
pub(crate) mod fields;
mod notice;
mod pages;
mod request;
mod result;
mod way_back;

use std::{future::pending, panic::resume_unwind, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, RawQuery, State as Shared},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use tokio::task::spawn_blocking;

use crate::{
    address,
    browser::{
        Method,
        fault::Fault,
        in_json::in_json,
        notice::{Notice, header},
        outcome::{self, Outcome},
        pages::refusal,
        parameters::Parameters,
    },
    history::Event,
    state::State,
    words::{Both, shown},
};
use request::WindowRequest;
use way_back::WayBack;

/// The addresses at which NICE's window was seen.
pub(crate) const PATHS: [&str; 3] = [
    "/CheckPlusSafeModel/service.cb",
    "/CheckPlusSafeModel/checkplus.cb",
    "/cert/request",
];

/// At NICE's paths.
pub(crate) fn nice() -> Router<Arc<State>> {
    let window = PATHS.iter().fold(Router::new(), |router, path| {
        router.route(path, get(open).post(open))
    });
    in_json(window).layer(DefaultBodyLimit::max(64 * 1024))
}

/// Where its page sends what the person chose.
pub(crate) fn own() -> Router<Arc<State>> {
    Router::new()
        .route("/sandbox/window/answer", post(answer))
        .route("/sandbox/window/app", post(app))
        .layer(DefaultBodyLimit::max(64 * 1024))
}

/// A person comes, or a test that says at once who it is.
async fn open(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let root = address::root(&uri);
    aside(move || opened(&state, &root, query.as_deref(), &headers, &body)).await
}

/// What the person chose on the page; nothing of it is trusted, so all is
/// checked again.
async fn answer(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let root = address::root(&uri);
    aside(move || answered(&state, &root, &headers, &body)).await
}

/// The app to which a window handed over.
async fn app(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let root = address::root(&uri);
    aside(move || {
        let page = || {
            let parameters = Parameters::read(None, &headers, &body)?;
            let request = WindowRequest::read(&parameters, &state)?;
            let switch = way_back::app_switch(&root);
            Ok(switch.app(&parameters, &request.returnurl))
        };
        page().unwrap_or_else(|fault: Fault| refused(&root, &Parameters::default(), &fault, &state))
    })
    .await
}

/// On a thread of its own: the search for what a client did wrong may take a
/// good part of a second, in which others are answered.
async fn aside(respond: impl FnOnce() -> Response + Send + 'static) -> Response {
    match spawn_blocking(respond).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime ends, and this task with it.
            Err(_) => pending().await,
        },
    }
}

fn opened(
    state: &State,
    root: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let parameters = Parameters::read(query, headers, body);
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(fault) => return refused(root, &Parameters::default(), &fault, state),
    };
    let opened = || {
        let request = WindowRequest::read(&parameters, state)?;
        outcome::check_names(&parameters, &choices::parameters())?;
        let outcome = Outcome::read(&parameters, &choices::CHOICES)?;
        let notices = notices(&request, headers);
        if !notices.is_empty() {
            let notice = header(&notices);
            tracing::info!(%notice, "the sandbox's window accepted a doubtful request");
        }
        let texts = notices.iter().map(|notice| notice.text.clone()).collect();
        let id = &request.token_version_id;
        state.history().request(id, &request.json, texts);
        let at_once = parameters
            .sandbox("persona")
            .or(state.settings.auto_approve.as_deref());
        let Some(persona) = at_once else {
            let text = Both::new("창이 열렸습니다.", "The window opened.");
            let event = Event::new(state.clock.now(), "opened", text);
            state.history().event(id, event);
            return Ok(pages::window(root, &request, &notices, &parameters, state));
        };
        let way_back = WayBack {
            root,
            request: &request,
            notices: &notices,
            outcome,
            parameters: &parameters,
            headers,
            by_hand: false,
        };
        way_back.take(persona, state)
    };
    opened().unwrap_or_else(|fault| refused(root, &parameters, &fault, state))
}

/// The request's own notices, and those of how it came.
fn notices(request: &WindowRequest, headers: &HeaderMap) -> Vec<Notice> {
    let mut notices = request.notices.clone();
    if let (Some(page), Some(returnurl)) =
        (address::page_origin(headers), request.returnurl.origin())
        && page != returnurl
    {
        notices.push(Notice::other_origin(&page, &returnurl));
    }
    let length = callback::expected_length(request);
    if request.method != Some(Method::Post) && length > callback::LONG {
        notices.push(Notice::long_callback(length));
    }
    notices
}

/// The fault's page; the log and the list of verifications tell it, too.
fn refused(root: &str, parameters: &Parameters, fault: &Fault, state: &State) -> Response {
    tracing::info!(fault = fault.code, "the sandbox's window refused a request");
    let id = shown(parameters.text("token_version_id").unwrap_or("-"));
    let text = fault.diagnosis.title.clone();
    let event = Event::new(state.clock.now(), fault.code, text);
    state.history().event(&id, event);
    refusal(root, fault)
}

fn answered(state: &State, root: &str, headers: &HeaderMap, body: &Bytes) -> Response {
    let answered = || {
        let parameters = Parameters::read(None, headers, body)?;
        let request = WindowRequest::read(&parameters, state)?;
        outcome::check_names(&parameters, &choices::parameters())?;
        let way_back = WayBack {
            root,
            request: &request,
            notices: &request.notices,
            outcome: Outcome::read(&parameters, &choices::CHOICES)?,
            parameters: &parameters,
            headers,
            by_hand: true,
        };
        let persona = parameters.required("sandbox_persona")?;
        way_back.take(persona, state)
    };
    answered().unwrap_or_else(|fault: Fault| refused(root, &Parameters::default(), &fault, state))
}
