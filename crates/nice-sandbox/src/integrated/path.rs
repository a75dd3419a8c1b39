//! The paths of the newer API.

/// Issues an access token, with its ticket.
pub(crate) const TOKEN: &str = "/ido/intc/v1.0/auth/token";
/// Opens a transaction and names its window.
pub(crate) const URL: &str = "/ido/intc/v1.0/auth/url";
/// Hands out the result of a transaction, once.
pub(crate) const RESULT: &str = "/ido/intc/v1.0/auth/result";
/// The window of a transaction; its id follows.
pub(crate) const WINDOW: &str = "/ido/cert/request/";
