//! Prints one line per check.

use crate::{
    cli::print,
    nice::{NiceError, Outcome},
};

#[derive(Debug, Default)]
pub(super) struct Report {
    failures: usize,
}

pub(super) fn ok(what: &str, detail: &str) {
    print::to_stdout(&format!("ok     {what:<18} {detail}"));
}

impl Report {
    /// Reports a failure; `detail` says what is wrong and how to fix it.
    pub(super) fn wrong(&mut self, what: &str, detail: &str) {
        self.failures += 1;
        print::to_stdout(&format!("WRONG  {what:<18} {detail}"));
    }

    pub(super) fn refused(&mut self, what: &str, error: &NiceError) {
        let remedy = match error.outcome() {
            Outcome::Refused(cause) => cause.remedy().en,
            Outcome::Unavailable | Outcome::TimedOut => "Try again shortly.",
        };
        self.wrong(what, &format!("{error}. {remedy}"));
    }

    pub(super) fn is_well(&self) -> bool {
        self.failures == 0
    }
}
