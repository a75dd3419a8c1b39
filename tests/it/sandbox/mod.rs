//! The sandbox as a NICE client sees it, and the demo.

mod demo;
mod edges;
mod faults;
mod integrated;
mod program;
mod refusals;
mod window;
