//! The sandbox as a NICE client sees it, and the demo.

mod demo;
mod edges;
mod explain;
mod faults;
pub(crate) mod integrated;
mod program;
mod refusals;
mod window;
