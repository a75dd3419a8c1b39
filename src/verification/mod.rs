//! A verification: its request, its start, its result.

mod expect;
pub mod facade;

mod field;
mod hashes;
mod issue;
mod key_source;
mod matches;
mod open;
mod rejection;
mod request;
mod result;
mod return_url;
mod sealed_json;
mod spelling;
mod status;
mod svc_types;

pub use expect::{ExpectField, ExpectSchema, Expected};
pub use field::{Field, FieldFault, Respelt, Rule};
pub use hashes::HashKeys;
pub use issue::{IssueError, Issued, Issuer, KeyCustody};
pub use key_source::{KeySource, Mint};
pub use matches::Matches;
pub use open::{Damage, IdempotencyKey, OpenError, OpenFields, OpenRequest, Opened, Opener};
pub use rejection::{Rejection, RejectionFacts};
pub use request::{MethodType, Permitted, RequestFields, RequestNo, VerificationRequest};
pub use result::{Age, KeptFields, VerificationResult};
pub use return_url::{InvalidReturnUrl, ReturnUrl, ReturnUrls};
pub use status::{StatusFields, StatusRequest};
