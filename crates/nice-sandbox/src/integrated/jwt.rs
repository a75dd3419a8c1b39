//! The access token: a JWT that holds its own ticket and rounds, so that
//! nothing has to be kept, and one from before a restart still works.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use nice_crypto::integrated::Iterators;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};

use super::{access_token::AccessToken, ids};
use crate::state::State;

/// In seconds.
const LIFE: i64 = 86_400;

/// What a token says of itself.
#[derive(Debug, Deserialize, Serialize)]
struct Claims {
    iat: i64,
    exp: i64,
    iss: String,
    /// NICE's own code for the member, not the client id.
    #[serde(rename = "clientId")]
    client_id: String,
    /// The ticket.
    jti: String,
    tid: String,
    iterations: u32,
    scope: Vec<String>,
}

/// A token as it is handed to the client.
pub(super) struct Issued {
    pub(super) jwt: String,
    pub(super) token: AccessToken,
    /// When it ends, in milliseconds since 1970.
    pub(super) expires_in: i64,
}

pub(super) fn issue(state: &State) -> Issued {
    let now = state.clock.now();
    let mut rounds = [0];
    state.random.fill(&mut rounds);
    let scope = state.settings.integrated.svc_types.iter();
    let claims = Claims {
        iat: now.as_second(),
        exp: now.as_second() + LIFE,
        iss: "https://auth.niceid.co.kr".to_owned(),
        client_id: "SANDBOX".to_owned(),
        jti: ids::ticket(state),
        tid: ids::uuid(state),
        iterations: 10 + u32::from(rounds[0]) % 91,
        scope: scope.map(|one| one.letter().to_owned()).collect(),
    };
    let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"HS512"}"#);
    let body = serde_json::to_vec(&claims).unwrap_or_default();
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(body));
    let signature = mac(&signed, state).finalize().into_bytes();
    Issued {
        jwt: format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)),
        expires_in: now.as_millisecond() + LIFE * 1_000,
        token: token_of(claims).unwrap_or_else(|| unreachable!("10 to 100 rounds")),
    }
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    NotOurs,
    Over,
}

pub(super) fn read(jwt: &str, state: &State) -> Result<AccessToken, Refused> {
    let (signed, signature) = jwt.rsplit_once('.').ok_or(Refused::NotOurs)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::NotOurs);
    mac(signed, state)
        .verify_slice(&decode(signature)?)
        .map_err(|_| Refused::NotOurs)?;
    let body = signed.split_once('.').map_or("", |(_, body)| body);
    let claims: Claims = serde_json::from_slice(&decode(body)?).map_err(|_| Refused::NotOurs)?;
    if state.clock.now().as_second() >= claims.exp || state.integrated().is_dead(&claims.jti) {
        return Err(Refused::Over);
    }
    token_of(claims).ok_or(Refused::NotOurs)
}

fn token_of(claims: Claims) -> Option<AccessToken> {
    Some(AccessToken {
        ticket: claims.jti,
        iterators: Iterators::try_from(claims.iterations).ok()?,
        scope: claims.scope,
    })
}

fn mac(signed: &str, state: &State) -> Hmac<Sha512> {
    let settings = &state.settings.integrated;
    let key: [u8; 64] = Sha512::new()
        .chain_update("SANDBOX access token\0")
        .chain_update(&settings.client_id)
        .chain_update("\0")
        .chain_update(settings.client_secret.expose())
        .finalize()
        .into();
    let mut block = [0; 128];
    block[..64].copy_from_slice(&key);
    <Hmac<Sha512> as KeyInit>::new(&block.into()).chain_update(signed)
}
