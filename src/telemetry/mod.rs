//! What operators see.

mod lines;
pub mod log;

pub use lines::LastLines;
