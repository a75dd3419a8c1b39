//! NICE's newer API behind the calls of the older: the bridge, the return and
//! the closed window.

mod begin;
mod bench;
mod bridge;
mod closed;
mod earlier;
mod events;
mod fleet;
mod memory;
mod one_shot;
mod results;
mod sandbox;
mod status;
mod switching;
