//! Explains what a developer pastes: a form, a callback, calls and answers, keys; names each
//! mistake and its fix, and shows none of the values.

mod answers;
pub mod command;
mod evidence;
mod facts;
mod integrated;
pub(crate) mod page;
mod standard_window;

use std::fmt::Write;

use nice_crypto::language::Language;

use crate::{
    browser::{fault::Fault, notice::Notice},
    words::{Both, nearly_equal},
};
use evidence::Evidence;
use facts::Facts;

/// What was found.
#[derive(Debug, Default)]
pub struct Told {
    pub(crate) faults: Vec<Fault>,
    /// What NICE takes, but may not do as meant.
    pub(crate) doubts: Vec<Both>,
    pub(crate) needs: Vec<Both>,
    pub(crate) checked: Vec<Both>,
}

/// Explains these bytes. A search for what is wrong takes up to some seconds.
#[must_use]
pub fn explain(input: &[u8]) -> Told {
    let evidence = Evidence::read(input);
    let facts = Facts::of(&evidence);
    let mut told = Told::default();
    standard_window::headers(&evidence, &mut told);
    standard_window::documents(&evidence, &mut told);
    integrated::documents(&evidence, &mut told);
    if facts.has("transaction_id") || facts.has("ticket") {
        integrated::result(&facts, &mut told);
    } else {
        standard_window::window(&evidence, &facts, &mut told);
        standard_window::keys(&facts, &mut told);
    }
    answers::codes(&evidence, &facts, &mut told);
    answers::text(&evidence, &facts, &mut told);
    told
}

impl Told {
    /// Whether nothing is wrong with what could be checked.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }

    /// The codes of what is wrong.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.faults.iter().map(|fault| fault.code)
    }

    /// Once, however often it is found.
    fn fault(&mut self, fault: Fault) {
        let is_known = |known: &Fault| {
            known.code == fault.code && known.diagnosis.wrong == fault.diagnosis.wrong
        };
        if !self.faults.iter().any(is_known) {
            self.faults.push(fault);
        }
    }

    fn faults(&mut self, fault: Option<Fault>) {
        if let Some(fault) = fault {
            self.fault(fault);
        }
    }

    /// An unknown name may be anything, even a person's name, so it isn't
    /// shown.
    fn notice(&mut self, notice: Notice) {
        if notice.code != "field_unknown" {
            self.doubts.push(notice.text);
        }
    }

    fn misspelt<'a>(&mut self, names: impl Iterator<Item = &'a str>, known: &[&str]) {
        for name in names.filter(|name| !known.contains(name)) {
            if let Some(meant) = known.iter().find(|meant| nearly_equal(name, meant)) {
                let Both { ko, en } = Notice::misspelt(name, meant).text;
                self.fault(Fault::new(
                    "field_misspelt",
                    ["이름이 틀렸습니다", "A name is misspelt"],
                    [&ko, &en],
                    [
                        &format!("{meant} (으)로 고치세요. 대소문자와 밑줄까지 같아야 합니다."),
                        &format!("Write {meant}, with the same case and underscores."),
                    ],
                ));
            }
        }
    }

    fn need(&mut self, ko: &str, en: &str) {
        self.needs.push(Both::new(ko, en));
    }

    fn checked(&mut self, ko: &str, en: &str) {
        self.checked.push(Both::new(ko, en));
    }

    /// As the command prints it.
    #[must_use]
    pub fn in_words(&self, languages: &[Language]) -> String {
        let mut text = String::new();
        for (index, language) in languages.iter().enumerate() {
            if index > 0 {
                text.push_str("\n---\n\n");
            }
            let one = |both: &Both| match language {
                Language::Korean => both.ko.clone(),
                Language::English => both.en.clone(),
            };
            let say = |ko: &str, en: &str| one(&Both::new(ko, en));
            for Fault {
                code, diagnosis, ..
            } in &self.faults
            {
                let _ = writeln!(text, "✗ {} [{code}]", one(&diagnosis.title));
                for wrong in &diagnosis.wrong {
                    let _ = writeln!(text, "  {}", one(wrong));
                }
                let _ = writeln!(text, "  → {}\n", one(&diagnosis.fix));
            }
            for doubt in &self.doubts {
                let _ = writeln!(text, "! {}", one(doubt));
            }
            for need in &self.needs {
                let _ = writeln!(text, "? {}", one(need));
            }
            let checked: Vec<String> = self.checked.iter().map(one).collect();
            if checked.is_empty() && self.faults.is_empty() && self.needs.is_empty() {
                let _ = writeln!(text, "{}", one(&nothing_to_read()));
            } else if self.is_right() {
                let _ = writeln!(
                    text,
                    "{}",
                    say("잘못된 것을 찾지 못했습니다.", "Nothing wrong was found.")
                );
            }
            if !checked.is_empty() {
                let begin = say("확인한 것: ", "Checked: ");
                let _ = writeln!(text, "{begin}{}", checked.join("; "));
            }
        }
        text
    }
}

pub(crate) fn nothing_to_read() -> Both {
    Both::new(
        "알아볼 수 있는 값이 없습니다. 표준창 폼이나 콜백의 쿼리, NICE에 보낸 요청과 받은 응답(헤더와 JSON)을 그대로 붙여 넣으세요.",
        "No known value was found. Paste the window's form or the callback's query, the calls to NICE and its answers (headers and JSON), as they are.",
    )
}
