//! What the keys of a token are made of.

use jiff::civil::DateTime;
use nice_crypto::KeySet;

/// What the keys of a token are made of, and what a client may take for it.
#[derive(Clone, Debug)]
pub(in crate::standard_window::window) struct Material<'a> {
    pub(in crate::standard_window::window) keys: KeySet,
    pub(in crate::standard_window::window) own: Parts<'a>,
    pub(in crate::standard_window::window) token_version_id: &'a str,
    pub(in crate::standard_window::window) site_code: &'a str,
    pub(in crate::standard_window::window) client_id: &'a str,
    pub(in crate::standard_window::window) client_secret: &'a str,
    pub(in crate::standard_window::window) institution_token: &'a str,
    /// Of other tokens, the newest first.
    pub(in crate::standard_window::window) others: Vec<Parts<'a>>,
}

/// The three texts of the rule.
#[derive(Clone, Copy, Debug)]
pub(in crate::standard_window::window) struct Parts<'a> {
    pub(in crate::standard_window::window) req_dtim: &'a str,
    pub(in crate::standard_window::window) req_no: &'a str,
    pub(in crate::standard_window::window) token_val: &'a str,
}

impl Parts<'_> {
    /// As the rule joins them.
    pub(super) fn joined(self) -> String {
        [self.req_dtim, self.req_no, self.token_val].concat()
    }

    /// The moment that `req_dtim` names, on the Korean clock.
    pub(super) fn time(self) -> Option<DateTime> {
        DateTime::strptime("%Y%m%d%H%M%S", self.req_dtim).ok()
    }
}
