//! Sentences in both languages.

use serde::Serialize;

/// A sentence in Korean and English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Both {
    pub(crate) ko: String,
    pub(crate) en: String,
}

impl Both {
    pub(crate) fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ko: ko.into(),
            en: en.into(),
        }
    }
}

impl<T: Into<String>> From<[T; 2]> for Both {
    fn from([ko, en]: [T; 2]) -> Self {
        Self::new(ko, en)
    }
}

/// What a page shows of a text that the caller sent.
pub(crate) fn shown(text: &str) -> String {
    const MAX: usize = 60;
    let mut shown: String = text
        .chars()
        .take(MAX)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether two names differ by case, separators or a slip of the finger.
pub(crate) fn nearly_equal(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> Vec<char> {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (one, other) = (plain(one), plain(other));
    one == other || distance(&one, &other) <= if other.len() < 8 { 1 } else { 2 }
}

/// Damerau-Levenshtein: insertions, deletions, replacements and swaps of two
/// neighbours.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let differs = usize::from(one[i - 1] != other[j - 1]);
                let mut best = (rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
                    .min(rows[i - 1][j - 1] + differs);
                if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_case_and_separators_are_near() {
        for near in [
            "returnUrl",
            "return_url",
            "retrunurl",
            "RETURNURL",
            "returnur",
        ] {
            assert!(nearly_equal(near, "returnurl"), "{near}");
        }
        for far in ["return", "url", "sitecode", "returnaddress"] {
            assert!(!nearly_equal(far, "returnurl"), "{far}");
        }
    }
}
