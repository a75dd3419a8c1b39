//! Says what is wrong with what a developer pasted: forms, callbacks, requests
//! and answers of either API, or several of them. The knowledge is that of
//! `diagnosis` and of the catalogue of faults.
//!
//! What is pasted holds keys and a person's data: a [`Report`] repeats names of
//! fields, codes and lengths, and no value.

mod answers;
mod calls;
mod command;
mod evidence;
mod integrated;
mod page;
mod standard_window;
mod writing;

use std::fmt::Write;

use nice_crypto::language::Language;

use crate::{browser::fault::Fault, words::Both};

pub use command::ExplainArgs;
pub(crate) use page::routes;

use evidence::Evidence;

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 256 * 1024;

/// So many values of one kind are looked at: each may take a search.
const MOST: usize = 4;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    /// What was looked at and is right.
    right: Vec<Both>,
    /// What could not be looked at, and which value is missing for it.
    missing: Vec<Both>,
}

/// A mistake.
#[derive(Debug)]
struct Finding {
    /// A name for programs, as in `x-sandbox-fault`.
    code: &'static str,
    wrong: Vec<Both>,
    fix: Option<Both>,
}

impl Finding {
    /// Korean, then English.
    fn new(code: &'static str, wrong: impl Into<Both>, fix: [&str; 2]) -> Self {
        Self {
            code,
            wrong: vec![wrong.into()],
            fix: Some(fix.into()),
        }
    }
}

impl From<Fault> for Finding {
    /// For faults alone whose words hold no value of the caller's.
    fn from(fault: Fault) -> Self {
        let diagnosis = *fault.diagnosis;
        Self {
            code: fault.code,
            wrong: [vec![diagnosis.title], diagnosis.wrong].concat(),
            fix: Some(diagnosis.fix),
        }
    }
}

/// Reads what was pasted; at most [`LONGEST`] bytes of it. It may search for
/// some seconds: not for a thread that has others to answer.
#[must_use]
pub fn explain(pasted: &str) -> Report {
    let evidence = Evidence::read(&pasted[..pasted.floor_char_boundary(LONGEST)]);
    let mut report = Report::default();
    writing::check(&evidence, &mut report);
    calls::check(&evidence, &mut report);
    answers::check(&evidence, &mut report);
    standard_window::check(&evidence, &mut report);
    integrated::check(&evidence, &mut report);
    report
}

impl Report {
    fn found(&mut self, finding: Finding) {
        let is_known = |one: &Finding| one.code == finding.code && one.wrong == finding.wrong;
        if !self.findings.iter().any(is_known) {
            self.findings.push(finding);
        }
    }

    /// Korean, then English.
    fn right(&mut self, what: [&str; 2]) {
        self.right.push(what.into());
    }

    /// Korean, then English.
    fn missing(&mut self, what: [&str; 2]) {
        self.missing.push(what.into());
    }

    /// The names of the mistakes, as in `x-sandbox-fault`.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.findings.iter().map(|finding| finding.code)
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let of = |both: &Both| both.in_language(language).to_owned();
        let heading = |ko, en| of(&Both::new(ko, en));
        let mut text = String::new();
        for Finding { code, wrong, fix } in &self.findings {
            let _ = writeln!(text, "✗ {code}");
            for line in wrong.iter().chain(fix) {
                let is_fix = fix.as_ref().is_some_and(|fix| std::ptr::eq(fix, line));
                let mark = if is_fix { "→ " } else { "" };
                let _ = writeln!(text, "  {mark}{}", of(line));
            }
            text.push('\n');
        }
        for (heading, lines) in [
            (heading("맞는 것", "Right"), &self.right),
            (heading("확인하지 못한 것", "Not looked at"), &self.missing),
        ] {
            if !lines.is_empty() {
                let _ = writeln!(text, "{heading}:");
                for line in lines {
                    let _ = writeln!(text, "  - {}", of(line));
                }
            }
        }
        if self.findings.is_empty() {
            let _ = writeln!(text, "{}", of(&self.nothing_found()));
        }
        text
    }

    /// Why there is no finding.
    fn nothing_found(&self) -> Both {
        if self.right.is_empty() && self.missing.is_empty() {
            Both::new(
                "NICE의 값을 찾지 못했습니다. 창에 보내는 폼, 콜백의 쿼리, API의 요청과 응답을 그대로 붙여 넣으세요.",
                "No value of NICE's is in it. Paste a window form, a callback's query, a request or answer of the API, as they are.",
            )
        } else {
            Both::new("잘못된 것을 찾지 못했습니다.", "Nothing wrong was found.")
        }
    }
}
