//! Prints one line per check.

use crate::{cli::print, nice::NiceError};

#[derive(Debug, Default)]
pub(super) struct Report {
    failures: usize,
    notes: usize,
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
        let remedy = error.remedy().unwrap_or("Try again shortly.");
        self.wrong(what, &format!("{error}. {remedy}"));
    }

    /// Reports what works, but isn't safe or isn't all.
    pub(super) fn note(&mut self, what: &str, detail: &str) {
        self.notes += 1;
        print::to_stdout(&format!("NOTE   {what:<18} {detail}"));
    }

    /// With `strict`, a note is a failure.
    pub(super) fn is_well(&self, strict: bool) -> bool {
        self.failures == 0 && !(strict && self.notes > 0)
    }
}
