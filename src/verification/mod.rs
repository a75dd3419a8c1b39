//! A verification: its request, its start, its result.

mod field;
mod issue;
mod open;
mod rejection;
mod request;
mod result;
mod return_url;
mod sealed_json;
mod spelling;

pub use field::{Field, FieldFault, Respelt, Rule};
pub use issue::{IssueError, Issued, Issuer, KeyCustody};
pub use open::{IdempotencyKey, OpenError, OpenFields, OpenRequest, Opened, Opener};
pub use rejection::{Rejection, RejectionFacts};
pub use request::{MethodType, RequestFields, RequestNo, VerificationRequest};
pub use result::VerificationResult;
pub use return_url::{InvalidReturnUrl, ReturnUrl, ReturnUrls};
