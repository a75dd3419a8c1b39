//! What the targets have in common: the rooms of the service, without a
//! network around them, and the rules of the protocol, written once more.

#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

mod encodings;
mod opening_room;
mod request;
mod result;
mod service;

pub use encodings::{form, is_plain_form, is_web, without_marks};
pub use opening_room::{OpeningRoom, REQUESTNO, SITE_CODE};
pub use request::{Fields, NAMES, faulty, given};
pub use result::check_result;
pub use service::{Answer, Service};
