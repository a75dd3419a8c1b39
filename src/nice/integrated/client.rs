//! The three calls.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    AuthUrl, FreshToken, SealedAnswer, SvcType, WindowHosts, path,
    wire::{ResultRequest, SUCCESS, TokenRequest, UrlRequest},
};
use crate::{
    clock::Clock,
    crypto::Credentials,
    metrics::Metrics,
    nice::{NiceError, NiceSettings, Transport, transport::sensitive},
    secret::Secret,
};

/// NICE's statistics on what its clients are written in.
const DEV_LANG: &str = "Linux/Rust";

/// Speaks 통합인증. Cheap to share; holds no token.
#[derive(Debug)]
pub struct IntegratedClient {
    transport: Transport,
    credentials: Credentials,
    hosts: WindowHosts,
}

/// What a window is opened with.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Gets `web_transaction_id` by GET: at most 250 bytes.
    pub return_url: &'a str,
    /// Where the window's close button leads: at most 250 bytes.
    pub close_url: &'a str,
    /// The methods that the person may choose from.
    pub svc_types: &'a [SvcType],
}

impl IntegratedClient {
    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the machine has no CA certificates to verify NICE with.
    pub fn new(
        settings: &NiceSettings,
        credentials: Credentials,
        hosts: WindowHosts,
        clock: Clock,
        metrics: Arc<Metrics>,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            transport: Transport::new(settings, clock, metrics)?,
            credentials,
            hosts,
        })
    }

    /// The way to NICE.
    #[must_use]
    pub const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Issues an access token. `request_no` is 20-50 characters; here and
    /// below, letters and digits.
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn issue_access_token(&self, request_no: &str) -> Result<FreshToken, NiceError> {
        let Credentials {
            client_id,
            client_secret,
            ..
        } = &self.credentials;
        let pair = Zeroizing::new(format!("{client_id}:{}", client_secret.expose()));
        // Unlike the standard window's, without padding.
        let pair = Zeroizing::new(URL_SAFE_NO_PAD.encode(&*pair));
        let body = TokenRequest {
            grant_type: "client_credentials",
            request_no,
        };
        let request = self.post(path::TOKEN, sensitive("Basic ", &pair), &body);
        self.transport
            .call(("access_token", SUCCESS), request, FreshToken::read)
            .await
    }

    /// Begins a verification; `request_no` is never used before.
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn begin(
        &self,
        access_token: &Secret,
        request_no: &str,
        opening: Opening<'_>,
    ) -> Result<AuthUrl, NiceError> {
        let Opening {
            return_url,
            close_url,
            svc_types,
        } = opening;
        let body = UrlRequest::new(request_no, return_url, close_url, svc_types);
        let request = self.post(path::URL, bearer(access_token), &body);
        let read = |reply: &[u8], _| AuthUrl::read(reply, request_no, &self.hosts);
        self.transport
            .call(("auth_url", SUCCESS), request, read)
            .await
    }

    /// Fetches a result. NICE hands it out once.
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn result(
        &self,
        access_token: &Secret,
        web_transaction_id: &str,
        transaction_id: &str,
        request_no: &str,
    ) -> Result<SealedAnswer, NiceError> {
        let body = ResultRequest {
            web_transaction_id,
            transaction_id,
            request_no,
        };
        let request = self.post(path::RESULT, bearer(access_token), &body);
        let read = |reply: &[u8], _| SealedAnswer::read(reply);
        self.transport
            .call(("auth_result", SUCCESS), request, read)
            .await
    }

    fn post(
        &self,
        path: &str,
        authorization: HeaderValue,
        body: &impl Serialize,
    ) -> reqwest::RequestBuilder {
        let body =
            serde_json::to_vec(body).unwrap_or_else(|_| unreachable!("texts are always JSON"));
        self.transport
            .post(path)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/json")
            .header("X-Intc-DevLang", DEV_LANG)
            .body(body)
    }
}

fn bearer(access_token: &Secret) -> HeaderValue {
    sensitive("Bearer ", access_token.expose())
}
