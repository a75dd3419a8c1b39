//! NICE as seen from outside, for development and tests: its API, at its
//! paths, as strict as it is, with its codes. Nothing here is real, and all
//! data say so.
//!
//! The service speaks to it over HTTP with the client that speaks to NICE.

mod address;
mod browser;
mod control;
mod cp949;
mod demo;
mod diagnosis;
pub mod explain;
mod faults;
pub mod greeting;
mod headers;
mod history;
mod integrated;
pub mod listen;
mod not_json;
mod people;
pub mod settings;
mod standard_window;
mod start;
mod state;
mod static_file;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue},
    middleware::map_response,
    response::Response,
    routing::get,
};

use nice_crypto::{clock::Clock, random::Random, secret::Secret};

use start::Mount;
use state::State;

pub use address::stripped_prefix;
pub use settings::{IntegratedSettings, SandboxSettings};

/// Where the sandbox is within the service.
pub const MOUNT: &str = "/sandbox";

/// Where its window is within the service.
#[must_use]
pub fn window_path() -> String {
    format!("{MOUNT}{}", standard_window::window::PATHS[0])
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
    ///
    /// # Errors
    ///
    /// None does; the text names those that do.
    pub fn knows_persona(name: &str) -> Result<(), String> {
        match people::find(name) {
            Some(_) => Ok(()),
            None => Err(format!(
                "names no persona of the sandbox; it has {}",
                people::list()
            )),
        }
    }

    fn nice(&self) -> Router {
        standard_window::nice(&self.state)
            .merge(integrated::nice(&self.state))
            .with_state(Arc::clone(&self.state))
    }

    /// Pages and the sandbox's own API, under `/sandbox/` in either place.
    fn own(&self, mount: Mount) -> Router {
        start::routes(mount)
            .merge(standard_window::window::own())
            .merge(integrated::own())
            .merge(explain::page::routes())
            .merge(browser::pages::assets())
            .route("/sandbox/api/personas", get(people::list_all))
            .with_state(Arc::clone(&self.state))
    }
}

/// Says in each answer that nothing is real.
async fn mark(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static("x-nice-environment"),
        HeaderValue::from_static("sandbox"),
    );
    response
}
