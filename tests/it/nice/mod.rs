//! Calls to NICE: codes, retries, time-outs, TLS.

pub(crate) mod codes;
pub(crate) mod integrated;
pub(crate) mod integrated_codes;
pub(crate) mod obstacles;
pub(crate) mod patience;
pub(crate) mod tls;
pub(crate) mod upstream;
