//! A verification: its request, its start, its result.

mod field;
mod issue;
mod open;
mod request;
mod result;
mod return_url;
mod sealed_json;

pub use field::{Field, FieldFault, Rule};
pub use issue::{IssueError, Issued, Issuer, KeyCustody};
pub use open::{OpenError, OpenFields, OpenRequest, Opener};
pub use request::{MethodType, RequestFields, RequestNo, VerificationRequest};
pub use result::{Rejection, RejectionFacts, VerificationResult};
pub use return_url::{InvalidReturnUrl, ReturnUrl, ReturnUrls};
