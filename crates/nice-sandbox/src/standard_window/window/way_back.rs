//! How the browser gets back to the shop.

use axum::{
    http::{HeaderMap, header::USER_AGENT},
    response::Response,
};

use super::{callback, request::WindowRequest};
use crate::{
    browser::{
        Method,
        app_switch::AppSwitch,
        fault::Fault,
        notice::Notice,
        outcome::Outcome,
        pages,
        parameters::Parameters,
        return_url::ReturnUrl,
        way_back::{Way, WayBackPage, location, redirect},
    },
    history::Event,
    people,
    state::State,
    words::Both,
};

/// Of this window.
pub(super) const fn app_switch(root: &str) -> AppSwitch<'_> {
    AppSwitch {
        root,
        app: "sandbox/window/app",
        answer: "sandbox/window/answer",
    }
}

/// Everything that decides the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct WayBack<'a> {
    /// From the page to the others.
    pub(super) root: &'a str,
    pub(super) request: &'a WindowRequest,
    pub(super) notices: &'a [Notice],
    pub(super) outcome: Outcome,
    pub(super) parameters: &'a Parameters,
    pub(super) headers: &'a HeaderMap,
    /// A person chose it on the page, so a page may explain.
    pub(super) by_hand: bool,
}

impl WayBack<'_> {
    pub(super) fn take(self, persona: &str, state: &State) -> Result<Response, Fault> {
        let known = people::find(persona);
        let persona = known.ok_or_else(|| Fault::unknown_persona(persona, &people::list()))?;
        if self.outcome == Outcome::AppSwitch {
            let text = Both::new("PASS 앱으로 이동했습니다.", "Go to the PASS app.");
            self.record(text, "", state);
            let switch = app_switch(self.root);
            let page = switch.leave(self.parameters, persona.id, &self.request.returnurl);
            return Ok(pages::with_notices(page, self.notices));
        }
        let failure = match self.outcome {
            Outcome::Cancel => Some(None),
            Outcome::InWindow(code) => Some(Some(code)),
            _ => None,
        };
        if let Some(failure) = failure {
            let text = Both::new("콜백 없이 끝났습니다.", "It ended without a callback.");
            self.record(text, "", state);
            let closed = pages::closed(self.root, failure);
            return Ok(pages::with_notices(closed, self.notices));
        }
        let callback = callback::make(self.request, persona, self.outcome, self.parameters, state)?;
        let method = self.method();
        let returnurl = self.request.returnurl.as_str();
        let text = match method {
            Method::Get => Both::new(
                format!("{returnurl} 로 get 콜백을 보냈습니다."),
                format!("The browser was sent to {returnurl} by get."),
            ),
            Method::Post => Both::new(
                format!("{returnurl} 로 post 콜백을 보냈습니다."),
                format!("The browser was sent to {returnurl} by post."),
            ),
        };
        self.record(text, &callback.plain, state);
        let explained =
            self.outcome == Outcome::Double || (self.outcome == Outcome::Late && self.by_hand);
        let values = callback.values();
        let location = location(returnurl, &values, self.outcome == Outcome::RawPlus);
        // Now the length is known.
        let mut notices = self.notices.to_vec();
        notices.retain(|notice| notice.code != Notice::LONG_CALLBACK);
        if method == Method::Get && location.len() > callback::LONG {
            notices.push(Notice::long_callback(location.len()));
        }
        let response = if explained || method == Method::Post {
            let way = match self.outcome {
                Outcome::Double => Way::Twice,
                Outcome::Late if explained => Way::Late,
                _ => Way::Once,
            };
            let page = WayBackPage {
                root: self.root,
                way,
                method,
                returnurl: &self.request.returnurl,
                values: &values,
                ends_at: self.request.expires_at,
            };
            page.into_response(late)
        } else {
            redirect(&location, &values)
        };
        Ok(pages::with_notices(response, &notices))
    }

    fn record(self, text: Both, came: &str, state: &State) {
        let event = Event::new(state.clock.now(), self.outcome.name(), text);
        let came = came.to_owned();
        let id = &self.request.token_version_id;
        state.history().event(id, Event { came, ..event });
    }

    fn method(self) -> Method {
        if matches!(self.request.returnurl, ReturnUrl::App { .. })
            || self.outcome == Outcome::RawPlus
        {
            return Method::Get;
        }
        self.request.method.unwrap_or_else(|| {
            if is_mobile(self.headers) {
                Method::Post
            } else {
                Method::Get
            }
        })
    }
}

fn late(ends: &str) -> Both {
    Both::new(
        format!(
            "토큰은 {ends}에 만료됩니다. 결과의 enctime은 그 뒤입니다. 기다리면 만료된 다음에 자동으로 \
             보냅니다. 직접 시험할 때는 SANDBOX_PERIOD=60s 로 시작하면 1분이면 됩니다."
        ),
        format!(
            "The token expires at {ends}; the result's enctime is later. Wait, and it is sent after that, or send it now. With SANDBOX_PERIOD=60s the wait is a minute."
        ),
    )
}

fn is_mobile(headers: &HeaderMap) -> bool {
    headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|agent| {
            ["Mobile", "Android", "iPhone", "iPad"]
                .iter()
                .any(|word| agent.contains(word))
        })
}
