//! Routes, headers, bodies, pages and the API document.

pub(crate) mod addresses;
pub(crate) mod admission;
pub(crate) mod answers;
pub(crate) mod bodies;
pub(crate) mod callers;
pub(crate) mod cors;
pub(crate) mod failures;
pub(crate) mod openapi;
pub(crate) mod pages;
pub(crate) mod popup;
pub(crate) mod prefixes;
