//! The form of a known mistake.

/// A mistake that others have made before.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Its name in `x-sandbox-fault`.
    pub(super) code: &'static str,
    /// What was done, in Korean and English.
    pub(super) wrong: [&'static str; 2],
}

pub(super) const fn mistake(code: &'static str, ko: &'static str, en: &'static str) -> Mistake {
    Mistake {
        code,
        wrong: [ko, en],
    }
}

/// A value, and the mistakes that lead to it; none for the right value.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) mistakes: Vec<&'static Mistake>,
    pub(super) bytes: Vec<u8>,
    /// Of a kind with too many members to be combined with other mistakes.
    pub(super) alone: bool,
}

impl Made {
    pub(super) fn rightly(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            mistakes: Vec::new(),
            bytes: bytes.into(),
            alone: false,
        }
    }

    pub(super) fn by(mistake: &'static Mistake, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            mistakes: vec![mistake],
            bytes: bytes.into(),
            alone: ALONE.contains(&mistake.code),
        }
    }

    /// This one's mistakes and another's.
    pub(super) fn then(&self, other: &Self) -> Vec<&'static Mistake> {
        [self.mistakes.as_slice(), &other.mistakes].concat()
    }
}

/// The mistakes with very many variants.
const ALONE: [&str; 5] = [
    "kdf_separator",
    "kdf_req_no_changed",
    "kdf_req_dtim_other",
    "kdf_other_token",
    "hmac_key_wrong_slice",
];

/// How many mistakes at once are looked for: more are not worth the search.
pub(super) const MOST: usize = 2;
