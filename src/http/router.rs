//! Maps paths to handlers and puts the layers around them.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    http::Uri,
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    app::App,
    cors,
    failure::{Failure, Overload},
    observe, openapi, paths,
    reason::Reason,
    routes::{callback, documents, get_verification_result, health, popup},
};

/// The service's routes; `sandbox` are those of the embedded NICE.
pub fn router(app: Arc<App>, sandbox: Option<Router>) -> Router {
    let (for_browsers, _) = openapi::for_browsers().split_for_parts();
    let (for_servers, _) = openapi::for_servers().split_for_parts();
    let api = api_layers(&app, for_browsers)
        .merge(for_servers)
        .merge(callback::routes());
    let mut router = Router::new()
        .merge(api.clone())
        .route(health::LIVE, get(health::live))
        .route(health::READY, get(health::ready))
        .merge(documents::routes(&app.base_path))
        .merge(popup::routes());
    if !app.base_path.is_empty() {
        router = router.nest(&app.base_path, api);
    }
    if sandbox.is_some() {
        router = router.route(
            get_verification_result::DEMO_PATH,
            post(get_verification_result::for_the_demo),
        );
    }
    let mut router = router.with_state(Arc::clone(&app));
    if let Some(sandbox) = sandbox {
        router = router.merge(sandbox);
    }
    layers(app, router)
}

/// Answers on connections beyond `MAX_CONNECTIONS`. The probes still work: a
/// busy service must not be restarted.
pub fn overloaded(app: Arc<App>) -> Router {
    let routes = Router::new()
        .route(health::LIVE, get(health::live))
        .route(health::READY, get(health::ready))
        .with_state(Arc::clone(&app))
        .fallback(async || Failure::from(Overload::Connections));
    surround(app, routes)
}

/// The layers around routes that a page may call from a browser.
pub fn api_layers<S: Clone + Send + Sync + 'static>(app: &App, api: Router<S>) -> Router<S> {
    // Before the layer: a preflight is a method that the route doesn't know.
    cors::layer(app, api.method_not_allowed_fallback(method_not_allowed))
}

/// The layers around all routes: unknown paths and methods, the request's
/// limits, failures as envelopes, the line in the log.
pub fn layers(app: Arc<App>, routes: Router) -> Router {
    let routes = routes
        .fallback({
            let app = Arc::clone(&app);
            async move |uri: Uri| paths::not_found(&app, &uri)
        })
        .method_not_allowed_fallback(method_not_allowed);
    surround(app, routes)
}

fn surround(app: Arc<App>, routes: Router) -> Router {
    routes
        // One layer of two, outermost first: each layer of a router is
        // boxed, and cloned for each request.
        .layer((
            middleware::from_fn_with_state(app, observe::observe),
            CatchPanicLayer::custom(panicked),
        ))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure::from(Reason::Internal).into_response()
}

async fn method_not_allowed() -> Failure {
    Reason::MethodNotAllowed.into()
}
