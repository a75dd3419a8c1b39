//! What NICE was asked, seen from NICE's side.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, header::CONNECTION},
    middleware::Next,
    response::Response,
};
use member_verification::nice::path;
use serde_json::Value;

use super::{expectation::Call, scene::Upstream};

/// Notes each call; clones share the notes.
#[derive(Clone)]
pub(crate) struct Recorder {
    manner: Upstream,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Default)]
struct Notes {
    calls: Vec<Call>,
    req_nos: HashSet<String>,
    repeated: Option<String>,
}

impl Recorder {
    pub(crate) fn new(manner: Upstream) -> Self {
        Self {
            manner,
            notes: Arc::default(),
        }
    }

    /// The calls since the last look, in their order; an error when one of
    /// them had the `req_no` of another.
    pub(crate) fn take(&self) -> Result<Vec<Call>, String> {
        let mut notes = self.notes.lock().unwrap();
        match notes.repeated.take() {
            Some(req_no) => Err(format!("the req_no {req_no} came twice")),
            None => Ok(std::mem::take(&mut notes.calls)),
        }
    }

    fn note(&self, path: &str, body: &[u8]) {
        let mut notes = self.notes.lock().unwrap();
        match path {
            path::INSTITUTION_TOKEN => notes.calls.push(Call::InstitutionToken),
            path::CRYPTO_TOKEN => {
                notes.calls.push(Call::CryptoToken);
                let body: Value = serde_json::from_slice(body).unwrap();
                let req_no = body["dataBody"]["req_no"].as_str().unwrap().to_owned();
                if !notes.req_nos.insert(req_no.clone()) {
                    notes.repeated = Some(req_no);
                }
            }
            _ => {}
        }
    }
}

/// The layer around the sandbox.
pub(crate) async fn record(
    State(recorder): State<Recorder>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap_or_default();
    recorder.note(parts.uri.path(), &bytes);
    let request = Request::from_parts(parts, Body::from(bytes));
    let mut response = next.run(request).await;
    if recorder.manner == Upstream::Closes {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}
