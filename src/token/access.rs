//! The access token of 통합인증: it lives for a day, and belongs together with
//! the ticket that opens the results which are fetched with it.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::shared::{Issued, Issuer, Tokens};
use crate::{
    crypto::integrated::Iterators,
    nice::{
        NiceError,
        integrated::{AccessToken, FreshToken, IntegratedClient},
    },
    random::Random,
    secret::Secret,
    store::SharedToken,
};

/// A token is replaced this long before its end: a verification takes 10
/// minutes at most, so that its address and its result have the same one.
const SPARE: Duration = Duration::from_mins(15);

/// A token is used at least so long after its time to be replaced. Its end may
/// be misread, and NICE refuses one that has really ended.
const LEAST_SPARE: Duration = Duration::from_mins(1);

/// Holds the access token.
pub type AccessTokens = Tokens<AccessIssuer>;

/// Asks NICE for access tokens.
#[derive(Debug)]
pub struct AccessIssuer {
    client: Arc<IntegratedClient>,
    random: Random,
}

impl AccessTokens {
    /// Shares issued tokens with the fleet if there is one.
    #[must_use]
    pub fn new(client: Arc<IntegratedClient>, shared: Option<SharedToken>, random: Random) -> Self {
        Self::of(AccessIssuer { client, random }, None, shared)
    }
}

/// A new `request_no`: 30 letters and digits, of the 20-50 that NICE takes.
pub(super) fn request_no(random: &Random) -> String {
    let digits = random.alphanumeric::<30>();
    digits.map(char::from).iter().collect()
}

impl Issuer for AccessIssuer {
    type Token = AccessToken;

    const NAME: &'static str = "access token";

    async fn issue(&self) -> Result<Issued<AccessToken>, NiceError> {
        let FreshToken { token, life } = self
            .client
            .issue_access_token(&request_no(&self.random))
            .await?;
        let early = SPARE.min(life / 2);
        Ok(Issued {
            token,
            life: life.saturating_sub(early),
            spare: early.max(LEAST_SPARE),
        })
    }

    fn longest_call(&self) -> Duration {
        self.client.transport().call_timeout()
    }

    fn to_text(token: &AccessToken, spare: Duration) -> Secret {
        let stored = Stored {
            access_token: token.access_token.expose().to_owned(),
            ticket: token.ticket.expose().to_owned(),
            iterators: token.iterators.get(),
            spare_s: spare.as_secs(),
        };
        // Reserved at once: a text that grows leaves copies behind.
        let room = stored.access_token.len() + stored.ticket.len() + 128;
        let mut text = Vec::with_capacity(2 * room);
        serde_json::to_writer(&mut text, &stored)
            .unwrap_or_else(|_| unreachable!("texts and numbers are always JSON"));
        Secret::new(String::from_utf8(text).unwrap_or_else(|_| unreachable!("JSON is UTF-8")))
    }

    fn from_text(text: &Secret) -> Option<(AccessToken, Duration)> {
        let mut stored: Stored = serde_json::from_str(text.expose()).ok()?;
        let token = AccessToken {
            access_token: Secret::new(std::mem::take(&mut stored.access_token)),
            ticket: Secret::new(std::mem::take(&mut stored.ticket)),
            iterators: Iterators::try_from(stored.iterators).ok()?,
        };
        Some((token, Duration::from_secs(stored.spare_s)))
    }
}

/// All of it, as one value: a ticket opens nothing without its own token.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Stored {
    access_token: String,
    ticket: String,
    iterators: u32,
    spare_s: u64,
}
