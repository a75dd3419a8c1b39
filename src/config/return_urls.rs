//! `RETURN_URLS`: the addresses that NICE may send the browser back to.

use super::{Reader, Setting};
use crate::verification::{ReturnUrl, ReturnUrls};

/// An entry of `RETURN_URLS`.
#[derive(Clone, Debug)]
pub(super) enum ReturnEntry {
    /// `*`.
    AnyWeb,
    One(ReturnUrl),
}

/// Reads one entry.
pub(super) fn return_url(text: &str) -> Result<ReturnEntry, String> {
    if text == "*" {
        return Ok(ReturnEntry::AnyWeb);
    }
    ReturnUrl::configured(text)
        .map(ReturnEntry::One)
        .map_err(|error| error.to_string())
}

/// Callers have to send an address character for character, so a second
/// spelling is more likely an oversight than meant.
fn warn_of_twins(listed: &[ReturnUrl], name: &str, reader: &mut Reader) {
    for (index, url) in listed.iter().enumerate() {
        for twin in listed.iter().take(index) {
            let (one, other) = (twin.as_str(), url.as_str());
            if one == other {
                reader.warn(name, format_args!("{one} is listed twice; remove one"));
            } else if twin.is_same_place(url) {
                reader.warn(
                    name,
                    format_args!(
                        "{one} and {other} are one address in two spellings; \
                         list the one that callers send"
                    ),
                );
            }
        }
    }
}

/// All that are listed; in the sandbox `*`, or none, stands for any.
pub(super) fn return_urls(
    setting: &Setting<Vec<ReturnEntry>>,
    sandbox: bool,
    reader: &mut Reader,
) -> ReturnUrls {
    let (mut listed, mut any) = (Vec::new(), false);
    for entry in reader.take(setting) {
        match entry {
            ReturnEntry::AnyWeb => any = true,
            ReturnEntry::One(url) => listed.push(url),
        }
    }
    warn_of_twins(&listed, &setting.name, reader);
    let nothing = listed.is_empty() && !any && setting.mistakes.is_empty();
    if sandbox && (any || nothing) {
        return ReturnUrls::AnyWeb;
    }
    if any {
        reader.mistake(
            &setting.name,
            "* is for the sandbox alone; list each address",
        );
    }
    if nothing {
        reader.mistake(
            &setting.name,
            "is missing; list the addresses that NICE may return to, \
             such as https://shop.example/nice/callback",
        );
    }
    let mut listed = listed.into_iter();
    ReturnUrls::Listed {
        // Without any, a mistake was noted above, so this is never used; and
        // it permits nothing.
        first: listed.next().unwrap_or_else(ReturnUrl::nowhere),
        others: listed.collect(),
    }
}
