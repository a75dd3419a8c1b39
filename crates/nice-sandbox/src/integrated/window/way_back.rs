//! How the browser gets back to the shop, with nothing but an id.

use axum::response::Response;

use super::super::{
    ids, person,
    svc_type::SvcType,
    transactions::{Flaw, Stage, Transaction, Verified},
};
use crate::{
    browser::{
        Method,
        app_switch::AppSwitch,
        codes,
        fault::Fault,
        outcome::Outcome,
        pages,
        parameters::Parameters,
        return_url::ReturnUrl,
        way_back::{Way, WayBackPage, location, redirect},
    },
    history::Event,
    people::Persona,
    state::State,
    words::Both,
};

/// The failure that has no code of its own.
const FAILURE: &str = "0001";

/// Of this window.
pub(super) const fn app_switch(root: &str) -> AppSwitch<'_> {
    AppSwitch {
        root,
        app: "sandbox/integrated/window/app",
        answer: "sandbox/integrated/window/answer",
    }
}

/// Everything that decides the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct WayBack<'a> {
    /// From the page to the others.
    pub(super) root: &'a str,
    pub(super) transaction: &'a Transaction,
    pub(super) outcome: Outcome,
    pub(super) parameters: &'a Parameters,
    /// A person chose it on the page, so a page may explain.
    pub(super) by_hand: bool,
}

impl WayBack<'_> {
    pub(super) fn take(self, persona: Persona, state: &State) -> Result<Response, Fault> {
        let request = &self.transaction.request;
        let response = match self.outcome {
            Outcome::Cancel => self.cancelled(state),
            Outcome::AppSwitch => self.handed_over(persona, state),
            Outcome::InWindow(code) => self.failed(code, state),
            Outcome::Fail => {
                let given = self.parameters.sandbox("resultcode").unwrap_or(FAILURE);
                let code = codes::find(given).ok_or_else(|| {
                    let known = codes::CODES.map(|code| code.digits).join(", ");
                    Fault::not_one_of("sandbox_resultcode", given, &known)
                })?;
                self.failed(code, state)
            }
            _ => self.verified(persona, state)?,
        };
        Ok(pages::with_notices(response, &request.notices))
    }

    fn handed_over(self, persona: Persona, state: &State) -> Response {
        let text = Both::new("PASS 앱으로 이동했습니다.", "Go to the PASS app.");
        self.record(text, "", state);
        let mut chosen = self.parameters.clone();
        // The value in the page's form; it is missing if the page was never
        // shown.
        chosen.set("window", &self.transaction.window_id);
        let back = &self.transaction.request.return_url;
        app_switch(self.root).leave(&chosen, persona.id, back)
    }

    /// The close button leads to `close_url`; without either the window closes itself.
    fn cancelled(self, state: &State) -> Response {
        let request = &self.transaction.request;
        match &request.close_url {
            Some(close_url) if request.has_close_button => {
                let close_url = close_url.as_str();
                self.record(
                    Both::new(
                        format!("취소했습니다. 브라우저를 {close_url} 로 보냈습니다."),
                        format!("Cancelled: the browser was sent to {close_url}."),
                    ),
                    "",
                    state,
                );
                redirect(close_url, &[])
            }
            _ => self.ended(None, state),
        }
    }

    fn failed(self, code: codes::WindowFailure, state: &State) -> Response {
        self.ended(Some(code), state)
    }

    fn ended(self, failure: Option<codes::WindowFailure>, state: &State) -> Response {
        let text = Both::new(
            "돌아가지 않고 끝났습니다.",
            "It ended without a return to the shop.",
        );
        self.record(text, "", state);
        pages::closed(self.root, failure)
    }

    fn verified(self, persona: Persona, state: &State) -> Result<Response, Fault> {
        let request = &self.transaction.request;
        let person = person::fields_of(
            persona,
            self.svc_type()?,
            self.parameters,
            &state.settings.integrated.fields,
            state.clock.now(),
        );
        let came = serde_json::Value::Object(person.clone()).to_string();
        let verified = Verified {
            web_transaction_id: ids::web_transaction_id(state),
            person,
            flaw: match self.outcome {
                Outcome::TamperEnc => Some(Flaw::EncData),
                Outcome::TamperMac => Some(Flaw::IntegrityValue),
                Outcome::Late => Some(Flaw::Late),
                _ => None,
            },
        };
        let carried = self.carried(&verified.web_transaction_id, state);
        if !keep(&self.transaction.id, verified, state) {
            return Err(Fault::already_verified());
        }
        let return_url = request.return_url.as_str();
        let method = match &request.return_url {
            ReturnUrl::App { .. } => Method::Get,
            ReturnUrl::Web(_) => request.method,
        };
        let name = match method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let text = Both::new(
            format!("{return_url} 로 {name} 으로 돌아갔습니다."),
            format!("The browser was sent to {return_url} by {name}."),
        );
        self.record(text, &came, state);
        let values = [("web_transaction_id", carried.as_str())];
        let way = match self.outcome {
            Outcome::Double => Way::Twice,
            Outcome::Late if self.by_hand => Way::Late,
            _ => Way::Once,
        };
        if way == Way::Once && method == Method::Get {
            return Ok(redirect(&location(return_url, &values, false), &values));
        }
        let page = WayBackPage {
            root: self.root,
            way,
            method,
            returnurl: &request.return_url,
            values: &values,
            ends_at: self.transaction.ends_at(),
        };
        Ok(page.into_response(late))
    }

    /// What the browser carries: the verification's id, or what an outcome puts in
    /// its place.
    fn carried(self, own: &str, state: &State) -> String {
        match self.outcome {
            Outcome::TamperToken => {
                let (first, rest) = own.split_at(1);
                let other = if first == "M" { "N" } else { "M" };
                format!("{other}{rest}")
            }
            Outcome::Swap => state
                .integrated()
                .another_verified(&self.transaction.id)
                .unwrap_or_else(|| ids::web_transaction_id(state)),
            _ => own.to_owned(),
        }
    }

    fn svc_type(self) -> Result<SvcType, Fault> {
        let offered = &self.transaction.request.svc_types;
        let Some(given) = self.parameters.sandbox("svc_type") else {
            return Ok(offered[0]);
        };
        SvcType::by_letter(given)
            .filter(|chosen| offered.contains(chosen))
            .ok_or_else(|| {
                let letters: Vec<_> = offered.iter().map(|one| one.letter()).collect();
                Fault::not_offered(given, &letters.join(", "))
            })
    }

    fn record(self, text: Both, came: &str, state: &State) {
        let event = Event::new(state.clock.now(), self.outcome.name(), text);
        let came = came.to_owned();
        let event = Event { came, ..event };
        state.history().event(&self.transaction.id, event);
    }
}

/// Whether this is the answer that counts: two may come from one page.
fn keep(id: &str, verified: Verified, state: &State) -> bool {
    let mut memory = state.integrated();
    match memory.get(id) {
        Some(transaction) if matches!(transaction.stage, Stage::Opened) => {
            transaction.stage = Stage::Verified(verified);
            true
        }
        _ => false,
    }
}

fn late(ends: &str) -> Both {
    Both::new(
        format!(
            "이 인증은 {ends}에 끝납니다. 기다리면 그 뒤에 자동으로 돌아갑니다. 결과를 물으면 지금 \
             돌아가도 3032입니다."
        ),
        format!(
            "This transaction ends at {ends}. Wait, and the browser goes back after that, or send it now. In both cases the call for the result gets 3032."
        ),
    )
}
