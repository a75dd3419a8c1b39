//! What `explain` says of what developers paste: each mistake is made here by hand, apart
//! from the product's own code.

mod integrated;
mod standard_window;
mod ways_in;

use std::fmt::Write;

use member_verification::{language::Language, sandbox::explain::explain};

const LANGUAGES: [Language; 2] = [Language::Korean, Language::English];

/// The names of what is wrong with it.
fn codes(text: &str) -> Vec<&'static str> {
    explain(text.as_bytes()).codes().collect()
}

/// It names this mistake, in both languages, and shows none of the values.
fn names(text: &str, code: &str, values: &[&str]) {
    assert!(codes(text).contains(&code), "{code}: {:?}", codes(text));
    let printed = explain(text.as_bytes()).in_words(&LANGUAGES);
    assert_eq!(
        printed.matches(&format!("[{code}]")).count(),
        2,
        "{printed}"
    );
    for value in values.iter().filter(|value| !value.is_empty()) {
        assert!(!printed.contains(value), "{code} shows {value}: {printed}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
