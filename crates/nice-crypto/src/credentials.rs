//! Who a client is to NICE.

use crate::secret::Secret;

/// What NICE hands out with a contract.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `NICE_CLIENT_ID`.
    pub client_id: String,
    /// `NICE_CLIENT_SECRET`.
    pub client_secret: Secret,
    /// `NICE_PRODUCT_ID`.
    pub product_id: String,
}

impl Credentials {
    /// Tells the contract apart from others: fleets of several may share a
    /// Redis, and each has an institution token of its own.
    #[must_use]
    pub fn contract(&self) -> String {
        format!("{}\n{}", self.client_id, self.product_id)
    }
}
