//! What operators see.

pub mod collector;
mod lines;
pub mod log;

pub use lines::LastLines;
