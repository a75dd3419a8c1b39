//! The institution token (기관토큰) of the standard window: it lives for decades.

use std::{sync::Arc, time::Duration};

use super::shared::{HeldToken, Issued, Issuer, Tokens};
use crate::{
    nice::{NiceClient, NiceError},
    secret::Secret,
    store::SharedToken,
};

/// Holds the institution token.
pub type InstitutionTokens = Tokens<InstitutionIssuer>;

/// Asks NICE for institution tokens.
#[derive(Debug)]
pub struct InstitutionIssuer(Arc<NiceClient>);

impl InstitutionTokens {
    /// Starts with `configured` (`NICE_ACCESS_TOKEN`) if given; shares issued
    /// tokens with the fleet if there is one.
    #[must_use]
    pub fn new(
        client: Arc<NiceClient>,
        configured: Option<Secret>,
        shared: Option<SharedToken>,
    ) -> Self {
        Self::of(InstitutionIssuer(client), configured, shared)
    }
}

impl HeldToken<Secret> {
    /// The token itself.
    #[must_use]
    pub const fn access_token(&self) -> &Secret {
        self.token()
    }
}

impl Issuer for InstitutionIssuer {
    type Token = Secret;

    const NAME: &'static str = "institution token";

    async fn issue(&self) -> Result<Issued<Secret>, NiceError> {
        let issued = self.0.issue_institution_token().await?;
        Ok(Issued {
            token: issued.access_token,
            life: issued.expires_in,
            spare: Duration::ZERO,
        })
    }

    fn longest_call(&self) -> Duration {
        self.0.transport().call_timeout()
    }

    fn to_text(token: &Secret, _: Duration) -> Secret {
        token.clone()
    }

    fn from_text(text: &Secret) -> Option<(Secret, Duration)> {
        Some((text.clone(), Duration::ZERO))
    }
}
