//! What a window does, in JSON, for a test that acts as the browser.

use axum::{
    Json, Router,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method as HttpMethod, StatusCode,
        header::{ACCEPT, CACHE_CONTROL},
    },
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Method, codes::WindowFailure, fault::Fault};
use crate::{
    headers::{X_SANDBOX_FAULT, X_SANDBOX_NOTICE},
    words::Both,
};

/// Where the browser goes. It travels with the answer to a browser, so that the
/// two can't differ.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Told {
    /// It goes to `url`.
    Back {
        /// `true`.
        returned: bool,
        /// `GET`: all is in `url`. `POST`: `values` is the body.
        method: &'static str,
        url: String,
        values: Map<String, Value>,
        /// 2 if it goes twice.
        times: u8,
    },
    /// It stays where it is.
    Ended {
        /// `false`.
        returned: bool,
        /// A failure of the window; none if the person has given up.
        code: Option<&'static str>,
        message: Option<Both>,
    },
    /// It sees what is wrong with the request.
    Refused {
        fault: &'static str,
        title: Both,
        wrong: Vec<Both>,
        fix: Both,
    },
}

impl Told {
    pub(crate) fn back(
        method: Method,
        url: &str,
        values: &[(&'static str, &str)],
        times: u8,
    ) -> Self {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Self::Back {
            returned: true,
            method: match method {
                Method::Get => HttpMethod::GET.as_str(),
                Method::Post => HttpMethod::POST.as_str(),
            },
            url: url.to_owned(),
            values: values.collect(),
            times,
        }
    }

    pub(crate) fn ended(failure: Option<WindowFailure>) -> Self {
        Self::Ended {
            returned: false,
            code: failure.map(|failure| failure.digits),
            message: failure.map(|failure| Both::new(failure.ko, failure.en)),
        }
    }

    pub(crate) fn refused(fault: &Fault) -> Self {
        Self::Refused {
            fault: fault.code,
            title: fault.diagnosis.title.clone(),
            wrong: fault.diagnosis.all_wrong(),
            fix: fault.diagnosis.fix.clone(),
        }
    }

    pub(crate) fn beside(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

/// A window that answers in JSON if the request accepts nothing else.
pub(crate) fn in_json<S: Clone + Send + Sync + 'static>(window: Router<S>) -> Router<S> {
    window.layer(from_fn(async |request: Request, next: Next| {
        let is_program = takes_json_alone(request.headers());
        let mut response = next.run(request).await;
        match response.extensions_mut().remove::<Told>() {
            Some(told) if is_program => said(&told, &response),
            _ => response,
        }
    }))
}

/// Clients that accept JSON among others don't count: many send that with all
/// calls.
fn takes_json_alone(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .is_some_and(|accept| accept == "application/json")
}

fn said(told: &Told, response: &Response) -> Response {
    let status = match told {
        Told::Back { .. } | Told::Ended { .. } => StatusCode::OK,
        Told::Refused { .. } => response.status(),
    };
    let mut answer = (status, Json(told)).into_response();
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for name in [X_SANDBOX_FAULT, X_SANDBOX_NOTICE] {
        if let Some(value) = response.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    answer
}
