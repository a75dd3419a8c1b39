//! The calls of 본인확인(통합형): the institution token and crypto tokens.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use zeroize::Zeroizing;

use super::{
    NiceError, NiceSettings, Transport,
    transport::sensitive,
    wire::{self, CryptoToken, CryptoTokenRequest, InstitutionToken, path},
};
use crate::{clock::Clock, crypto::Credentials, metrics::Metrics, secret::Secret};

/// `GW_RSLT_CD` of success.
const SUCCESS: &str = "1200";

/// Speaks 본인확인(통합형). Cheap to share; holds no token.
#[derive(Debug)]
pub struct NiceClient {
    transport: Transport,
    credentials: Credentials,
}

impl NiceClient {
    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the machine has no CA certificates to verify NICE with.
    pub fn new(
        settings: &NiceSettings,
        credentials: Credentials,
        clock: Clock,
        metrics: Arc<Metrics>,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            transport: Transport::new(settings, clock, metrics)?,
            credentials,
        })
    }

    /// The way to NICE.
    #[must_use]
    pub const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Issues the institution token (기관토큰).
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn issue_institution_token(&self) -> Result<InstitutionToken, NiceError> {
        let Credentials {
            client_id,
            client_secret,
            ..
        } = &self.credentials;
        let pair = Zeroizing::new(format!("{client_id}:{}", client_secret.expose()));
        let request = self
            .transport
            .post(path::INSTITUTION_TOKEN)
            .header(AUTHORIZATION, base64("Basic ", &pair))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&scope=default");
        self.transport
            .call(("institution_token", SUCCESS), request, |reply, _| {
                InstitutionToken::read(reply)
            })
            .await
    }

    /// Ends the institution token for every server that shares it; answers
    /// whether NICE says that it is gone.
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn revoke_institution_token(&self, token: &Secret) -> Result<bool, NiceError> {
        let request = self
            .transport
            .post(path::REVOKE)
            .header(AUTHORIZATION, self.token_header("Basic ", token))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.transport
            .call(("revoke", SUCCESS), request, |reply, _| {
                wire::read_revoked(reply)
            })
            .await
    }

    /// Issues a crypto token (암호화토큰) for `req_dtim` (14 digits, Korean
    /// time) and `req_no` (at most 30 characters, never used before).
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn issue_crypto_token(
        &self,
        token: &Secret,
        req_dtim: &str,
        req_no: &str,
    ) -> Result<CryptoToken, NiceError> {
        let body = serde_json::to_vec(&CryptoTokenRequest::new(req_dtim, req_no))
            .unwrap_or_else(|_| unreachable!("three strings are always JSON"));
        let request = self
            .transport
            .post(path::CRYPTO_TOKEN)
            .header(AUTHORIZATION, self.token_header("bearer ", token))
            .header(CONTENT_TYPE, "application/json")
            .header("ProductID", &self.credentials.product_id)
            .header("client_id", &self.credentials.client_id)
            .body(body);
        self.transport
            .call(("crypto_token", SUCCESS), request, |reply, _| {
                CryptoToken::read(reply)
            })
            .await
    }

    /// `prefix` + base64(`access_token:unix_seconds:client_id`), the seconds
    /// in UTC and whole: NICE refuses fractions and Korean time alike.
    fn token_header(&self, prefix: &str, token: &Secret) -> HeaderValue {
        let text = Zeroizing::new(format!(
            "{}:{}:{}",
            token.expose(),
            self.transport.now().as_second(),
            self.credentials.client_id
        ));
        base64(prefix, &text)
    }
}

fn base64(prefix: &str, text: &str) -> HeaderValue {
    sensitive(prefix, &Zeroizing::new(STANDARD.encode(text)))
}
