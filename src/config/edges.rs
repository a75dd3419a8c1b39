//! Checks the edges of a setting's value and its invisible characters.
//!
//! Editors, shells, `.env` files and consoles leave line ends, quotes and
//! invisible characters. What can't be meant is taken off; all else that no
//! value holds is a mistake, told by what it is and where, never by the value.

/// A byte order mark in front of a file, from Windows.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A setting without what can't be meant: a byte order mark in front, blanks
/// and line ends around.
pub(super) fn trimmed(text: &str) -> &str {
    blanks_off(unmarked(text))
}

/// The same within a list, around an entry.
pub(super) fn blanks_off(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii_whitespace())
}

/// A secret without what can't be meant: a byte order mark in front and line
/// ends at the end. A blank may be a secret's own, so it stays.
pub(super) fn secret_trimmed(text: &str) -> &str {
    unmarked(text).trim_end_matches(['\r', '\n'])
}

fn unmarked(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// What no setting holds, as the end of a sentence: `"text" …`.
pub(super) fn check(text: &str) -> Result<(), String> {
    unseen(text)?;
    wrapped(text)?;
    let (first, last) = (starts_quoted(text), ends_quoted(text));
    match (first, last) {
        (true, true) => Err("has quotes around it; remove them".to_owned()),
        (true, false) => Err("has a quote at its beginning; remove it".to_owned()),
        (false, true) => Err("has a quote at its end; remove it".to_owned()),
        (false, false) => Ok(()),
    }
}

/// What no secret holds. A single quote may be part of one.
pub(super) fn check_secret(text: &str) -> Result<(), String> {
    for (edge, place) in [
        (text.chars().next(), "beginning"),
        (text.chars().next_back(), "end"),
    ] {
        let what = match edge {
            Some(' ') => "a space",
            Some('\t') => "a tab",
            Some('\n' | '\r') => "a line end",
            _ => continue,
        };
        return Err(format!("has {what} at its {place}; remove it"));
    }
    unseen(text)?;
    wrapped(text)?;
    let is_quoted = |text: &str| starts_quoted(text) && ends_quoted(text);
    if is_quoted(text) {
        return Err("has quotes around it; remove them".to_owned());
    }
    if text.split(',').map(blanks_off).any(is_quoted) {
        return Err("has quotes around an entry of its list; remove them".to_owned());
    }
    if text.starts_with(is_foreign_quote) || text.ends_with(is_foreign_quote) {
        return Err("has a curly quote at its beginning or end; remove it".to_owned());
    }
    Ok(())
}

/// Refuses what a spreadsheet, an `.env` file or a template puts around a value,
/// or leaves in its place.
fn wrapped(text: &str) -> Result<(), String> {
    let is_within = |before: &str, after: &str| {
        let inner = text.strip_prefix(before);
        inner.is_some_and(|inner| inner.strip_suffix(after).is_some())
    };
    if is_within("=\"", "\"") {
        return Err("has a spreadsheet's =\"…\" around it; remove it".to_owned());
    }
    let is_variable = |sign: char| {
        let name = text.trim_matches(sign);
        name != text && is_name_of_variable(name)
    };
    let templates = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">")];
    let is_unfilled = templates
        .iter()
        .any(|(before, after)| is_within(before, after));
    if is_unfilled || is_variable('$') || is_variable('%') {
        return Err("is a placeholder that nobody has filled in".to_owned());
    }
    if text
        .split_once('=')
        .is_some_and(|(name, _)| is_name_of_variable(name.strip_prefix("export ").unwrap_or(name)))
    {
        return Err("begins with the name of a variable and =; write the value alone".to_owned());
    }
    Ok(())
}

