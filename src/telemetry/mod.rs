//! What operators see.

pub mod collector;
mod json;
mod lines;
pub mod log;
pub mod process;

pub use lines::FlushOnDrop;
