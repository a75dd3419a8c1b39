//! The older API: 본인확인 통합형 표준창, at its paths.

mod authorization;
mod body;
mod crypto_token;
mod institution_token;
pub(crate) mod path;
pub(crate) mod reply;
pub(crate) mod tokens;
pub(crate) mod window;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::Uri,
    middleware::from_fn_with_state,
    response::Response,
    routing::{any, post},
};

use crate::{control, state::State};
use reply::Reply;

/// The `site_code` of every crypto token.
pub(crate) const SITE_CODE: &str = "SANDBOX00001";

/// NICE's calls and its window.
pub(crate) fn nice(state: &Arc<State>) -> Router<Arc<State>> {
    Router::new()
        .route(path::INSTITUTION_TOKEN, post(institution_token::issue))
        .route(path::REVOKE, post(institution_token::revoke))
        .route(path::CRYPTO_TOKEN, post(crypto_token::issue))
        .route_layer(from_fn_with_state(Arc::clone(state), control::apply))
        .route("/digital/{*path}", any(unknown_service))
        .method_not_allowed_fallback(unknown_service)
        .layer(DefaultBodyLimit::max(64 * 1024))
        .merge(window::nice())
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