/// As all settings are called: in upper case, of several words.
fn is_name_of_variable(text: &str) -> bool {
    text.contains('_')
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Refuses invisible characters, and a line end written as backslash and
/// letter.
fn unseen(text: &str) -> Result<(), String> {
    if text.ends_with("\\n") || text.ends_with("\\r") {
        return Err("ends in a backslash and a letter, not in a line end; remove both".to_owned());
    }
    for (index, c) in text.chars().enumerate() {
        let position = index + 1;
        if matches!(c, '\n' | '\r') {
            return Err(format!(
                "has a second line after character {index}; write one line"
            ));
        }
        if let Some(what) = name_of_unseen(c) {
            let code = u32::from(c);
            return Err(format!(
                "contains U+{code:04X} ({what}) at character {position}; remove it"
            ));
        }
    }
    Ok(())
}

fn name_of_unseen(c: char) -> Option<&'static str> {
    Some(match c {
        '\0' => "NUL",
        '\t' => "a tab",
        '\u{a0}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{200b}' => "a zero-width space",
        '\u{200c}' => "a zero-width non-joiner",
        '\u{200d}' => "a zero-width joiner",
        '\u{200e}' | '\u{200f}' | '\u{61c}' => "a mark of direction",
        '\u{2060}' => "a word joiner",
        BYTE_ORDER_MARK => "a byte order mark",
        '\u{fffd}' => "a character that could not be read",
        // They take room, and show nothing.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' => "a blank filler",
        c if c.is_control() => "a control character",
        c if c.is_whitespace() && c != ' ' => "a space that is not ASCII",
        c if !is_printable(c) => "an invisible character",
        _ => return None,
    })
}

/// As the standard library's `Debug` sees it.
fn is_printable(c: char) -> bool {
    !c.escape_debug().eq(c.escape_unicode())
}

/// With or without the backslash of JSON inside JSON.
fn starts_quoted(text: &str) -> bool {
    text.trim_start_matches('\\').starts_with(is_quote)
}

fn ends_quoted(text: &str) -> bool {
    text.ends_with(is_quote)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`') || is_foreign_quote(c)
}

/// From a word processor, a chat, or a Korean or Japanese keyboard.
fn is_foreign_quote(c: char) -> bool {
    matches!(
        c,
        '\u{2018}'..='\u{201f}'
            | '\u{2032}'
            | '\u{2033}'
            | '\u{2039}'
            | '\u{203a}'
            | '«'
            | '»'
            | '´'
            | '\u{300c}'..='\u{300f}'
            | '\u{301d}'..='\u{301f}'
            | '＂'
            | '＇'
            | '｀'
            | '｢'
            | '｣'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_and_what_stands_in_addresses_passes() {
        for text in [
            "https://쇼핑몰.한국/본인 인증?a=b&c=%20#d",
            "info,member_verification[{name=\"x\"}]=debug",
            "o'clock",
            "a=b",
            "$x_y",
            "100%",
            "<a>b",
            "홍길동/é/漢/かな",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
            assert_eq!(check_secret(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn each_character_that_does_not_show_is_told_with_its_place() {
        for c in ('\u{200b}'..='\u{200f}')
            .chain('\u{2060}'..='\u{2064}')
            .chain('\u{2000}'..='\u{200a}')
            .chain('\u{2028}'..='\u{202f}')
            .chain('\u{80}'..='\u{a0}')
            .chain('\u{1}'..='\u{8}')
            .chain(['\u{feff}', '\u{3000}', '\u{ad}', '\u{fe0f}', '\u{e000}'])
            .chain(['\u{7f}', '\u{0}', '\u{3164}', '\u{1680}', '\u{e0041}'])
        {
            let what = format!("contains U+{:04X} (", u32::from(c));
            for text in [format!("abc{c}d"), format!("abc{c}"), format!("{c}abc")] {
                for told in [check(&text), check_secret(&text)] {
                    let told = told.unwrap_err();
                    assert!(told.starts_with(&what), "{told}");
                    let place = text.chars().position(|one| one == c).unwrap() + 1;
                    assert!(told.contains(&format!(" character {place};")), "{told}");
                }
            }
        }
    }
}
