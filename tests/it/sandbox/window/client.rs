//! A shop: gets crypto tokens, seals requests, opens results.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use member_verification::{
    clock::Clock,
    crypto::{self, KeySet, Sealed},
    random::Random,
    sandbox::{Sandbox, SandboxSettings},
};
use reqwest::{Response, StatusCode, header::LOCATION};
use serde_json::{Map, Value, json};

use crate::support::{
    client::browser,
    sandbox::{serve, settings},
};

pub(crate) const RETURN_URL: &str = "https://shop.example/back";
pub(crate) const SERVICE: &str = "/CheckPlusSafeModel/service.cb";

pub(crate) struct Shop {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) http: reqwest::Client,
    sandbox: Sandbox,
    /// Where NICE's own paths begin.
    nice: &'static str,
}

/// One crypto token and the request that goes with it.
pub(crate) struct Session {
    pub(crate) token_version_id: String,
    pub(crate) keys: KeySet,
    pub(crate) requestno: String,
    /// The 44 characters that all keys are slices of.
    pub(crate) text: String,
    pub(crate) token_val: String,
}

/// What came back to the shop.
pub(crate) struct Returned {
    pub(crate) token_version_id: String,
    pub(crate) sealed: Sealed,
}

pub(crate) async fn shop() -> Shop {
    start(None, Sandbox::standalone).await
}

pub(crate) async fn start(
    auto_approve: Option<&str>,
    router: fn(&Sandbox) -> axum::Router,
) -> Shop {
    let is_alone = std::ptr::fn_addr_eq(router, Sandbox::standalone as fn(&Sandbox) -> _);
    let clock = Clock::manual("2026-03-02T01:02:03Z".parse().unwrap());
    let settings = SandboxSettings {
        auto_approve: auto_approve.map(str::to_owned),
        ..settings()
    };
    let sandbox = Sandbox::new(settings, clock.clone(), Random::seeded(7));
    let (address, _) = serve(router(&sandbox)).await;
    Shop {
        base_url: format!("http://{address}"),
        clock,
        http: browser(),
        sandbox,
        nice: if is_alone { "" } else { "/sandbox" },
    }
}

impl Shop {
    pub(crate) fn pass(&self, seconds: i64) -> Timestamp {
        let later = self.clock.now() + SignedDuration::from_secs(seconds);
        self.clock.set(later);
        later
    }

    pub(crate) async fn session(&self, requestno: &str) -> Session {
        let (req_dtim, req_no) = ("20260302100203", "token-1");
        let seconds = self.clock.now().as_second();
        let token = self.sandbox.institution_token();
        let bearer = STANDARD.encode(format!("{}:{seconds}:client", token.expose()));
        let body = json!({"dataHeader": {"CNTY_CD": "ko"}, "dataBody": {
            "req_dtim": req_dtim, "req_no": req_no, "enc_mode": "1"}});
        let answer = self
            .http
            .post(format!(
                "{}{}/digital/niceid/api/v1.0/common/crypto/token",
                self.base_url, self.nice
            ))
            .header("Authorization", format!("bearer {bearer}"))
            .header("ProductID", "2101979031")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let token = &answer["dataBody"];
        let token_val = token["token_val"].as_str().unwrap();
        let digest =
            <sha2::Sha256 as sha2::Digest>::digest(format!("{req_dtim}{req_no}{token_val}"));
        Session {
            token_version_id: token["token_version_id"].as_str().unwrap().to_owned(),
            keys: KeySet::derive(req_dtim, req_no, token_val),
            requestno: requestno.to_owned(),
            text: STANDARD.encode(digest),
            token_val: token_val.to_owned(),
        }
    }

    /// POSTs a form to the window.
    pub(crate) async fn open(
        &self,
        session: &Session,
        sealed: &Sealed,
        more: &[(&str, &str)],
    ) -> Response {
        self.post(SERVICE, &form(session, sealed, more)).await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Response {
        self.http
            .post(format!("{}{path}", self.base_url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.base_url);
        self.http.get(url).send().await.unwrap()
    }

    /// The whole flow by GET, opened again.
    pub(crate) async fn verify(&self, more: &[(&str, &str)]) -> Map<String, Value> {
        let session = self.session("request-1").await;
        let answer = self.open(&session, &session.seal(&[]), more).await;
        session.open(&returned(&answer))
    }
}

impl Session {
    pub(crate) fn fields(&self, change: &[(&str, &str)]) -> Map<String, Value> {
        let mut fields = Map::new();
        for (name, value) in [
            ("requestno", self.requestno.as_str()),
            ("returnurl", RETURN_URL),
            ("sitecode", "SANDBOX00001"),
            ("methodtype", "get"),
        ]
        .iter()
        .chain(change)
        {
            fields.insert((*name).to_owned(), Value::from(*value));
        }
        fields
    }

    pub(crate) fn seal(&self, change: &[(&str, &str)]) -> Sealed {
        self.seal_text(&Value::Object(self.fields(change)).to_string())
    }

    pub(crate) fn seal_text(&self, text: &str) -> Sealed {
        crypto::seal(&self.keys, text.as_bytes())
    }

    /// The bytes that came back, opened and checked as a shop does.
    pub(crate) fn bytes(&self, returned: &Returned) -> Vec<u8> {
        assert_eq!(returned.token_version_id, self.token_version_id);
        crypto::open(
            &self.keys,
            &returned.sealed.enc_data,
            &returned.sealed.integrity_value,
        )
        .unwrap()
        .to_vec()
    }

    pub(crate) fn open(&self, returned: &Returned) -> Map<String, Value> {
        let bytes = self.bytes(returned);
        let (text, _, broken) = encoding_rs::EUC_KR.decode(&bytes);
        assert!(!broken);
        serde_json::from_str(&text).unwrap()
    }
}

pub(crate) fn form(session: &Session, sealed: &Sealed, more: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("m", "service")
        .append_pair("token_version_id", &session.token_version_id)
        .append_pair("enc_data", &sealed.enc_data)
        .append_pair("integrity_value", &sealed.integrity_value)
        .extend_pairs(more)
        .finish()
}

pub(crate) fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::FOUND, "{:?}", answer.headers());
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

/// The three values of a redirect's query.
pub(crate) fn returned(answer: &Response) -> Returned {
    from_url(&location(answer))
}

pub(crate) fn from_url(text: &str) -> Returned {
    let url: url::Url = text.parse().unwrap();
    from_pairs(&url.query_pairs().into_owned().collect())
}

pub(crate) fn from_pairs(pairs: &HashMap<String, String>) -> Returned {
    Returned {
        token_version_id: pairs["token_version_id"].clone(),
        sealed: Sealed {
            enc_data: pairs["enc_data"].clone(),
            integrity_value: pairs["integrity_value"].clone(),
        },
    }
}

/// The hidden inputs of a page, in their order.
pub(crate) fn inputs(html: &str) -> Vec<(String, String)> {
    html.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            let (value, _) = rest.split_once("\">").unwrap();
            (name.to_owned(), unescape(value))
        })
        .collect()
}

fn unescape(text: &str) -> String {
    // What askama writes for the characters of base64 and addresses.
    text.replace("&#38;", "&").replace("&#61;", "=")
}
