//! What a person chooses and changes in a window: the same form in either API's.

use jiff::Timestamp;
use nice_crypto::clock::KST;

use super::{
    codes::{CODES, WindowFailure},
    notice::Notice,
    outcome::Choice,
    pages::time_of_day,
    parameters::Parameters,
    return_url::ReturnUrl,
};
use crate::people::{PERSONAS, Persona};

/// What the parts of the page in `pages/window` show.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    /// Who asks, and until when it may be answered.
    pub(crate) returnurl: &'a ReturnUrl,
    pub(crate) ends: String,
    pub(crate) notices: &'a [Notice],
    pub(crate) personas: [Persona; 9],
    this_year: i16,
    pub(crate) carriers: [Carrier; 6],
    mobileco: &'a str,
    pub(crate) edits: Vec<Edit<'a>>,
    pub(crate) outcomes: &'static [Choice],
    pub(crate) codes: [WindowFailure; 31],
    outcome: &'a str,
    pub(crate) resultcode: &'a str,
    /// What the code of a failure is called.
    pub(crate) resultcode_name: &'static str,
    pub(crate) has_cancel: bool,
}

/// What differs between the two windows.
#[derive(Debug)]
pub(crate) struct Differences<'a> {
    pub(crate) returnurl: &'a ReturnUrl,
    pub(crate) ends_at: Timestamp,
    pub(crate) notices: &'a [Notice],
    /// The carrier that is chosen at first, or none.
    pub(crate) mobileco: &'a str,
    pub(crate) edits: Vec<Edit<'a>>,
    pub(crate) outcomes: &'static [Choice],
    pub(crate) resultcode_name: &'static str,
    pub(crate) has_cancel: bool,
}

impl<'a> Form<'a> {
    pub(crate) fn new(window: Differences<'a>, parameters: &'a Parameters, now: Timestamp) -> Self {
        Self {
            returnurl: window.returnurl,
            ends: time_of_day(window.ends_at),
            notices: window.notices,
            personas: PERSONAS,
            this_year: KST.to_datetime(now).year(),
            carriers: CARRIERS,
            mobileco: window.mobileco,
            edits: window.edits,
            outcomes: window.outcomes,
            codes: CODES,
            outcome: parameters.sandbox("outcome").unwrap_or("success"),
            resultcode: parameters.sandbox("resultcode").unwrap_or_default(),
            resultcode_name: window.resultcode_name,
            has_cancel: window.has_cancel,
        }
    }

    pub(crate) fn is_outcome(&self, name: &str) -> bool {
        self.outcome == name
    }

    pub(crate) fn is_carrier(&self, number: &str) -> bool {
        self.mobileco == number
    }

    pub(crate) fn is_edited(&self) -> bool {
        self.edits.iter().any(|edit| !edit.value.is_empty())
    }

    pub(crate) fn birthdate(&self, persona: &Persona) -> String {
        persona.birthdate(self.this_year)
    }
}

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
