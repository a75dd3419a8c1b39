//! The names in a body that are no field: those that are nearly one are
//! refused, the others reported.

use std::borrow::Cow;

use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};

use super::Shown;
use crate::verification::{FieldFault, Rule};

/// The names that were ignored, for the caller's developer.
pub(in crate::http) const X_UNKNOWN_FIELDS: HeaderName =
    HeaderName::from_static("x-unknown-fields");

/// How many unknown names are reported; the others are counted.
const MOST_REPORTED: usize = 10;

/// How many names are compared with those of the fields: a body of
/// thousands must not cost more than it takes to read.
const MOST_COMPARED: usize = 32;

/// The names of a body that are no field.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Those that are nearly a field's, as long as that field is absent.
    near: Vec<(Shown, &'static str)>,
    unknown: Vec<Shown>,
    seen: Vec<&'static str>,
    /// Those beyond [`MOST_COMPARED`].
    more: usize,
}

/// As in `foo, bar, 2 more`: the header and the log.
#[derive(Clone, Debug)]
pub(in crate::http) struct UnknownFields(pub(in crate::http) String);

impl Names {
    /// Notes the name of one member; `is_blank`: its value is null or empty.
    pub(super) fn note(&mut self, name: &str, known: &'static [&'static str], is_blank: bool) {
        if let Some(field) = known.iter().find(|field| **field == name) {
            if !is_blank {
                self.seen.reserve(known.len());
                self.seen.push(field);
            }
            return;
        }
        if self.near.len() + self.unknown.len() == MOST_COMPARED {
            self.more += 1;
            return;
        }
        let near = known.iter().find(|field| is_near(name, field));
        match near.filter(|_| !is_blank) {
            Some(field) => self.near.push((Shown::name(name), field)),
            None => self.unknown.push(Shown::name(name)),
        }
    }

    /// The result of parsing, with the names that are nearly right among the
    /// faults.
    pub(super) fn check<R>(
        &self,
        parsed: Result<R, Vec<FieldFault>>,
    ) -> Result<R, Vec<FieldFault>> {
        let meant: Vec<_> = self.meant().collect();
        if meant.is_empty() {
            return parsed;
        }
        let mut faults: Vec<_> = meant
            .iter()
            .map(|(sent, field)| match sent.text() {
                Some(name) => FieldFault {
                    field: Cow::Owned(name.to_owned()),
                    rule: Rule::Misspelt(field),
                },
                None => FieldFault {
                    field: Cow::Borrowed(field),
                    rule: Rule::StrayInName(field),
                },
            })
            .collect();
        faults.extend(parsed.err().unwrap_or_default());
        Err(faults)
    }

    /// Marks an answer with the names that were ignored.
    pub(super) fn mark(&self, mut answer: Response) -> Response {
        let Some(UnknownFields(names)) = self.ignored() else {
            return answer;
        };
        if let Ok(value) = HeaderValue::from_str(&names) {
            answer.headers_mut().insert(X_UNKNOWN_FIELDS, value);
        }
        answer.extensions_mut().insert(UnknownFields(names));
        answer
    }

    /// A right name beside it shows that a nearly right one is on purpose.
    fn meant(&self) -> impl Iterator<Item = &(Shown, &'static str)> {
        self.near
            .iter()
            .filter(|(_, field)| !self.seen.contains(field))
    }

    fn ignored(&self) -> Option<UnknownFields> {
        let beside = self
            .near
            .iter()
            .filter(|(_, field)| self.seen.contains(field));
        let mut names: Vec<&str> = Vec::new();
        let mut more = self.more;
        for shown in self.unknown.iter().chain(beside.map(|(shown, _)| shown)) {
            match shown.text() {
                Some(name) if names.contains(&name) => {}
                Some(name) if names.len() < MOST_REPORTED => names.push(name),
                Some(_) | None => more += 1,
            }
        }
        let counted = (more > 0).then(|| format!("{more} more"));
        let parts: Vec<&str> = names.into_iter().chain(counted.as_deref()).collect();
        (!parts.is_empty()).then(|| UnknownFields(parts.join(", ")))
    }
}

/// Equal but for case and separators, or a letter away from it (two from
/// eight letters up).
pub(in crate::http) fn is_near(name: &str, field: &str) -> bool {
    // No name of a field or a call is longer than 30 letters, which take three
    // bytes each at most.
    if name.len() > 90 {
        return false;
    }
    let (name, field) = (letters(name), letters(field));
    let allowed = match field.len() {
        ..6 => 0,
        6..8 => 1,
        8.. => 2,
    };
    name == field || distance(&name, &field) <= allowed
}

/// Lower case, without what separates words. Full-width letters, which a Korean
/// or Japanese keyboard may write, count as the usual ones.
fn letters(name: &str) -> Vec<char> {
    name.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !"_-.".contains(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// How many letters have to be inserted, left out, replaced or swapped with
/// the next (Damerau-Levenshtein, each place changed once).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &[
        "requestno",
        "returnurl",
        "sitecode",
        "authtype",
        "mobilceco",
        "methodtype",
        "popupyn",
        "receivedata",
        "reqNo",
        "enc_data",
    ];

    #[test]
    fn a_name_is_near_a_field_within_a_letter_or_two() {
        for (name, near) in [
            ("returnUrl", Some("returnurl")),
            ("return_url", Some("returnurl")),
            ("RETURN-URL", Some("returnurl")),
            ("returnurl ", Some("returnurl")),
            (" returnurl", Some("returnurl")),
            ("retrunurl", Some("returnurl")),
            ("mobileco", Some("mobilceco")),
            ("mobilecco", Some("mobilceco")),
            ("requestNo", Some("requestno")),
            ("recievedata", Some("receivedata")),
            ("popup_yn", Some("popupyn")),
            ("popupym", Some("popupyn")),
            ("popuyp", None),
            ("encData", Some("enc_data")),
            ("endData", Some("enc_data")),
            ("reqno", Some("reqNo")),
            ("ｒｅｔｕｒｎｕｒｌ", Some("returnurl")),
            ("ｒｅｔｕｒｎ＿Ｕｒｌ", Some("returnurl")),
            ("reqN", None),
            ("sitename", None),
            ("url", None),
            ("", None),
        ] {
            let found = KNOWN.iter().find(|field| is_near(name, field)).copied();
            assert_eq!(found, near, "{name}");
        }
    }
}
