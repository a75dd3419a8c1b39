//! What the pieces say, by NICE's names.

use serde_json::{Map, Value};

use super::evidence::Evidence;
use crate::diagnosis::standard_window::Parts;

/// A crypto token's call and answer.
#[derive(Clone, Default)]
pub(super) struct CryptoToken {
    pub(super) req_dtim: String,
    pub(super) req_no: String,
    pub(super) token_val: String,
    pub(super) token_version_id: String,
    pub(super) site_code: String,
}

impl CryptoToken {
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            req_dtim: self.req_dtim.trim(),
            req_no: self.req_no.trim(),
            token_val: self.token_val.trim(),
        }
    }

    fn place(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "req_dtim" => &mut self.req_dtim,
            "req_no" => &mut self.req_no,
            "token_val" => &mut self.token_val,
            "token_version_id" => &mut self.token_version_id,
            "site_code" => &mut self.site_code,
            _ => return None,
        })
    }

    fn is_whole(&self) -> bool {
        let parts = [&self.req_dtim, &self.req_no, &self.token_val];
        parts.iter().all(|part| !part.is_empty())
    }
}

/// All names with their values, in the order of the text.
pub(super) struct Facts(Vec<(String, String)>);

impl Facts {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let mut all = Vec::new();
        for document in &evidence.documents {
            flatten(document, &mut all);
        }
        let pairs = evidence.pairs.iter();
        all.extend(pairs.map(|pair| (pair.name.clone(), pair.value.clone())));
        all.retain(|(_, value)| !value.is_empty());
        Self(all)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(own, _)| own == name);
        named.map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The crypto tokens that are known wholly: each answer with the call before it.
    pub(super) fn tokens(&self) -> Vec<CryptoToken> {
        let mut tokens: Vec<CryptoToken> = Vec::new();
        let mut now = CryptoToken::default();
        for (name, value) in &self.0 {
            let Some(known) = now.place(name).map(|place| place.clone()) else {
                continue;
            };
            // The next call begins, or a form names a token that was before.
            if !known.is_empty() && known != *value && now.is_whole() {
                let before = std::mem::take(&mut now);
                if name == "req_no" {
                    // Two calls in one second.
                    now.req_dtim.clone_from(&before.req_dtim);
                }
                tokens.push(before);
            }
            if let Some(place) = now.place(name) {
                place.clone_from(value);
            }
        }
        if now.is_whole() {
            tokens.push(now);
        }
        tokens
    }
}

/// Of all levels; a number as its text.
fn flatten(document: &Map<String, Value>, all: &mut Vec<(String, String)>) {
    for (name, value) in document {
        match value {
            Value::String(text) => all.push((name.clone(), text.clone())),
            Value::Number(number) => all.push((name.clone(), number.to_string())),
            Value::Object(inner) => flatten(inner, all),
            _ => {}
        }
    }
}
