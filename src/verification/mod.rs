//! A verification: what a caller may ask for, and how it begins.

pub mod field;
pub mod issue;
pub mod request;
pub mod return_url;
mod sealed_json;

pub use field::{Field, FieldFault, Rule};
pub use issue::{IssueError, Issued, Issuer, KeyCustody};
pub use request::{MethodType, RequestFields, RequestNo, VerificationRequest};
pub use return_url::{ReturnUrl, ReturnUrls};
