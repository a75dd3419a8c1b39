//! A shop that speaks the newer API, and the browser of its customer.

use std::collections::HashMap;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::SignedDuration;
use member_verification::{
    clock::Clock,
    random::Random,
    sandbox::{IntegratedSettings, Sandbox, SandboxSettings},
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use url::Url;

use super::by_the_guide::KeyText;
use crate::support::{
    client::browser,
    sandbox::{serve, settings},
    told::Told,
};

pub(crate) const RETURN_URL: &str = "https://shop.example/back?v=7f3a";
pub(crate) const CLOSE_URL: &str = "https://shop.example/closed?v=7f3a";

pub(crate) struct Nice {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) http: reqwest::Client,
    pub(crate) settings: IntegratedSettings,
}

/// What `auth/token` gave.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) jwt: String,
    pub(crate) ticket: String,
    pub(crate) iterators: u32,
}

/// What `auth/url` gave.
#[derive(Clone, Debug)]
pub(crate) struct Begun {
    pub(crate) request_no: String,
    pub(crate) auth_url: String,
    pub(crate) transaction_id: String,
}

pub(crate) async fn nice() -> Nice {
    start(|_| {}, "").await
}

/// With other settings; `prefix` is `/sandbox` within the service.
pub(crate) async fn start(change: fn(&mut SandboxSettings), prefix: &str) -> Nice {
    let clock = Clock::manual("2026-03-02T01:02:03.456Z".parse().unwrap());
    let mut settings = settings();
    change(&mut settings);
    let integrated = settings.integrated.clone();
    let sandbox = Sandbox::new(settings, clock.clone(), Random::seeded(7));
    let router = match prefix {
        "" => sandbox.standalone(),
        _ => sandbox.embedded(),
    };
    let (address, _) = serve(router).await;
    Nice {
        base_url: format!("http://{address}{prefix}"),
        clock,
        http: browser(),
        settings: integrated,
    }
}

pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", URL_SAFE_NO_PAD.encode(format!("{id}:{secret}")))
}

/// 36 characters, another each time.
pub(crate) fn request_no() -> String {
    let bytes = Random::System.alphanumeric::<32>();
    format!("SHOP{}", String::from_iter(bytes.map(char::from)))
}

impl Nice {
    pub(crate) fn pass(&self, seconds: i64) {
        let later = self.clock.now() + SignedDuration::from_secs(seconds);
        self.clock.set(later);
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base_url))
    }

    pub(crate) async fn call(&self, name: &str, authorization: &str, body: &Value) -> Told {
        let request = self
            .post(&format!("/ido/intc/v1.0/auth/{name}"))
            .header("authorization", authorization)
            .header("x-intc-devlang", "Linux/Rust")
            .header("content-type", "application/json")
            .body(body.to_string());
        Told::of(request.send().await.unwrap()).await
    }

    pub(crate) fn basic(&self) -> String {
        let settings = &self.settings;
        basic(&settings.client_id, settings.client_secret.expose())
    }

    pub(crate) fn token_body() -> Value {
        json!({"grant_type": "client_credentials", "request_no": request_no()})
    }

    pub(crate) async fn token(&self) -> Token {
        let told = self.call("token", &self.basic(), &Self::token_body()).await;
        let answer = good(&told);
        Token {
            jwt: text(&answer, "access_token"),
            ticket: text(&answer, "ticket"),
            iterators: u32::try_from(answer["iterators"].as_u64().unwrap()).unwrap(),
        }
    }

    /// `more` replaces fields of the usual request.
    pub(crate) async fn url(&self, token: &Token, more: Value) -> Told {
        let mut body = json!({
            "request_no": request_no(), "return_url": RETURN_URL, "close_url": CLOSE_URL,
            "svc_types": ["M"], "method_type": "GET", "exp_mods": ["closeButtonOn"],
        });
        for (field, value) in more.as_object().unwrap() {
            body[field] = value.clone();
        }
        self.call("url", &token.bearer(), &body).await
    }

    pub(crate) async fn begin(&self, token: &Token, more: Value) -> Begun {
        let answer = good(&self.url(token, more).await);
        Begun {
            request_no: text(&answer, "request_no"),
            auth_url: text(&answer, "auth_url"),
            transaction_id: text(&answer, "transaction_id"),
        }
    }

    pub(crate) async fn open(&self, begun: &Begun, more: &str) -> Told {
        let request = self.http.get(format!("{}{more}", begun.auth_url));
        Told::of(request.send().await.unwrap()).await
    }

    /// Verifies at once as this query says; the id that came back.
    pub(crate) async fn verify(&self, begun: &Begun, more: &str) -> String {
        let told = self
            .open(begun, &format!("?sandbox_persona=hong{more}"))
            .await;
        assert_eq!(told.status, 302, "{told:?}");
        returned(told.header("location").unwrap())
    }

    pub(crate) async fn result(&self, token: &Token, begun: &Begun, web: &str) -> Told {
        let body = json!({
            "web_transaction_id": web, "transaction_id": begun.transaction_id,
            "request_no": begun.request_no,
        });
        self.call("result", &token.bearer(), &body).await
    }

    /// From the address to the opened result.
    pub(crate) async fn whole(&self, more: Value, query: &str) -> Value {
        let token = self.token().await;
        let begun = self.begin(&token, more).await;
        let web = self.verify(&begun, query).await;
        let told = self.result(&token, &begun, &web).await;
        token.opened(&begun, &good(&told)).unwrap()
    }

    pub(crate) async fn switch_on(&self, entries: Value) {
        let url = format!("{}/sandbox/api/faults", self.base_url);
        let request = self.http.put(url).body(entries.to_string());
        assert_eq!(request.send().await.unwrap().status(), 200, "{entries}");
    }
}

impl Token {
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.jwt)
    }

    pub(crate) fn keys(&self, begun: &Begun) -> KeyText {
        KeyText::of(&self.ticket, &begun.transaction_id, self.iterators)
    }

    /// Nothing unless the integrity value fits.
    pub(crate) fn opened(&self, begun: &Begun, answer: &Value) -> Option<Value> {
        let keys = self.keys(begun);
        let enc_data = answer["enc_data"].as_str().unwrap();
        (keys.integrity(enc_data) == answer["integrity_value"])
            .then(|| keys.decrypt(enc_data).unwrap())
    }

    pub(crate) fn claims(&self) -> Value {
        let body = self.jwt.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
    }
}

pub(crate) fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

/// The answer of a call that worked.
#[track_caller]
pub(crate) fn good(told: &Told) -> Value {
    let answer = told.json();
    assert_eq!(
        (told.status, &answer["result_code"]),
        (200, &json!("0000")),
        "{told:?}"
    );
    answer
}

/// Its code, its HTTP status and what the sandbox says of it.
pub(crate) fn refusal(told: &Told) -> (String, u16, String) {
    let fault = told.header("x-sandbox-fault").unwrap_or("-").to_owned();
    (text(&told.json(), "result_code"), told.status, fault)
}

/// The one value behind the return address.
pub(crate) fn returned(location: &str) -> String {
    let url: Url = location.parse().unwrap();
    let values: HashMap<_, _> = url.query_pairs().collect();
    assert_eq!(values["v"], "7f3a", "its own query stays: {location}");
    assert_eq!(values.len(), 2, "{location}");
    values["web_transaction_id"].to_string()
}

pub(crate) fn decoded(text: &str) -> String {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .or_else(|_| STANDARD.decode(text));
    String::from_utf8(bytes.unwrap()).unwrap()
}
