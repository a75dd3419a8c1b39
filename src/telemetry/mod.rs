//! What operators see: the log, and figures of the rooms for `/metrics`.

pub mod collector;
mod json;
mod lines;
pub mod log;

pub use lines::{FlushOnDrop, dropped_lines};
