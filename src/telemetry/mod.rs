//! What operators see.

pub mod collector;
mod json;
mod lines;
pub mod log;

pub use lines::FlushOnDrop;
