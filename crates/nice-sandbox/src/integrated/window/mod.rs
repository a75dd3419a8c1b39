//! The window of a transaction: its address opens once, lets a person say who they
//! are, and sends the browser back with nothing but an id.

pub(crate) mod choices;
mod fault;
mod pages;
mod way_back;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, Path, RawQuery, State as Shared},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    path,
    transactions::{Stage, Transaction},
};
use crate::{
    address,
    browser::{
        fault::Fault,
        in_json::in_json,
        outcome::{self, Outcome},
        pages::{refusal, time_of_day},
        parameters::Parameters,
    },
    history::Event,
    people,
    state::State,
    words::Both,
};
use way_back::WayBack;

/// Where the page sends what the person chose; its form names the window.
pub(super) const ANSWER: &str = "/sandbox/integrated/window/answer";

/// Where a window hands over to.
const APP: &str = "/sandbox/integrated/window/app";

/// At NICE's path.
pub(super) fn nice() -> Router<Arc<State>> {
    let window = Router::new().route(&format!("{}{{id}}", path::WINDOW), get(open).post(open));
    in_json(window).layer(DefaultBodyLimit::max(64 * 1024))
}

pub(super) fn own() -> Router<Arc<State>> {
    Router::new()
        .route(ANSWER, post(answer))
        .route(APP, post(app))
        .layer(DefaultBodyLimit::max(64 * 1024))
}

/// A person comes, or a test that says at once who it is.
async fn open(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method == Method::HEAD {
        // Nobody has seen it yet.
        return StatusCode::OK.into_response();
    }
    let root = address::root(&uri);
    let opened = || {
        let parameters = Parameters::read(query.as_deref(), &headers, &body)?;
        let outcome = read_outcome(&parameters)?;
        let at_once = parameters
            .sandbox("persona")
            .or(state.settings.auto_approve.as_deref());
        if let Some(persona) = at_once {
            known_persona(persona)?;
        }
        let transaction = first_opening(&id, &state)?;
        let text = Both::new("창이 열렸습니다.", "The window opened.");
        let event = Event::new(state.clock.now(), "opened", text);
        state.history().event(&transaction.id, event);
        let Some(persona) = at_once else {
            return Ok(pages::window(&root, &transaction, &parameters, &state));
        };
        let way_back = WayBack {
            root: &root,
            transaction: &transaction,
            outcome,
            parameters: &parameters,
            by_hand: false,
        };
        way_back.take(known_persona(persona)?, &state)
    };
    opened().unwrap_or_else(|fault| refused(&root, &id, &fault, &state))
}

/// What the person chose on the page; all is checked again.
async fn answer(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let root = address::root(&uri);
    let parameters = Parameters::read(None, &headers, &body);
    let window_id = match &parameters {
        Ok(parameters) => parameters.text("window").unwrap_or("-").to_owned(),
        Err(_) => "-".to_owned(),
    };
    let answered = || {
        let parameters = parameters?;
        let outcome = read_outcome(&parameters)?;
        let persona = known_persona(parameters.sandbox("persona").unwrap_or_default())?;
        let transaction = opened_before(&window_id, &state)?;
        let way_back = WayBack {
            root: &root,
            transaction: &transaction,
            outcome,
            parameters: &parameters,
            by_hand: true,
        };
        way_back.take(persona, &state)
    };
    answered().unwrap_or_else(|fault: Fault| refused(&root, &window_id, &fault, &state))
}

/// The app to which a window handed over.
async fn app(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let root = address::root(&uri);
    let page = || {
        let parameters = Parameters::read(None, &headers, &body)?;
        let window_id = parameters.required("window")?;
        let transaction = opened_before(window_id, &state)?;
        let back = &transaction.request.return_url;
        Ok(way_back::app_switch(&root).app(&parameters, back))
    };
    page().unwrap_or_else(|fault: Fault| refused(&root, "-", &fault, &state))
}

fn read_outcome(parameters: &Parameters) -> Result<Outcome, Fault> {
    outcome::check_names(parameters, &choices::parameters())?;
    Outcome::read(parameters, &choices::CHOICES)
}

fn known_persona(id: &str) -> Result<people::Persona, Fault> {
    people::find(id).ok_or_else(|| Fault::unknown_persona(id, &people::list()))
}

/// The transaction of an address that nobody has opened yet.
fn first_opening(window_id: &str, state: &State) -> Result<Transaction, Fault> {
    let mut memory = state.integrated();
    let transaction = alive(memory.of_window(window_id), state)?;
    match transaction.stage {
        Stage::Issued => {
            transaction.stage = Stage::Opened;
            Ok(transaction.clone())
        }
        Stage::Opened | Stage::Verified(_) | Stage::HandedOut(..) => Err(Fault::used_auth_url()),
    }
}

/// The transaction of a page that is still open.
fn opened_before(window_id: &str, state: &State) -> Result<Transaction, Fault> {
    let mut memory = state.integrated();
    let transaction = alive(memory.of_window(window_id), state)?;
    match transaction.stage {
        Stage::Opened => Ok(transaction.clone()),
        Stage::Issued => Err(Fault::unknown_auth_url()),
        Stage::Verified(_) | Stage::HandedOut(..) => Err(Fault::already_verified()),
    }
}

fn alive<'a>(
    transaction: Option<&'a mut Transaction>,
    state: &State,
) -> Result<&'a mut Transaction, Fault> {
    let transaction = transaction.ok_or_else(Fault::unknown_auth_url)?;
    if transaction.is_over(state.clock.now()) {
        return Err(Fault::expired_auth_url(&time_of_day(transaction.ends_at())));
    }
    Ok(transaction)
}

/// The fault's page; the log and the list of verifications tell it, too.
fn refused(root: &str, window_id: &str, fault: &Fault, state: &State) -> Response {
    tracing::info!(fault = fault.code, "the sandbox's window refused a request");
    let known = state
        .integrated()
        .of_window(window_id)
        .map(|transaction| transaction.id.clone());
    if let Some(id) = known {
        let text = fault.diagnosis.title.clone();
        let event = Event::new(state.clock.now(), fault.code, text);
        state.history().event(&id, event);
    }
    refusal(root, fault)
}
