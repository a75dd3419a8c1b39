//! A result is opened once, by the right caller, in time.

pub(crate) mod expiry;
pub(crate) mod korean_names;
pub(crate) mod lost_answers;
pub(crate) mod mistakes;
pub(crate) mod opening;
mod person;
pub(crate) mod refusals;
pub(crate) mod shapes;
mod status;
