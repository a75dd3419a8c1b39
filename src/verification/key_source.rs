//! Where a verification's key set comes from.

use std::time::Duration;

use arrayvec::ArrayString;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::{
    crypto::KeySet,
    nice::{SiteCode, TokenVersionId},
    random::Random,
    token::{ReadyToken, TakeError, TokenPool},
};

/// Where a verification's key set comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// NICE, by the pool of crypto tokens.
    Pool(TokenPool),
    /// This service: NICE's newer API encrypts nothing before its window.
    Minted(Mint),
}

/// Makes key sets of the older API's shape.
#[derive(Clone, Debug)]
pub struct Mint {
    /// The source of ids and keys.
    pub random: Random,
    /// `SESSION_TTL`.
    pub session_ttl: Duration,
    /// Whether NICE is the embedded sandbox, whose data say so.
    pub in_sandbox: bool,
}

impl KeySource {
    pub(super) async fn take(
        &self,
        sitecode: Option<&str>,
        deadline: Instant,
    ) -> Result<ReadyToken, TakeError> {
        match self {
            Self::Pool(tokens) => tokens.take(deadline).await,
            Self::Minted(mint) => Ok(mint.token(sitecode)),
        }
    }

    /// Takes back what was not used.
    pub(super) fn give_back(&self, token: ReadyToken) {
        match self {
            Self::Pool(tokens) => tokens.give_back(token),
            Self::Minted(_) => drop(token),
        }
    }
}

impl Mint {
    /// NICE's newer API knows no site code, so the caller's own is used
    /// instead.
    fn token(&self, sitecode: Option<&str>) -> ReadyToken {
        let mut digest = Zeroizing::new([0; 32]);
        self.random.fill(&mut *digest);
        let own = sitecode
            .filter(|code| !self.in_sandbox && is_site_code(code))
            .and_then(|code| SiteCode::from(code).ok());
        ReadyToken {
            token_version_id: self.token_version_id(),
            site_code: own.unwrap_or_else(|| self.site_code()),
            keys: KeySet::from_digest(&digest),
            session_life: self.session_ttl,
            usable_until: Instant::now(),
        }
    }

    /// 43 letters and digits: 256 bits.
    fn token_version_id(&self) -> TokenVersionId {
        let text = self.random.alphanumeric::<43>();
        let text = str::from_utf8(&text).unwrap_or_else(|_| unreachable!("letters and digits"));
        ArrayString::from(text).unwrap_or_else(|_| unreachable!("43 are less than 64"))
    }

    fn site_code(&self) -> SiteCode {
        let text = if self.in_sandbox {
            "SANDBOXINTC"
        } else {
            "INTEGRATED"
        };
        ArrayString::from(text).unwrap_or_else(|_| unreachable!("shorter than 16"))
    }
}

fn is_site_code(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
