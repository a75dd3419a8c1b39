//! What a browser sends to either window, and what it gets: the parts that the two
//! share.

pub(crate) mod app_switch;
pub(crate) mod codes;
pub(crate) mod fault;
pub(crate) mod form;
pub(crate) mod in_json;
pub(crate) mod notice;
pub(crate) mod outcome;
pub(crate) mod pages;
pub(crate) mod parameters;
pub(crate) mod return_url;
pub(crate) mod way_back;

/// How the browser comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}
