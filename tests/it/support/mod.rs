//! What the tests share: the program, the app in process, a scripted NICE, Redis.

pub(crate) mod app;
pub(crate) mod by_the_book;
pub(crate) mod certificates;
pub(crate) mod client;
pub(crate) mod fake_sentinel;
pub(crate) mod integrated_stub;
pub(crate) mod live;
pub(crate) mod nice_stub;
pub(crate) mod opening_room;
pub(crate) mod parallel;
pub(crate) mod program;
pub(crate) mod properties;
pub(crate) mod redis;
pub(crate) mod redis_topologies;
pub(crate) mod relay;
pub(crate) mod sandbox;
pub(crate) mod told;
pub(crate) mod window;
