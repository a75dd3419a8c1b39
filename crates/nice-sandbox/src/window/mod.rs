//! The standard window (표준창): opened by a browser with a sealed request,
//! it lets a person say who they are and sends the browser back with a
//! sealed result.

mod callback;
mod codes;
mod diagnosis;
mod fault;
mod field_diagnosis;
mod linking;
mod mistake;
mod outcome;
mod pages;
mod parameters;
mod personas;
mod request;
mod result;
mod return_url;
mod sealing;
mod start;
mod way_back;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, RawQuery, State as Shared},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::state::State;
use fault::Fault;
use outcome::Outcome;
use parameters::Parameters;
use personas::PERSONAS;
use request::WindowRequest;
use way_back::WayBack;

pub(super) use start::Mount;

/// The addresses at which NICE's window was seen.
pub(super) const PATHS: [&str; 3] = [
    "/CheckPlusSafeModel/service.cb",
    "/CheckPlusSafeModel/checkplus.cb",
    "/cert/request",
];

/// Whether someone of that name lives here.
pub(super) fn knows(persona: &str) -> bool {
    personas::find(persona).is_some()
}

/// At NICE's paths.
pub(super) fn nice() -> Router<Arc<State>> {
    PATHS
        .iter()
        .fold(Router::new(), |router, path| {
            router.route(path, get(open).post(open))
        })
        .layer(DefaultBodyLimit::max(64 * 1024))
}

/// Under `/sandbox/`, wherever the sandbox is mounted.
pub(super) fn own(mount: Mount) -> Router<Arc<State>> {
    Router::new()
        .route("/sandbox/window/answer", post(answer))
        .route("/sandbox/api/personas", get(list_personas))
        .merge(pages::assets())
        .merge(start::routes(mount))
        .layer(DefaultBodyLimit::max(64 * 1024))
}

/// A person comes, or a test that says at once who it is.
async fn open(
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let opened = || {
        let parameters = Parameters::read(query.as_deref(), &headers, &body)?;
        let request = WindowRequest::read(&parameters, &state)?;
        outcome::check_names(&parameters)?;
        let outcome = Outcome::read(&parameters)?;
        let at_once = parameters
            .sandbox("persona")
            .or(state.settings.auto_approve.as_deref());
        if at_once.is_none() {
            return Ok(pages::window(&request, &parameters, &state));
        }
        let way_back = WayBack {
            request: &request,
            outcome,
            parameters: &parameters,
            headers: &headers,
            by_hand: false,
        };
        way_back.take(at_once.unwrap_or_default(), &state)
    };
    opened().unwrap_or_else(|fault| pages::fault(&fault))
}

/// What the person chose on the page; nothing of it is trusted, so all is
/// checked again.
async fn answer(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let answered = || {
        let parameters = Parameters::read(None, &headers, &body)?;
        let request = WindowRequest::read(&parameters, &state)?;
        outcome::check_names(&parameters)?;
        let way_back = WayBack {
            request: &request,
            outcome: Outcome::read(&parameters)?,
            parameters: &parameters,
            headers: &headers,
            by_hand: true,
        };
        let persona = parameters.required("sandbox_persona")?;
        way_back.take(persona, &state)
    };
    answered().unwrap_or_else(|fault: Fault| pages::fault(&fault))
}

async fn list_personas() -> Response {
    let list: Vec<Value> = PERSONAS
        .iter()
        .map(|persona| {
            json!({
                "name": persona.id,
                "label": format!("{} {} · {}", persona.name(), persona.label_ko, persona.label_en),
                "outcome": persona.shows,
            })
        })
        .collect();
    Json(list).into_response()
}
