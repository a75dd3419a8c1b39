//! What came with the query and the form, as one.

use std::collections::HashMap;

use axum::http::{HeaderMap, header::CONTENT_TYPE};
use url::form_urlencoded;

use super::fault::Fault;

/// The sandbox's own parameters begin with this.
pub(crate) const SANDBOX: &str = "sandbox_";

/// Query and form together; the form wins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(crate) fn read(
        query: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Fault> {
        let mut all = Self::default();
        all.add(query.unwrap_or_default().as_bytes());
        if !body.is_empty() {
            let content_type = headers
                .get(CONTENT_TYPE)
                .map_or("", |value| value.to_str().unwrap_or("?"));
            let essence = content_type.split(';').next().unwrap_or_default().trim();
            let is_form = essence.eq_ignore_ascii_case("application/x-www-form-urlencoded");
            if !is_form && !essence.is_empty() {
                return Err(Fault::not_a_form(essence));
            }
            all.add(body);
        }
        Ok(all)
    }

    fn add(&mut self, encoded: &[u8]) {
        for (name, value) in form_urlencoded::parse(encoded) {
            self.0.insert(name.into_owned(), value.into_owned());
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// The value as it came; empty counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// The value of `sandbox_<name>`.
    pub(crate) fn sandbox(&self, name: &str) -> Option<&str> {
        self.text(&format!("{SANDBOX}{name}"))
    }

    /// Base64, in which a `+` may have become a space on its way.
    pub(crate) fn base64(&self, parameter: &'static str) -> Result<String, Fault> {
        let text = self.required(parameter)?;
        if text.contains('%') {
            return Err(Fault::encoded_twice(parameter));
        }
        if text.contains(['\r', '\n']) {
            return Err(Fault::line_breaks(parameter));
        }
        Ok(text.replace(' ', "+"))
    }

    pub(crate) fn required(&self, parameter: &'static str) -> Result<&str, Fault> {
        self.text(parameter)
            .ok_or_else(|| Fault::missing(parameter))
    }

    /// All that came, in no order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names of the sandbox's own parameters that have a value, without
    /// their beginning.
    pub(crate) fn sandbox_names(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, _)| name.strip_prefix(SANDBOX))
    }
}
