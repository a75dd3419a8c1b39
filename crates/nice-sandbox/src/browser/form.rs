//! What a person chooses and changes in a window.

use super::parameters::Parameters;

/// A phone company, by the number that results have for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carrier {
    pub(crate) number: &'static str,
    pub(crate) name: &'static str,
    /// Of one without a network of its own.
    pub(crate) small: &'static str,
}

const fn carrier(number: &'static str, name: &'static str, small: &'static str) -> Carrier {
    Carrier {
        number,
        name,
        small,
    }
}

pub(crate) const CARRIERS: [Carrier; 6] = [
    carrier("1", "SKT", ""),
    carrier("2", "KT", ""),
    carrier("3", "LG U+", ""),
    carrier("5", "SKT", "알뜰폰 MVNO"),
    carrier("6", "KT", "알뜰폰 MVNO"),
    carrier("7", "LG U+", "알뜰폰 MVNO"),
];

/// A field that a person may change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edit<'a> {
    pub(crate) field: &'static str,
    pub(crate) ko: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) value: &'a str,
    pub(crate) numeric: bool,
}

impl<'a> Edit<'a> {
    pub(crate) fn of(
        field: &'static str,
        ko: &'static str,
        hint: &'static str,
        parameters: &'a Parameters,
    ) -> Self {
        Self {
            field,
            ko,
            hint,
            value: parameters.sandbox(field).unwrap_or_default(),
            numeric: !matches!(field, "name" | "ci" | "ci2" | "di"),
        }
    }
}
