//! `auth/result`.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::{State as Shared, rejection::BytesRejection},
    http::HeaderMap,
    response::Response,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use nice_crypto::Sealed;
use serde_json::{Map, Value, json};

use super::{
    access_token::AccessToken,
    answer::{Answer, GOOD},
    authorization,
    fields::{Field, Fields, REQUEST_NO, TRANSACTION_ID, WEB_TRANSACTION_ID},
    transactions::{Flaw, HandedOut, Memory, Stage, Transaction, Verified},
};
use crate::{browser::notice::Notice, faults::Twist, history::Event, state::State, words::Both};

const KNOWN: [Field; 3] = [WEB_TRANSACTION_ID, TRANSACTION_ID, REQUEST_NO];

pub(super) async fn hand_out(
    Shared(state): Shared<Arc<State>>,
    twist: Option<Extension<Twist>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut notices = Vec::new();
    let twist = twist.map(|twist| twist.0);
    handed_out(&state, &headers, body, twist, &mut notices)
        .unwrap_or_else(|refusal| refusal)
        .into_response(&notices, &state)
}

fn handed_out(
    state: &State,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    twist: Option<Twist>,
    notices: &mut Vec<Notice>,
) -> Result<Answer, Answer> {
    let fields = Fields::read(body)?;
    *notices = fields.notices(headers, &KNOWN);
    let token = authorization::check_token(headers, state)?;
    let web_transaction_id = fields.required(WEB_TRANSACTION_ID)?;
    let id = fields.required(TRANSACTION_ID)?;
    let request_no = fields.required(REQUEST_NO)?;
    let now = state.clock.now();
    // One guard over all of it: a result goes out once.
    let mut memory = state.integrated();
    let Some(transaction) = memory.get(id) else {
        return Err(unknown(id, web_transaction_id, &mut memory));
    };
    let verified = due(transaction, web_transaction_id, request_no, now)?;
    let person = shown(&verified.person, twist);
    let plain = Value::Object(person).to_string();
    let sealing_token = match twist {
        Some(Twist::TicketOfUrl) => transaction.token.clone(),
        _ => token,
    };
    let sealed = seal(&sealing_token, &verified, transaction, &plain, twist, state);
    transaction.stage = Stage::HandedOut(
        verified,
        HandedOut {
            token: sealing_token,
            enc_data: sealed.enc_data.clone(),
        },
    );
    drop(memory);
    let text = Both::new("결과를 내주었습니다.", "The result was returned.");
    let event = Event {
        came: plain,
        ..Event::new(now, "handed_out", text)
    };
    state.history().event(id, event);
    let mut answer = Map::new();
    answer.insert("enc_data".to_owned(), json!(sealed.enc_data));
    answer.insert("integrity_value".to_owned(), json!(sealed.integrity_value));
    Ok(Answer::good(answer))
}

fn unknown(id: &str, web_transaction_id: &str, memory: &mut Memory) -> Answer {
    let fault = if memory.get(web_transaction_id).is_some() {
        "transaction_ids_swapped"
    } else if decoded(id).is_some_and(|id| memory.get(&URL_SAFE_NO_PAD.encode(id)).is_some()) {
        "transaction_id_not_as_received"
    } else {
        "transaction_unknown"
    };
    Answer::refused("3029", fault)
}

/// What a call with these values may have; or why it may not.
fn due(
    transaction: &Transaction,
    web_transaction_id: &str,
    request_no: &str,
    now: Timestamp,
) -> Result<Verified, Answer> {
    let refused = |fault| Answer::refused("3032", fault);
    let (verified, is_spent) = match &transaction.stage {
        Stage::Issued => return Err(refused("window_not_opened")),
        Stage::Opened => return Err(refused("not_verified")),
        Stage::Verified(verified) => (verified, false),
        Stage::HandedOut(verified, _) => (verified, true),
    };
    if web_transaction_id != verified.web_transaction_id {
        return Err(refused(
            if STANDARD.encode(web_transaction_id) == verified.web_transaction_id {
                "web_transaction_id_not_as_received"
            } else {
                "web_transaction_id_wrong"
            },
        ));
    }
    if request_no != transaction.request.request_no {
        return Err(refused("request_no_wrong"));
    }
    if is_spent {
        return Err(Answer::refused("3033", "result_asked_twice"));
    }
    if transaction.is_over(now) || verified.flaw == Some(Flaw::Late) {
        return Err(refused("transaction_expired"));
    }
    Ok(verified.clone())
}

/// The id's text if the client sent the decoded one.
fn decoded(id: &str) -> Option<&str> {
    id.starts_with("S1").then_some(id)
}

/// The person's fields as a fault shows them.
fn shown(person: &Map<String, Value>, twist: Option<Twist>) -> Map<String, Value> {
    let mut person = person.clone();
    match twist {
        Some(Twist::CiAbsent) => {
            person.shift_remove("ci");
        }
        Some(Twist::MobileCoUnknown) if person.contains_key("mobile_co") => {
            person.insert("mobile_co".to_owned(), json!("9"));
        }
        Some(Twist::ExtraFields) => {
            person.insert("nice_key".to_owned(), json!("SANDBOX-NICE-KEY"));
            person.insert("extra".to_owned(), json!({"list": [1, null, true]}));
        }
        Some(Twist::Numbers) => {
            for (field, value) in &mut person {
                if !matches!(field.as_str(), "name" | "mobile_no" | "vnumber")
                    && let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok())
                {
                    *value = json!(number);
                }
            }
        }
        _ => {}
    }
    person
}

fn seal(
    token: &AccessToken,
    verified: &Verified,
    transaction: &Transaction,
    plain: &str,
    twist: Option<Twist>,
    state: &State,
) -> Sealed {
    let keys = token.keys(&transaction.id);
    let mut iv = [0; 16];
    state.random.fill(&mut iv);
    let mut sealed = keys.seal(plain.as_bytes(), iv);
    if twist == Some(Twist::IntegrityOverAll) {
        let all = [GOOD.0, GOOD.1, &sealed.enc_data].concat();
        sealed.integrity_value = keys.integrity(all.as_bytes());
    }
    if twist == Some(Twist::IntegrityWrong) || verified.flaw == Some(Flaw::IntegrityValue) {
        flip(&mut sealed.integrity_value);
    }
    if verified.flaw == Some(Flaw::EncData) {
        flip(&mut sealed.enc_data);
    }
    sealed
}

/// Another bit in the middle; still base64url of the same length.
fn flip(base64: &mut String) {
    if let Ok(mut bytes) = URL_SAFE_NO_PAD.decode(&*base64) {
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 1;
        }
        *base64 = URL_SAFE_NO_PAD.encode(bytes);
    }
}
