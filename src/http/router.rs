//! Maps paths to handlers and puts the layers around them.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{Route, get, post},
};
use tower::{Layer, layer::layer_fn};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    app::App,
    cors,
    failure::{Failure, Overload},
    observe, openapi, paths,
    reason::{Methods, Reason},
    routes::{
        callback, documents, get_verification_result, health, popup, verification_closed,
        verification_return, verification_window,
    },
    window_page,
};

/// The service's routes; `sandbox` are those of the embedded NICE.
pub fn router(app: Arc<App>, sandbox: Option<Router>) -> Router {
    let (for_browsers, _) = openapi::for_browsers().split_for_parts();
    let (for_servers, _) = openapi::for_servers().split_for_parts();
    let api = api_layers(&app, for_browsers)
        .merge(for_servers)
        .merge(callback::routes());
    // With the standard window too: after a switch back people still come.
    let windows = verification_window::routes()
        .merge(verification_return::routes())
        .merge(verification_closed::routes())
        .merge(window_page::assets());
    let mut everywhere = api
        .merge(windows)
        .merge(documents::routes(&app.base_path))
        .merge(popup::routes());
    if let Some(sandbox) = sandbox {
        everywhere = everywhere.merge(with_demo(sandbox));
    }
    let mut router = Router::new()
        .merge(everywhere.clone())
        .route(health::LIVE, get(health::live))
        .route(health::READY, get(health::ready));
    if !app.base_path.is_empty() {
        router = router.nest(&app.base_path, everywhere);
    }
    if app.sandbox.is_some() {
        router = router.merge(ways_to_the_demo(&app.base_path));
    }
    layers(Arc::clone(&app), router.with_state(app))
}

/// The sandbox, and what its demo asks of the service.
fn with_demo(sandbox: Router) -> Router<Arc<App>> {
    Router::new()
        .route(
            get_verification_result::DEMO_PATH,
            post(get_verification_result::for_the_demo),
        )
        .merge(sandbox.with_state(()))
}

/// From a developer's first address. Relative, so that it holds under a prefix
/// that a proxy strips.
fn ways_to_the_demo(base_path: &str) -> Router<Arc<App>> {
    let demo = || get(async || Redirect::to("./demo"));
    let router = Router::new().route("/", demo());
    if base_path.is_empty() {
        return router;
    }
    router.route(&format!("{base_path}/"), demo())
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
pub fn api_layers<S: Clone + Send + Sync + 'static>(app: &Arc<App>, api: Router<S>) -> Router<S> {
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
    let unharmed = CatchPanicLayer::custom(panicked);
    // One layer of two: each layer of a router is boxed, and cloned for each
    // request.
    routes.layer(layer_fn(move |route: Route| {
        observe::observed(Arc::clone(&app), unharmed.layer(route))
    }))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure::from(Reason::Internal).into_response()
}

async fn method_not_allowed() -> Failure {
    Reason::MethodNotAllowed(Methods::UNKNOWN).into()
}
