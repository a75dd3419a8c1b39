//! What the keys of a token are made of.

use jiff::civil::DateTime;
use nice_crypto::KeySet;

/// What the keys of a token are made of, and what a client may take for it.
#[derive(Clone, Debug)]
pub(in crate::window) struct Material<'a> {
    pub(in crate::window) keys: KeySet,
    pub(in crate::window) own: Parts<'a>,
    pub(in crate::window) token_version_id: &'a str,
    pub(in crate::window) site_code: &'a str,
    pub(in crate::window) client_id: &'a str,
    pub(in crate::window) client_secret: &'a str,
    pub(in crate::window) institution_token: &'a str,
    /// Of other tokens, the newest first.
    pub(in crate::window) others: Vec<Parts<'a>>,
}

/// The three texts of the rule.
#[derive(Clone, Copy, Debug)]
pub(in crate::window) struct Parts<'a> {
    pub(in crate::window) req_dtim: &'a str,
    pub(in crate::window) req_no: &'a str,
    pub(in crate::window) token_val: &'a str,
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
