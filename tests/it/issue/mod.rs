//! A verification begins: rules of the request, return addresses, keys.

pub(crate) mod issuing;
pub(crate) mod keys;
pub(crate) mod request_rules;
pub(crate) mod return_urls;
pub(crate) mod return_urls_refused;
