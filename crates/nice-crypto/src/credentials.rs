//! A client's credentials at NICE.

use crate::secret::Secret;

/// What NICE gives out with a contract.
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
    /// Identifies the contract: fleets of several contracts may share a Redis,
    /// and each has its own institution token.
    #[must_use]
    pub fn contract(&self) -> String {
        format!("{}\n{}", self.client_id, self.product_id)
    }

    /// The same for 통합인증, whose contracts have no product code.
    #[must_use]
    pub fn integrated_contract(&self) -> String {
        format!("{}\n통합인증", self.client_id)
    }
}
