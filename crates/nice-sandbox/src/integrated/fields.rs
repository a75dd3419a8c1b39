//! The JSON of the calls.

use axum::{
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Map, Value};

use super::answer::Answer;
use crate::{
    browser::notice::{self, Notice},
    not_json,
};

/// A field's name, and the names of what may be wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) missing: &'static str,
    pub(super) not_text: &'static str,
    pub(super) not_a_list: &'static str,
    pub(super) too_long: &'static str,
}

macro_rules! field {
    ($name:literal) => {
        Field {
            name: $name,
            missing: concat!($name, "_missing"),
            not_text: concat!($name, "_not_text"),
            not_a_list: concat!($name, "_not_a_list"),
            too_long: concat!($name, "_too_long"),
        }
    };
}

pub(super) const GRANT_TYPE: Field = field!("grant_type");
pub(super) const REQUEST_NO: Field = field!("request_no");
pub(super) const RETURN_URL: Field = field!("return_url");
pub(super) const CLOSE_URL: Field = field!("close_url");
pub(super) const SVC_TYPES: Field = field!("svc_types");
pub(super) const METHOD_TYPE: Field = field!("method_type");
pub(super) const EXP_MODS: Field = field!("exp_mods");
pub(super) const TRANSACTION_ID: Field = field!("transaction_id");
pub(super) const WEB_TRANSACTION_ID: Field = field!("web_transaction_id");

/// What NICE takes as `request_no`, in bytes.
const REQUEST_NO_LENGTHS: std::ops::RangeInclusive<usize> = 20..=50;

/// The body of a call.
#[derive(Debug)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) const fn of(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    pub(super) fn read(body: Result<Bytes, BytesRejection>) -> Result<Self, Answer> {
        let refused = |fault| Answer::refused("3001", fault);
        let body = body.map_err(|rejection| {
            refused(match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => "body_too_long",
                _ => "body_unreadable",
            })
        })?;
        if body.is_empty() {
            return Err(refused("body_missing"));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(refused("body_not_an_object")),
            Err(_) => Err(refused(not_json::shape(&body))),
        }
    }

    /// What is doubtful in how the call came, and the names that NICE doesn't know.
    pub(super) fn notices(&self, headers: &HeaderMap, known: &[Field]) -> Vec<Notice> {
        let names: Vec<_> = known.iter().map(|field| field.name).collect();
        let mut notices = notice::of_unknown_names(self.0.keys().map(String::as_str), &names);
        let is_json = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| {
                kind.trim()
                    .to_ascii_lowercase()
                    .starts_with("application/json")
            });
        if !is_json {
            notices.push(Notice::not_json());
        }
        if !headers.contains_key("x-intc-devlang") {
            notices.push(Notice::no_devlang());
        }
        notices
    }

    /// A text that has to be there.
    pub(super) fn required(&self, field: Field) -> Result<&str, Answer> {
        self.optional(field)?
            .ok_or_else(|| Answer::refused("1002", field.missing))
    }

    /// A text; an empty one counts as absent.
    pub(super) fn optional(&self, field: Field) -> Result<Option<&str>, Answer> {
        match self.0.get(field.name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Answer::refused("1002", field.not_text)),
        }
    }

    /// A list of texts, if there is one.
    pub(super) fn list(&self, field: Field) -> Result<Option<Vec<&str>>, Answer> {
        let list = match self.0.get(field.name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(Answer::refused("1002", field.not_a_list)),
        };
        list.iter()
            .map(|value| {
                value
                    .as_str()
                    .ok_or_else(|| Answer::refused("1002", field.not_text))
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// The number of a verification, within NICE's lengths.
    pub(super) fn request_no(&self) -> Result<&str, Answer> {
        let request_no = self.required(REQUEST_NO)?;
        match request_no.len() {
            length if REQUEST_NO_LENGTHS.contains(&length) => Ok(request_no),
            length if length < *REQUEST_NO_LENGTHS.start() => {
                Err(Answer::refused("1002", "request_no_too_short"))
            }
            _ => Err(Answer::refused("1002", REQUEST_NO.too_long)),
        }
    }

    /// The number of the call for a token, whose length NICE doesn't look at.
    pub(super) fn unchecked_request_no(&self, notices: &mut Vec<Notice>) -> Result<&str, Answer> {
        let request_no = self.required(REQUEST_NO)?;
        if !REQUEST_NO_LENGTHS.contains(&request_no.len()) {
            notices.push(Notice::request_no_length(request_no.len()));
        }
        Ok(request_no)
    }

    pub(super) fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap_or_default()
    }
}
