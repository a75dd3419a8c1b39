//! What operators see.

pub mod collector;
pub mod log;
