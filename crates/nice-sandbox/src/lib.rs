//! NICE as seen from outside, for development and tests: its API, at its
//! paths, as strict as it is, with its codes. Nothing here is real, and all
//! data say so.
//!
//! The service speaks to it over HTTP with the client that speaks to NICE.

mod address;
mod authorization;
mod body;
mod control;
mod cp949;
mod crypto_token;
mod demo;
mod faults;
mod history;
mod institution_token;
pub mod listen;
mod path;
mod reply;
pub mod settings;
mod state;
mod static_file;
mod tokens;
mod window;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Uri},
    middleware::{from_fn_with_state, map_response},
    response::Response,
    routing::post,
};

use nice_crypto::{clock::Clock, random::Random, secret::Secret};

use reply::Reply;
use state::State;
use window::Mount;

pub use path::MOUNT;
pub use settings::SandboxSettings;

/// Where its window is within the service.
#[must_use]
pub fn window_path() -> String {
    format!("{MOUNT}{}", window::PATHS[0])
}

/// `/demo`: the page of a shop that uses an embedded sandbox and the service
/// around it.
pub fn demo() -> Router {
    demo::routes()
}

/// A NICE for development. Clones share everything.
#[derive(Clone, Debug)]
pub struct Sandbox {
    state: Arc<State>,
}

impl Sandbox {
    /// A sandbox that has issued nothing yet.
    #[must_use]
    pub fn new(settings: SandboxSettings, clock: Clock, random: Random) -> Self {
        Self {
            state: Arc::new(State::new(settings, clock, random)),
        }
    }

    /// Alone: NICE's own paths at the root.
    pub fn standalone(&self) -> Router {
        self.nice()
            .merge(control::routes(&self.state))
            .merge(self.own(Mount::Root))
            .layer(map_response(mark))
    }

    /// Within a service: everything under [`MOUNT`].
    pub fn embedded(&self) -> Router {
        Router::new()
            .nest(MOUNT, self.nice())
            .merge(control::routes(&self.state))
            .merge(self.own(Mount::Service))
    }

    /// The institution token, the same after each start, so that one that a
    /// client has stored keeps working.
    #[must_use]
    pub fn institution_token(&self) -> Secret {
        self.state.institution_token()
    }

    /// Whether a persona of that name exists, for `auto_approve`.
    #[must_use]
    pub fn knows_persona(name: &str) -> bool {
        window::knows(name)
    }

    fn nice(&self) -> Router {
        Router::new()
            .route(path::INSTITUTION_TOKEN, post(institution_token::issue))
            .route(path::REVOKE, post(institution_token::revoke))
            .route(path::CRYPTO_TOKEN, post(crypto_token::issue))
            .route_layer(from_fn_with_state(Arc::clone(&self.state), control::apply))
            .route("/digital/{*path}", axum::routing::any(unknown_service))
            .method_not_allowed_fallback(unknown_service)
            .layer(DefaultBodyLimit::max(64 * 1024))
            .merge(window::nice())
            .with_state(Arc::clone(&self.state))
    }

    /// Pages and the sandbox's own API, under `/sandbox/` in either place.
    fn own(&self, mount: Mount) -> Router {
        window::own(mount).with_state(Arc::clone(&self.state))
    }
}

/// A path below `/digital` that NICE doesn't serve, or another method than POST.
async fn unknown_service(
    axum::extract::State(state): axum::extract::State<Arc<State>>,
    uri: Uri,
) -> Response {
    let is_known =
        [path::INSTITUTION_TOKEN, path::REVOKE, path::CRYPTO_TOKEN].contains(&uri.path());
    let fault = if is_known {
        "method_not_post"
    } else {
        "path_unknown"
    };
    Reply::gateway("1404", fault).into_response(&state)
}

/// Says in each answer that nothing is real.
async fn mark(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static("x-nice-environment"),
        HeaderValue::from_static("sandbox"),
    );
    response
}
