//! HTTP in: the router, what a caller sends read into types, and each
//! failure told in the contract's envelope.

mod app;
mod body;
mod cors;
mod envelope;
mod failure;
mod json_object;
mod messages;
mod observe;
pub mod openapi;
mod request_id;
mod router;
mod routes;
pub mod server;

pub use app::{App, CorsOrigins, ErrorStatus, WindowUrl};
pub use failure::{Failure, Invalid, Kind};
pub use router::{api_layers, layers, router};
