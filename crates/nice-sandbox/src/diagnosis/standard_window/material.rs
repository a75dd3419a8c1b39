//! What the keys of a token are made of.

use jiff::civil::DateTime;
use nice_crypto::KeySet;

/// What the keys of a token are made of, and what a client may take for it.
#[derive(Clone, Debug)]
pub(crate) struct Material<'a> {
    pub(crate) keys: KeySet,
    pub(crate) own: Parts<'a>,
    pub(crate) token_version_id: &'a str,
    pub(crate) site_code: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a str,
    pub(crate) institution_token: &'a str,
    /// Of other tokens, the newest first.
    pub(crate) others: Vec<Parts<'a>>,
}

/// The three texts of the rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) req_dtim: &'a str,
    pub(crate) req_no: &'a str,
    pub(crate) token_val: &'a str,
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
