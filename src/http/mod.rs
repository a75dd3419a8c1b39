//! The HTTP interface: the router, requests read into types, failures as the
//! contract's envelope.

mod admitted;
mod api_key;
mod app;
mod body;
mod cors;
mod envelope;
mod failure;
mod kind;
mod messages;
mod note;
mod observe;
pub mod openapi;
mod paths;
mod reason;
mod request_id;
mod retry_after;
mod router;
mod routes;
mod shop;
mod static_file;
mod window_page;

pub use api_key::{KeyDigest, ResultAccess};
pub use app::{
    App, CorsOrigins, ErrorStatus, LongCallback, PublicUrl, Results, WindowUrl, Windows,
};
pub use body::{Accepted, JsonFault, LongBodies, Root, SentType, Shown, Unsupported, read_json};
pub use failure::{Failure, Overload, OverloadFacts};
pub use kind::Kind;
pub use note::Audit;
pub use reason::{Call, Facts, Invalid, Reason, UnknownPath};
pub use retry_after::RetryAfter;
pub use router::{api_layers, layers, overloaded, router};
pub use routes::admin_router;
