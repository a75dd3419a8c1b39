//! A browser's part in the sandbox: from an answer of `getOAuthToken`
//! through the window and back.

use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{
    app::{ISSUE, OPEN},
    client::{browser, client},
    program::Service,
    told::Told,
};

/// A verification that was begun.
pub(crate) struct Begun {
    pub(crate) answer: Value,
    pub(crate) window: String,
}

impl Begun {
    pub(crate) async fn at(service: &Service, request: &Value) -> Self {
        let told = issue(service, request).await;
        assert_eq!(told.status, 200, "{told:?}");
        Self {
            window: told.header("x-nice-window-url").unwrap().to_owned(),
            answer: told.json(),
        }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.answer[name].as_str().unwrap()
    }

    /// Sends the request to the window, with these fields besides.
    pub(crate) async fn show_window(&self, more: &[(&str, &str)]) -> Told {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("m", "service");
        for name in ["token_version_id", "enc_data", "integrity_value"] {
            form.append_pair(name, self.text(name));
        }
        form.extend_pairs(more);
        let request = browser().post(&self.window);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Told::of(request.body(form.finish()).send().await.unwrap()).await
    }

    /// Verifies at once; the address that the browser is sent back to.
    pub(crate) async fn verify(&self, more: &[(&str, &str)]) -> Url {
        let more = [&[("sandbox_persona", "hong")], more].concat();
        let told = self.show_window(&more).await;
        assert_eq!(told.status, 302, "{told:?}");
        told.header("location").unwrap().parse().unwrap()
    }

    /// The call that opens what came back, in this verification's name.
    pub(crate) fn call(&self, returned: &Url) -> Value {
        let mut call = json!({"reqNo": self.text("reqNo")});
        for (name, value) in returned.query_pairs() {
            call[&*name] = value.into();
        }
        call
    }
}

/// Begins a verification, or is refused.
pub(crate) async fn issue(service: &Service, request: &Value) -> Told {
    let call = client().post(format!("{}{ISSUE}", service.url));
    let call = call.header("content-type", "application/json");
    Told::of(call.body(request.to_string()).send().await.unwrap()).await
}

/// As the shop's server does; the sandbox needs no key.
pub(crate) async fn open(service: &Service, call: &Value) -> Told {
    let request = client().post(format!("{}{OPEN}", service.url));
    let request = request.header("content-type", "application/json");
    Told::of(request.body(call.to_string()).send().await.unwrap()).await
}
