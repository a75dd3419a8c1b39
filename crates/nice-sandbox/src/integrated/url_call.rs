//! `auth/url`.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::{OriginalUri, State as Shared, rejection::BytesRejection},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    access_token::AccessToken,
    answer::Answer,
    authorization,
    fields::{CLOSE_URL, EXP_MODS, Field, Fields, METHOD_TYPE, REQUEST_NO, RETURN_URL, SVC_TYPES},
    ids, path,
    svc_type::SvcType,
    transactions::{Asked, Stage, Transaction},
};
use crate::{
    address,
    browser::{
        Method,
        notice::Notice,
        return_url::{self, ReturnUrl},
    },
    faults::Twist,
    history::Event,
    state::State,
    words::Both,
};

const KNOWN: [Field; 6] = [
    REQUEST_NO,
    RETURN_URL,
    SVC_TYPES,
    CLOSE_URL,
    METHOD_TYPE,
    EXP_MODS,
];

const CLOSE_BUTTON: &str = "closeButtonOn";

pub(super) async fn open(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    twist: Option<Extension<Twist>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut notices = Vec::new();
    let takes_any_number = twist.is_some_and(|twist| twist.0 == Twist::NumberReused);
    opened(&state, &uri, &headers, body, takes_any_number, &mut notices)
        .unwrap_or_else(|refusal| refusal)
        .into_response(&notices, &state)
}

fn opened(
    state: &State,
    uri: &Uri,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    takes_any_number: bool,
    notices: &mut Vec<Notice>,
) -> Result<Answer, Answer> {
    let fields = Fields::read(body)?;
    *notices = fields.notices(headers, &KNOWN);
    let token = authorization::check_token(headers, state)?;
    let request = read(&fields, &token, notices)?;
    if !takes_any_number && state.integrated().knows_number(&request.request_no) {
        return Err(Answer::refused("3028", "request_no_reused"));
    }
    let request_no = request.request_no.clone();
    let transaction = Transaction {
        id: ids::transaction_id(state),
        window_id: ids::window_id(state),
        request,
        token,
        issued_at: state.clock.now(),
        stage: Stage::Issued,
    };
    let (id, window_id) = (transaction.id.clone(), transaction.window_id.clone());
    let texts = notices.iter().map(|notice| notice.text.clone()).collect();
    state.history().request(&id, &fields.pretty(), texts);
    let text = Both::new("auth_url을 발급했습니다.", "auth_url was issued.");
    let event = Event::new(transaction.issued_at, "issued", text);
    state.history().event(&id, event);
    state.integrated().insert(transaction);
    let mut answer = Map::new();
    answer.insert("request_no".to_owned(), json!(request_no));
    // Where the window is by the address that was called.
    let mount = uri.path().strip_suffix(path::URL).unwrap_or_default();
    let origin = address::origin(headers);
    let auth_url = format!("{origin}{mount}{}{window_id}", path::WINDOW);
    answer.insert("auth_url".to_owned(), json!(auth_url));
    answer.insert("transaction_id".to_owned(), json!(id));
    Ok(Answer::good(answer))
}

/// The names of the fields that NICE knows.
pub(crate) fn names() -> [&'static str; 6] {
    KNOWN.map(|field| field.name)
}

/// All that is wrong with a body.
pub(crate) fn faults(document: Map<String, Value>) -> Vec<&'static str> {
    let fields = Fields::of(document);
    let mut notices = Vec::new();
    [
        fields.request_no().err(),
        return_url(&fields, &mut notices).err(),
        close_url(&fields, &mut notices).err(),
        method(&fields).err(),
        svc_types(&fields).err(),
    ]
    .into_iter()
    .flatten()
    .filter_map(|refused| refused.fault())
    .collect()
}

fn read(fields: &Fields, token: &AccessToken, notices: &mut Vec<Notice>) -> Result<Asked, Answer> {
    let request_no = fields.request_no()?.to_owned();
    let return_url = return_url(fields, notices)?;
    if return_url.as_str().contains('#') {
        notices.push(Notice::return_fragment());
    }
    let close_url = close_url(fields, notices)?;
    let method = method(fields)?;
    let mut has_close_button = false;
    for given in fields.list(EXP_MODS)?.unwrap_or_default() {
        if given == CLOSE_BUTTON {
            has_close_button = true;
        } else if given.bytes().all(|byte| byte.is_ascii_alphanumeric()) && given.len() <= 40 {
            notices.push(Notice::unknown_mod(given));
        } else {
            notices.push(Notice::unknown_mod("?"));
        }
    }
    if close_url.is_some() && !has_close_button {
        notices.push(Notice::no_close_button());
    }
    Ok(Asked {
        request_no,
        return_url,
        close_url,
        svc_types: contracted(svc_types(fields)?, token)?,
        method,
        has_close_button,
        notices: notices.clone(),
    })
}

fn return_url(fields: &Fields, notices: &mut Vec<Notice>) -> Result<ReturnUrl, Answer> {
    let text = fields.required(RETURN_URL)?;
    address_of(RETURN_URL, text, "return_url_invalid", notices)
}

fn close_url(fields: &Fields, notices: &mut Vec<Notice>) -> Result<Option<ReturnUrl>, Answer> {
    fields
        .optional(CLOSE_URL)?
        .map(|text| address_of(CLOSE_URL, text, "close_url_invalid", notices))
        .transpose()
}

fn method(fields: &Fields) -> Result<Method, Answer> {
    match fields.optional(METHOD_TYPE)? {
        None | Some("GET") => Ok(Method::Get),
        Some("POST") => Ok(Method::Post),
        Some(other) if other.eq_ignore_ascii_case("get") || other.eq_ignore_ascii_case("post") => {
            Err(Answer::refused("1002", "method_type_not_upper_case"))
        }
        Some(_) => Err(Answer::refused("1002", "method_type_unknown")),
    }
}

/// Where a browser can go, within NICE's length.
fn address_of(
    field: Field,
    text: &str,
    invalid: &'static str,
    notices: &mut Vec<Notice>,
) -> Result<ReturnUrl, Answer> {
    if text.len() > return_url::MAX_LENGTH {
        return Err(Answer::refused("1002", field.too_long));
    }
    let url = return_url::parse(text).map_err(|_| Answer::refused("3022", invalid))?;
    match &url {
        ReturnUrl::App { .. } => notices.push(Notice::app_return(field.name)),
        ReturnUrl::Web(text) if text.starts_with("http:") && !url.is_loopback() => {
            notices.push(Notice::http_return(field.name));
        }
        ReturnUrl::Web(_) => {}
    }
    Ok(url)
}

/// The methods that the person may choose among.
fn svc_types(fields: &Fields) -> Result<Vec<SvcType>, Answer> {
    let letters = fields
        .list(SVC_TYPES)?
        .filter(|list| !list.is_empty())
        .ok_or_else(|| Answer::refused("1002", SVC_TYPES.missing))?;
    let mut chosen = Vec::new();
    for letter in letters {
        let svc_type = SvcType::by_letter(letter)
            .ok_or_else(|| Answer::refused("3031", "svc_types_unknown"))?;
        if !chosen.contains(&svc_type) {
            chosen.push(svc_type);
        }
    }
    Ok(chosen)
}

/// Those of the token's scope alone.
fn contracted(chosen: Vec<SvcType>, token: &AccessToken) -> Result<Vec<SvcType>, Answer> {
    if chosen.iter().all(|svc_type| token.allows(*svc_type)) {
        Ok(chosen)
    } else {
        Err(Answer::refused("3031", "svc_types_not_contracted"))
    }
}
