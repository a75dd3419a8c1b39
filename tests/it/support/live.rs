//! The program in live mode, before a NICE that the test scripts.

use std::slice;

use member_verification::nice::path;
use reqwest::Response;
use serde_json::{Value, json};

use crate::{
    support::app::{ISSUE, OPEN},
    support::client::client,
    support::nice_stub::NiceStub,
    support::program::Service,
};
use crate::{
    support::by_the_book::{Digest44, genuine_result},
    support::told::Told,
};

pub(crate) const API_KEY: &str = "CANARY-API-KEY-of-the-shop-0123456789";
pub(crate) const CLIENT_SECRET: &str = "CANARY-CLIENT-SECRET";
pub(crate) const RETURN_URL: &str = "https://shop.example/nice/callback";

pub(crate) struct Live {
    pub(crate) nice: NiceStub,
    pub(crate) service: Service,
    http: reqwest::Client,
}

impl Live {
    /// With these settings besides the ones that `serve` needs.
    pub(crate) async fn start(more: &[(&str, &str)]) -> Self {
        Self::before(NiceStub::start().await, more).await
    }

    pub(crate) async fn before(nice: NiceStub, more: &[(&str, &str)]) -> Self {
        nice.use_real_clock();
        let url = format!("http://{}", nice.address);
        let mut settings = vec![
            ("NICE_CLIENT_ID", "client"),
            ("NICE_CLIENT_SECRET", CLIENT_SECRET),
            ("NICE_BASE_URL", &url),
            ("RETURN_URLS", RETURN_URL),
            ("RESULT_API_KEY", API_KEY),
            ("ADMIN_BIND", "127.0.0.1:0"),
            ("LOG_FORMAT", "json"),
        ];
        for setting in more {
            settings.retain(|(name, _)| *name != setting.0);
            settings.extend(slice::from_ref(setting));
        }
        Self {
            service: Service::start(&[], &settings).await,
            nice,
            http: client(),
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.service.url);
        self.http.request(method.parse().unwrap(), url)
    }

    pub(crate) async fn issue(&self, json: impl Into<reqwest::Body>) -> Response {
        let request = self.request("POST", ISSUE);
        let request = request.header("content-type", "application/json");
        request.body(json).send().await.unwrap()
    }

    pub(crate) async fn begin(&self) -> Verification {
        self.begin_with(&json!({})).await
    }

    pub(crate) async fn begin_with(&self, request: &Value) -> Verification {
        Verification::of(&self.nice, self.answer_to(&request.to_string()).await)
    }

    /// What `getOAuthToken` answers.
    pub(crate) async fn answer_to(&self, request: &str) -> Value {
        let told = Told::of(self.issue(request.to_owned()).await).await;
        assert_eq!(told.status, 200, "{told:?}");
        told.json()
    }

    /// As the shop's server does.
    pub(crate) async fn open(&self, call: &Value) -> Told {
        let request = self.request("POST", OPEN).header("x-api-key", API_KEY);
        let request = request.header("content-type", "application/json");
        Told::of(request.body(call.to_string()).send().await.unwrap()).await
    }

    /// The log's line on the request with this id.
    pub(crate) async fn line(&self, request_id: &str) -> Value {
        let id = format!(r#""request_id":"{request_id}""#);
        // The use of a key has a line of its own.
        let line = self
            .service
            .line_with([&id, r#""message":"request""#])
            .await;
        serde_json::from_str(&line).unwrap()
    }
}

/// A verification under way, seen by somebody who holds all its secrets.
pub(crate) struct Verification {
    pub(crate) answer: Value,
    pub(crate) keys: Digest44,
}

impl Verification {
    pub(crate) fn of(nice: &NiceStub, answer: Value) -> Self {
        let id = answer["token_version_id"].as_str().unwrap();
        let index: usize = id.strip_prefix("TEST-").unwrap().parse().unwrap();
        let keys = Digest44::of(&nice.calls(path::CRYPTO_TOKEN)[index - 1]);
        Self { answer, keys }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.answer[name].as_str().unwrap()
    }

    pub(crate) fn result(&self) -> Value {
        genuine_result(self.text("reqNo"))
    }

    /// The call that opens these values in this verification's name.
    pub(crate) fn call(&self, sealed: &(String, String)) -> Value {
        json!({
            "token_version_id": self.text("token_version_id"), "enc_data": sealed.0,
            "integrity_value": sealed.1, "reqNo": self.text("reqNo")
        })
    }

    /// The call that opens a genuine result.
    pub(crate) fn genuine_call(&self) -> Value {
        self.call(&self.keys.seal_text(&self.result().to_string()))
    }
}
