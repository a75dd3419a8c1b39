//! The service before a scripted NICE, and a browser's part in it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use member_verification::{
    assembly::{Environment, assemble},
    clock::Clock,
    config::{IntegratedConfig, NiceApi},
    http::{App, PublicUrl, router},
    nice::integrated::{SvcType, WindowHosts, path},
    random::Random,
    store::Store,
};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use url::{Url, form_urlencoded};

use crate::support::{
    app::{API_KEY, ISSUE, OPEN, Setup},
    client::browser,
    integrated_stub::{IntegratedStub, refusal},
    redis::Redis,
    sandbox::serve,
    told::Told,
};

pub(super) const PUBLIC_URL: &str = "https://verify.example/nice";
pub(super) const SHOP: &str = "https://shop.example";
/// As NICE writes them: base64 of a UUID.
pub(super) const WTID: &str = "MTIzZTQ1NjctZTg5Yi0xMmQzLWE0NTYtNDI2NjE0MTc0MDAw";

/// One instance of the service.
pub(super) struct Bench {
    pub(super) nice: IntegratedStub,
    pub(super) clock: Clock,
    pub(super) app: Arc<App>,
    address: SocketAddr,
    http: Client,
}

impl Bench {
    pub(super) async fn start() -> Self {
        Self::start_with(IntegratedStub::start().await, |_| {}).await
    }

    pub(super) async fn in_fleet(nice: &IntegratedStub, redis: &Redis) -> Self {
        Self::start_with(nice.clone(), |setup| {
            setup.service.redis = Some(redis.config());
            setup.random = Random::System;
        })
        .await
    }

    pub(super) async fn start_with(nice: IntegratedStub, change: impl FnOnce(&mut Setup)) -> Self {
        // First: it provides the cryptography of TLS.
        let http = browser();
        let mut setup = Setup::before(nice.address);
        setup.nice.api = NiceApi::Integrated(IntegratedConfig {
            svc_types: SvcType::ALL.to_vec(),
            window_hosts: WindowHosts::parse([nice.address.to_string().as_str()]).unwrap(),
        });
        setup.nice.client.call_timeout = Duration::from_secs(3);
        setup.service.public_url = Some(PublicUrl::parse(PUBLIC_URL).unwrap());
        change(&mut setup);
        setup.service.lead_to_bridge();
        let clock = setup.clock.clone();
        let environment = Environment {
            sandbox: None,
            address: "127.0.0.1:1".parse().unwrap(),
            clock: setup.clock,
            random: setup.random,
        };
        let (app, _) = assemble(setup.nice, setup.service, environment).unwrap();
        let (address, _) = serve(router(Arc::clone(&app), None)).await;
        Self {
            nice,
            clock,
            app,
            address,
            http,
        }
    }

    /// Where an address below `PUBLIC_URL` is really served.
    pub(super) fn local(&self, address: &str) -> String {
        let path = address.strip_prefix(PUBLIC_URL).unwrap_or(address);
        format!("http://{}{path}", self.address)
    }

