//! `RESULT_FIELDS`: which fields of a result the shop receives.

use serde_json::{Map, Value};

use super::VerificationResult;

/// The names of the fields that are kept.
#[derive(Clone, Debug)]
pub struct KeptFields(Vec<&'static str>);

impl KeptFields {
    /// What may be listed.
    pub const NAMES: [&'static str; 27] = [
        "reqNo",
        "responseno",
        "enctime",
        "sitecode",
        "authtype",
        "name",
        "birthdate",
        "gender",
        "nationalinfo",
        "mobileco",
        "mobileno",
        "ci",
        "di",
        "businessno",
        "ci2",
        "ci_update",
        "vnumber",
        "age_code",
        "auth_method",
        "receivedata",
        "age",
        "matches",
        "ciHash",
        "ciHashes",
        "diHash",
        "diHashes",
        "repeated",
    ];

    /// What is in every answer: the shop's own `reqNo`, and what the call
    /// itself has asked for.
    const ALWAYS: [&'static str; 3] = ["reqNo", "matches", "repeated"];

    /// The field of this name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static str> {
        Self::NAMES.into_iter().find(|known| *known == name)
    }

    /// Keeps these, all of them [`named`](Self::named).
    #[must_use]
    pub const fn new(names: Vec<&'static str>) -> Self {
        Self(names)
    }

    /// The fields that are kept, as JSON.
    pub(super) fn of(&self, result: &VerificationResult) -> Vec<u8> {
        let Ok(Value::Object(fields)) = serde_json::to_value(result) else {
            unreachable!("a struct is always an object");
        };
        let is_kept = |name: &str| Self::ALWAYS.contains(&name) || self.0.contains(&name);
        let kept: Map<String, Value> = fields
            .into_iter()
            .filter(|(name, _)| is_kept(name))
            .collect();
        Value::Object(kept).to_string().into_bytes()
    }
}

impl VerificationResult {
    /// The answer: all fields, or those that are kept.
    #[must_use]
    pub fn to_json(&self, kept: Option<&KeptFields>) -> Vec<u8> {
        match kept {
            Some(kept) => kept.of(self),
            None => serde_json::to_vec(self)
                .unwrap_or_else(|_| unreachable!("a struct of texts is always JSON")),
        }
    }
}
