//! The newer API, 통합인증, as a client of it and a browser see it.

pub(crate) mod by_the_guide;
mod calls;
pub(crate) mod client;
mod diagnosis;
mod faults;
mod result;
mod window;