    pub(super) fn request(&self, method: &str, address: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method.parse().unwrap(), self.local(address))
    }

    pub(super) async fn get(&self, address: &str) -> Told {
        Told::of(self.request("GET", address).send().await.unwrap()).await
    }

    pub(super) async fn post_form(&self, address: &str, form: &[(&str, &str)]) -> Told {
        Told::of(self.form(address, form).send().await.unwrap()).await
    }

    pub(super) fn form(&self, address: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.request("POST", address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    }

    pub(super) async fn issue(&self, request: &Value) -> Response {
        self.request("POST", ISSUE)
            .header("content-type", "application/json")
            .body(request.to_string())
            .send()
            .await
            .unwrap()
    }

    pub(super) async fn begin(&self, request: &Value) -> Begun {
        let response = self.issue(request).await;
        assert_eq!(response.status(), 200);
        let window = response.headers()["x-nice-window-url"].to_str().unwrap();
        Begun {
            window: window.to_owned(),
            answer: serde_json::from_str(&response.text().await.unwrap()).unwrap(),
        }
    }

    /// Posts to the bridge, as the shop's page does.
    pub(super) async fn bridge(&self, begun: &Begun) -> Told {
        let posted = self
            .form(&begun.window, &begun.form())
            .header("origin", SHOP);
        Told::of(posted.send().await.unwrap()).await
    }

    /// Opens the window; where NICE was told to return to and to close.
    pub(super) async fn window(&self, begun: &Begun) -> Window {
        let told = self.bridge(begun).await;
        assert_eq!(told.status, 303, "{told:?}");
        let call = self.nice.calls(path::URL).pop().unwrap().json();
        Window {
            return_url: call["return_url"].as_str().unwrap().to_owned(),
            close_url: call["close_url"].as_str().unwrap().to_owned(),
        }
    }

    pub(super) async fn opened(&self, request: &Value) -> (Begun, Window) {
        let begun = self.begin(request).await;
        let window = self.window(&begun).await;
        (begun, window)
    }

    /// NICE sends the browser back.
    pub(super) async fn back(&self, window: &Window) -> Told {
        self.get(&window.with(WTID)).await
    }

    /// The way back to the shop, with the values in its query.
    pub(super) async fn values(&self, window: &Window) -> Url {
        location(&self.back(window).await)
    }

    /// As the shop's server does.
    pub(super) async fn open(&self, begun: &Begun, values: &Url) -> Told {
        let mut call = json!({"reqNo": begun.text("reqNo")});
        for (name, value) in values.query_pairs() {
            call[&*name] = value.into();
        }
        self.open_call(&call).await
    }

    pub(super) async fn open_call(&self, call: &Value) -> Told {
        let request = self.request("POST", OPEN).header("x-api-key", API_KEY);
        let request = request.header("content-type", "application/json");
        Told::of(request.body(call.to_string()).send().await.unwrap()).await
    }

    /// The store behind it, for what another instance would do.
    pub(super) fn store(&self) -> &Store {
        self.app.windows.as_ref().unwrap().facade.store()
    }

    pub(super) fn pass(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time);
    }

    /// How often NICE was asked for a result.
    pub(super) fn results(&self) -> usize {
        self.nice.counts()[2]
    }

    /// The next calls for a result are refused with these codes.
    pub(super) fn refuse(&self, codes: &[&str]) {
        for code in codes {
            self.nice.queue(path::RESULT, refusal(code));
        }
    }

    /// From now on, calls for a result wait for permits.
    pub(super) fn hold_results(&self) -> Arc<Semaphore> {
        self.nice.stall(path::RESULT)
    }
}

#[track_caller]
pub(super) fn location(told: &Told) -> Url {
    assert_eq!(told.status, 303, "{told:?}");
    told.header("location").unwrap().parse().unwrap()
}

/// What was begun with `getOAuthToken`.
pub(super) struct Begun {
    pub(super) answer: Value,
    pub(super) window: String,
}

impl Begun {
    pub(super) fn text(&self, name: &str) -> &str {
        self.answer[name].as_str().unwrap()
    }

    pub(super) fn form(&self) -> Vec<(&str, &str)> {
        let names = ["token_version_id", "enc_data", "integrity_value"];
        let values = names.map(|name| (name, self.text(name)));
        [("m", "service")].into_iter().chain(values).collect()
    }
}

/// What NICE knows of an opened window.
pub(super) struct Window {
    pub(super) return_url: String,
    pub(super) close_url: String,
}

impl Window {
    pub(super) fn with(&self, web_transaction_id: &str) -> String {
        format!(
            "{}?web_transaction_id={web_transaction_id}",
            self.return_url
        )
    }
}

impl Window {
    /// The name in the store of what its session's windows share.
    pub(super) fn way(&self) -> String {
        let (_, id) = self.return_url.rsplit_once('/').unwrap();
        let id = URL_SAFE_NO_PAD.decode(id).unwrap();
        URL_SAFE_NO_PAD.encode(&id[1..17])
    }
}

/// The title of a page, in English.
#[track_caller]
pub(super) fn title(told: &Told) -> &str {
    let (_, rest) = told.body.split_once("<h1>").unwrap();
    let (_, rest) = rest.split_once("<span lang=\"en\">").unwrap();
    rest.split_once("</span>").unwrap().0
}

/// What a page tells the page that opened it: type, token and target.
pub(super) fn message(told: &Told) -> [&str; 3] {
    ["message", "token-version-id", "target"].map(|name| {
        let (_, rest) = told.body.split_once(&format!("data-{name}=\"")).unwrap();
        rest.split_once('"').unwrap().0
    })
}

/// No page of the façade can be framed, is kept, or tells where it was.
#[track_caller]
pub(super) fn check_page(told: &Told) {
    assert_eq!(told.header("cache-control"), Some("no-store"), "{told:?}");
    assert_eq!(told.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(told.header("x-frame-options"), Some("DENY"));
    assert_eq!(told.header("cross-origin-opener-policy"), None);
    let policy = told.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!told.body.contains('{'), "{}", told.body);
}

/// An origin that the tests list.
pub(super) fn origin(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}
