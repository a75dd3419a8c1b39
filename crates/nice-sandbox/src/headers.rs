//! The headers by which the sandbox says more than NICE does.

use axum::http::HeaderName;

/// Names what is wrong with a request.
pub(crate) const X_SANDBOX_FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");

/// Names what is taken, but may not be meant.
pub(crate) const X_SANDBOX_NOTICE: HeaderName = HeaderName::from_static("x-sandbox-notice");
