//! The fields of the sealed JSON, by NICE's rules. They know nothing of what was issued.

use serde_json::{Map, Value};

use crate::{
    browser::{
        Method,
        fault::Fault,
        notice::{self, Notice},
        return_url::{self, Refused, ReturnUrl},
    },
    cp949,
};

/// The fields that NICE reads.
pub(super) const FIELDS: [&str; 9] = [
    "requestno",
    "returnurl",
    "sitecode",
    "authtype",
    "mobilceco",
    "businessno",
    "methodtype",
    "popupyn",
    "receivedata",
];

/// One measure for all lengths: bytes of CP949.
fn within(field: &str, text: &str, max: usize) -> Result<(), Fault> {
    let length = cp949::length(text);
    if length > max {
        return Err(Fault::too_long(field, length, max));
    }
    Ok(())
}

/// The sealed JSON object.
pub(crate) struct Fields(pub(crate) Map<String, Value>);

impl Fields {
    pub(super) fn optional(&self, field: &'static str, max: usize) -> Result<String, Fault> {
        let text = match self.0.get(field) {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text,
            Some(_) => return Err(Fault::not_text(field)),
        };
        if max != usize::MAX {
            within(field, text, max)?;
        }
        Ok(text.to_owned())
    }

    pub(super) fn required(&self, field: &'static str, max: usize) -> Result<String, Fault> {
        let text = self.optional(field, max)?;
        if text.is_empty() {
            let near = notice::nearly_right(self.names(), &FIELDS, field);
            return Err(Fault::no_field(field, near));
        }
        Ok(text)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn one_of(&self, field: &'static str, list: &'static str) -> Result<String, Fault> {
        let text = self.optional(field, usize::MAX)?;
        if text.is_empty() || list.split(", ").any(|allowed| allowed == text) {
            Ok(text)
        } else {
            Err(Fault::not_one_of(field, &text, list))
        }
    }

    pub(super) fn method(&self) -> Result<Option<Method>, Fault> {
        let text = self.optional("methodtype", usize::MAX)?;
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "get" => Ok(Some(Method::Get)),
            "post" => Ok(Some(Method::Post)),
            _ => Err(Fault::not_one_of("methodtype", &text, "get, post")),
        }
    }

    /// Where the window returns to.
    pub(super) fn return_url(&self) -> Result<ReturnUrl, Fault> {
        let returnurl = self.required("returnurl", usize::MAX)?;
        let trimmed = returnurl.trim();
        within("returnurl", trimmed, return_url::MAX_LENGTH)?;
        return_url::parse(trimmed).map_err(|refused| match refused {
            Refused::NotAbsolute => Fault::return_url(trimmed),
            Refused::Scheme(scheme) => Fault::return_scheme(&scheme),
        })
    }

    /// The token's `site_code`, where that is known.
    pub(super) fn site_code(&self, wanted: Option<&str>) -> Result<(), Fault> {
        let given = self.required("sitecode", 16)?;
        match wanted {
            Some(wanted) if given != wanted => Err(Fault::site_code(&given, wanted)),
            _ => Ok(()),
        }
    }

    /// What NICE takes, but may not do as meant.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        let mut notices = notice::of_unknown_names(self.names(), &FIELDS);
        let text = |field| {
            self.0
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let returnurl = text("returnurl");
        if returnurl.trim() != returnurl {
            notices.push(Notice::trimmed_return_url());
        }
        if text("requestno").is_empty() {
            notices.push(Notice::no_requestno());
        }
        if returnurl.contains('#') {
            notices.push(Notice::fragment());
        }
        notices
    }

    /// All that is wrong, whatever else is.
    pub(crate) fn faults(&self, site_code: Option<&str>) -> Vec<Fault> {
        let returnurl = self.return_url();
        let method = self.method();
        let app_by_post = match (&returnurl, &method) {
            (Ok(ReturnUrl::App { scheme, .. }), Ok(Some(Method::Post))) => {
                Some(Fault::app_scheme_by_post(scheme))
            }
            _ => None,
        };
        [
            self.optional("requestno", 30).err(),
            returnurl.err(),
            self.site_code(site_code).err(),
            self.one_of("authtype", "M, C, X, U, F, S").err(),
            self.one_of("mobilceco", "S, K, L").err(),
            self.optional("businessno", 10).err(),
            method.err(),
            self.one_of("popupyn", "Y, N").err(),
            self.optional("receivedata", usize::MAX).err(),
            app_by_post,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
