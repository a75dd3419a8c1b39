//! A verification: what a caller may ask for, how it begins, and how its
//! result is opened.

pub mod field;
pub mod issue;
pub mod open;
pub mod request;
pub mod result;
pub mod return_url;
mod sealed_json;

pub use field::{Field, FieldFault, Rule};
pub use issue::{IssueError, Issued, Issuer, KeyCustody};
pub use open::{OpenError, OpenRequest, Opener};
pub use request::{MethodType, RequestFields, RequestNo, VerificationRequest};
pub use result::{VerificationResult, Why};
pub use return_url::{ReturnUrl, ReturnUrls};
