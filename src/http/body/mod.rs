//! A request body: its declared type, its bytes, its fields.

mod bytes;
mod form;
mod json_object;
mod media_type;
mod names;
mod shown;
mod text;

use std::borrow::Cow;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use url::form_urlencoded;

pub use json_object::{JsonFault, Root};
pub use media_type::{Accepted, SentType, Unsupported};
pub(super) use names::{UnknownFields, X_UNKNOWN_FIELDS, is_near};
pub use shown::Shown;

use super::{failure::Failure, reason::Reason};
use crate::verification::FieldFault;
use media_type::Format;
use names::Names;

/// Long bodies that are read at the same time, on the routes of browsers and
/// on those of the shop's server: neither can lock out the other.
const LONG_AT_ONCE: usize = 128;

/// The permits for long bodies: with 64 KiB each, slow or hostile senders hold
/// at most 16 MiB.
#[derive(Debug)]
pub struct LongBodies {
    browsers: Semaphore,
    servers: Semaphore,
}

impl Default for LongBodies {
    fn default() -> Self {
        Self {
            browsers: Semaphore::new(LONG_AT_ONCE),
            servers: Semaphore::new(LONG_AT_ONCE),
        }
    }
}

/// The text of a body and the format that it was declared in.
#[derive(Debug)]
pub(super) struct TypedBody {
    format: Format,
    bytes: Vec<u8>,
}

/// The fields of a body, and the names in it that are no field.
pub(super) struct Sent<T> {
    pub(super) fields: T,
    names: Names,
}

impl TypedBody {
    /// From a browser, or a server that begins a verification.
    pub(super) async fn begin(request: Request, permits: &LongBodies) -> Result<Self, Failure> {
        Self::receive(request, Accepted::JsonOrForm, &permits.browsers).await
    }

    /// From NICE's window.
    pub(super) async fn form(request: Request, permits: &LongBodies) -> Result<Self, Failure> {
        Self::receive(request, Accepted::Form, &permits.browsers).await
    }

    /// From the shop's server, whose key has been checked.
    pub(super) async fn open(request: Request, permits: &LongBodies) -> Result<Self, Failure> {
        Self::receive(request, Accepted::JsonOrForm, &permits.servers).await
    }

    async fn receive(
        request: Request,
        accepted: Accepted,
        permits: &Semaphore,
    ) -> Result<Self, Failure> {
        let format = media_type::declared(request.headers(), accepted)
            .map_err(Reason::UnsupportedMediaType)?;
        let bytes = bytes::read(request, permits).await?;
        if format == Format::Form && text::looks_like_json(&bytes) {
            return Err(Reason::UnsupportedMediaType(Unsupported {
                sent: SentType::JsonAsForm,
                accepted,
            })
            .into());
        }
        // NICE's window may add what it likes to its own form.
        if format == Format::Form && accepted == Accepted::JsonOrForm {
            text::check_escapes(&bytes)?;
        }
        Ok(Self { format, bytes })
    }

    pub(super) fn is_form(&self) -> bool {
        self.format == Format::Form
    }

    /// The fields of a form whose names begin so.
    pub(super) fn beginning(&self, prefix: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(&self.bytes)
            .filter(|(name, _)| name.starts_with(prefix))
            .collect()
    }

    /// Reads a struct of [`Field`](crate::verification::Field)s.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<Sent<T>, JsonFault> {
        let text = text::decode(&self.bytes, self.format)?;
        let mut names = Names::default();
        let fields = match self.format {
            Format::Json => json_object::read(text, &mut names)?,
            Format::Form => form::read(text, &mut names)?,
        };
        Ok(Sent { fields, names })
    }
}

/// Reads a struct of [`Field`](crate::verification::Field)s from a JSON text,
/// as the routes do.
///
/// # Errors
///
/// [`JsonFault`].
pub fn read_json<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, JsonFault> {
    json_object::read(text::decode(json, Format::Json)?, &mut Names::default())
}

impl<T> Sent<T> {
    /// The request, if neither a field nor the name of one is wrong.
    pub(super) fn check<R>(&self, parsed: Result<R, Vec<FieldFault>>) -> Result<R, Failure> {
        self.names.check(parsed).map_err(Failure::from)
    }

    /// The answer, with the names that were ignored.
    pub(super) fn mark(&self, answer: Result<Response, Failure>) -> Response {
        self.names.mark(answer.into_response())
    }
}
