//! Requests of the calls: bodies and `Authorization` headers of both APIs.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Finding, Report, evidence::Evidence};
use crate::{
    diagnosis::standard_window::calls::{self, Refusal},
    integrated,
};

/// A name as in `x-sandbox-fault`; what is wrong, and what is right, in Korean and English.
type Row = (&'static str, [&'static str; 2], [&'static str; 2]);

const ROWS: [Row; 33] = [
    (
        "fields_outside_data_body",
        [
            "req_dtim, req_no, enc_mode가 dataBody 밖에 있습니다.",
            "req_dtim, req_no and enc_mode stand outside dataBody.",
        ],
        DATA_BODY,
    ),
    (
        "data_body_missing",
        ["dataBody가 없습니다.", "There is no dataBody."],
        DATA_BODY,
    ),
    (
        "req_dtim_missing",
        [
            "req_dtim이 없거나 비어 있습니다.",
            "req_dtim is absent or empty.",
        ],
        DATA_BODY,
    ),
    (
        "req_dtim_not_text",
        ["req_dtim이 문자열이 아닙니다.", "req_dtim is not a string."],
        DATA_BODY,
    ),
    (
        "req_dtim_not_14_digits",
        [
            "req_dtim이 숫자 14자리가 아닙니다.",
            "req_dtim has not 14 digits.",
        ],
        DATA_BODY,
    ),
    (
        "req_no_missing",
        [
            "req_no가 없거나 비어 있습니다.",
            "req_no is absent or empty.",
        ],
        DATA_BODY,
    ),
    (
        "req_no_not_text",
        ["req_no가 문자열이 아닙니다.", "req_no is not a string."],
        DATA_BODY,
    ),
    (
        "req_no_too_long",
        [
            "req_no가 30바이트보다 깁니다.",
            "req_no is longer than 30 bytes.",
        ],
        DATA_BODY,
    ),
    (
        "enc_mode_missing",
        [
            "enc_mode가 없거나 비어 있습니다.",
            "enc_mode is absent or empty.",
        ],
        DATA_BODY,
    ),
    (
        "enc_mode_not_text",
        ["enc_mode가 문자열이 아닙니다.", "enc_mode is not a string."],
        DATA_BODY,
    ),
    (
        "enc_mode_not_1",
        ["enc_mode가 \"1\"이 아닙니다.", "enc_mode is not \"1\"."],
        DATA_BODY,
    ),
    (
        "authorization_scheme",
        [
            "Authorization이 Basic이나 bearer로 시작하지 않습니다.",
            "Authorization begins with neither Basic nor bearer.",
        ],
        BEARER,
    ),
    (
        "authorization_not_encoded",
        [
            "Authorization의 값을 base64로 바꾸지 않았습니다.",
            "The value of Authorization is not in base64.",
        ],
        BEARER,
    ),
    (
        "authorization_not_base64",
        [
            "Authorization의 값이 base64가 아닙니다.",
            "The value of Authorization is not base64.",
        ],
        BEARER,
    ),
    (
        "authorization_without_colon",
        [
            "client_id와 client_secret 사이에 콜론이 없습니다.",
            "There is no colon between client_id and client_secret.",
        ],
        BEARER,
    ),
    (
        "authorization_not_three_parts",
        [
            "bearer의 값이 세 부분이 아닙니다.",
            "The bearer value has not three parts.",
        ],
        BEARER,
    ),
    (
        "authorization_order",
        [
            "bearer의 세 값의 순서가 다릅니다.",
            "The three parts of the bearer value are in another order.",
        ],
        BEARER,
    ),
    (
        "timestamp_missing",
        [
            "bearer의 시각이 비어 있습니다.",
            "The time in the bearer value is empty.",
        ],
        BEARER,
    ),
    (
        "timestamp_not_a_number",
        [
            "bearer의 시각이 숫자가 아닙니다.",
            "The time in the bearer value is no number.",
        ],
        BEARER,
    ),
    (
        "timestamp_not_whole",
        [
            "bearer의 시각에 소수점이 있습니다 (time.time()은 int로 바꾸세요).",
            "The time in the bearer value has a fraction: make time.time() an int.",
        ],
        BEARER,
    ),
    (
        "timestamp_is_a_date",
        [
            "bearer의 시각이 날짜(yyyyMMddHHmmss)입니다.",
            "The time in the bearer value is a date (yyyyMMddHHmmss).",
        ],
        BEARER,
    ),
    (
        "timestamp_in_milliseconds",
        [
            "bearer의 시각이 밀리초입니다 (Date.now(), System.currentTimeMillis()는 1000으로 나누세요).",
            "The time in the bearer value is in milliseconds: divide Date.now() or System.currentTimeMillis() by 1000.",
        ],
        BEARER,
    ),
    (
        "timestamp_in_microseconds",
        [
            "bearer의 시각이 마이크로초입니다.",
            "The time in the bearer value is in microseconds.",
        ],
        BEARER,
    ),
    (
        "timestamp_in_nanoseconds",
        [
            "bearer의 시각이 나노초입니다.",
            "The time in the bearer value is in nanoseconds.",
        ],
        BEARER,
    ),
    (
        "basic_padded",
        [
            "통합인증의 Basic 값 끝에 = 가 있습니다.",
            "The Basic value of the newer API ends with =.",
        ],
        BASIC_NEWER,
    ),
    (
        "basic_standard_base64",
        [
            "통합인증의 Basic 값이 표준 base64(+, /)입니다.",
            "The Basic value of the newer API is standard base64, with + and /.",
        ],
        BASIC_NEWER,
    ),
    (
        "request_no_missing",
        [
            "request_no가 없거나 비어 있습니다.",
            "request_no is absent or empty.",
        ],
        AUTH_URL,
    ),
    (
        "request_no_not_text",
        [
            "request_no가 문자열이 아닙니다.",
            "request_no is not a string.",
        ],
        AUTH_URL,
    ),
    (
        "request_no_too_short",
        [
            "request_no가 20바이트보다 짧습니다.",
            "request_no is shorter than 20 bytes.",
        ],
        AUTH_URL,
    ),
    (
        "request_no_too_long",
        [
            "request_no가 50바이트보다 깁니다.",
            "request_no is longer than 50 bytes.",
        ],
        AUTH_URL,
    ),
    (
        "svc_types_not_a_list",
        ["svc_types가 배열이 아닙니다.", "svc_types is not a list."],
        AUTH_URL,
    ),
    (
        "svc_types_unknown",
        [
            "svc_types에 M, F, U, I가 아닌 값이 있습니다.",
            "svc_types holds something other than M, F, U, I.",
        ],
        AUTH_URL,
    ),
    (
        "method_type_not_upper_case",
        [
            "method_type은 대문자(GET, POST)입니다.",
            "method_type is in upper case: GET or POST.",
        ],
        AUTH_URL,
    ),
];

const DATA_BODY: [&str; 2] = [
    "{\"dataHeader\":{\"CNTY_CD\":\"ko\"},\"dataBody\":{\"req_dtim\":\"yyyyMMddHHmmss\",\"req_no\":\"30바이트 이하\",\"enc_mode\":\"1\"}} 로 보내고, req_dtim과 req_no는 보관했다가 키를 만들 때 그대로 쓰세요.",
    "Send {\"dataHeader\":{\"CNTY_CD\":\"ko\"},\"dataBody\":{\"req_dtim\":\"yyyyMMddHHmmss\",\"req_no\":\"at most 30 bytes\",\"enc_mode\":\"1\"}}, and keep req_dtim and req_no: the keys are made of them.",
];
const BEARER: [&str; 2] = [
    "기관 토큰을 요청할 때는 Basic base64(client_id:client_secret), 그 밖에는 bearer base64(access_token:초 단위 유닉스 시각:client_id) 입니다. 통합인증은 Bearer 뒤에 access_token을 그대로 씁니다.",
    "Basic base64(client_id:client_secret) for the institution token, bearer base64(access_token:Unix time in seconds:client_id) for the other calls. The newer API has Bearer and the access_token as it is.",
];
const BASIC_NEWER: [&str; 2] = [
    "통합인증은 패딩 없는 base64url입니다: Java는 Base64.getUrlEncoder().withoutPadding().",
    "The newer API has base64url without padding: Base64.getUrlEncoder().withoutPadding() in Java.",
];
const AUTH_URL: [&str; 2] = [
    "auth/url에는 request_no(20~50바이트, 매번 새 값), return_url(절대 주소), svc_types([\"M\"]과 같은 배열)를 JSON으로 보내세요.",
    "Send auth/url as JSON with request_no (20 to 50 bytes, new each time), return_url (an absolute address) and svc_types (a list such as [\"M\"]).",
];

pub(super) fn check(evidence: &Evidence, report: &mut Report) {
    for object in &evidence.objects {
        let has = |name: &str| object.contains_key(name);
        let is_crypto_token = ["dataBody", "req_dtim", "enc_mode"]
            .iter()
            .any(|name| has(name));
        if is_crypto_token && !is_answer(object) {
            crypto_token(object, report);
        }
        if (has("return_url") || has("svc_types")) && !has("sitecode") {
            auth_url(object, report);
        }
    }
    for value in evidence.all("authorization") {
        authorization(value, report);
    }
}

/// Whether it is what NICE said.
fn is_answer(object: &Map<String, Value>) -> bool {
    let inner = object.get("dataBody").and_then(Value::as_object);
    let names = [
        "token_val",
        "result_cd",
        "rsp_cd",
        "GW_RSLT_CD",
        "access_token",
    ];
    let header = object.get("dataHeader").and_then(Value::as_object);
    [Some(object), inner, header]
        .into_iter()
        .flatten()
        .any(|object| names.iter().any(|name| object.contains_key(*name)))
}

fn crypto_token(object: &Map<String, Value>, report: &mut Report) {
    let body = serde_json::to_vec(object).unwrap_or_default();
    match calls::crypto_token(&body) {
        Ok(_) => report.right([
            "암호화토큰 요청의 본문이 맞습니다.",
            "The body of the crypto-token call is right.",
        ]),
        Err(Refusal::Gateway(_, fault) | Refusal::Result(_, fault)) => {
            tell(fault, DATA_BODY, report);
        }
    }
}

fn auth_url(object: &Map<String, Value>, report: &mut Report) {
    let body = serde_json::to_vec(object).unwrap_or_default();
    let (fault, notices) = integrated::what_is_wrong_with_auth_url(body);
    match fault {
        Some(fault) => tell(fault, AUTH_URL, report),
        None => report.right([
            "auth/url의 본문이 맞습니다.",
            "The body of auth/url is right.",
        ]),
    }
    for notice in notices {
        report.found(Finding::new(notice.code, notice.text, AUTH_URL));
    }
}

fn authorization(value: &str, report: &mut Report) {
    let is = |scheme: &str| {
        value
            .get(..scheme.len())
            .is_some_and(|given| given.eq_ignore_ascii_case(scheme))
    };
    if is("Basic ") {
        basic(value, report);
    } else if is("Bearer ") && value.matches('.').count() == 2 {
        // A JWT, of the newer API.
        report.right([
            "Bearer 값의 형식이 맞습니다.",
            "The Bearer value has the right form.",
        ]);
    } else {
        match calls::authorization(value, "bearer ") {
            Ok(text) => bearer(&text, report),
            Err(fault) => tell(fault, BEARER, report),
        }
    }
}

fn basic(value: &str, report: &mut Report) {
    let base64 = value["Basic ".len()..].trim();
    let decoded = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(base64).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = decoded else {
        let fault = if base64.contains(':') {
            "authorization_not_encoded"
        } else {
            "authorization_not_base64"
        };
        return tell(fault, BEARER, report);
    };
    if !text.contains(':') {
        return tell("authorization_without_colon", BEARER, report);
    }
    // Client ids of the newer API begin so.
    let is_newer = text.starts_with("NI");
    if is_newer && base64.ends_with('=') {
        tell("basic_padded", BASIC_NEWER, report);
    } else if is_newer && base64.contains(['+', '/']) {
        tell("basic_standard_base64", BASIC_NEWER, report);
    } else {
        report.right([
            "Basic 값의 형식이 맞습니다.",
            "The Basic value has the right form.",
        ]);
    }
}

/// `access_token:seconds:client_id`.
fn bearer(text: &str, report: &mut Report) {
    let parts: Vec<_> = text.split(':').collect();
    let [_, time, client_id] = parts[..] else {
        return tell("authorization_not_three_parts", BEARER, report);
    };
    let is_time = |text: &str| text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_time(time) && (is_time(client_id) || is_time(parts[0])) {
        return tell("authorization_order", BEARER, report);
    }
    // What was pasted is old: it is held against the moment that it may mean.
    let scale = match time.len() {
        13 => 1_000,
        16 => 1_000_000,
        19 => 1_000_000_000,
        _ => 1,
    };
    let meant = time.parse::<i64>().ok().filter(|_| time.len() != 14);
    let now = meant.and_then(|meant| Timestamp::from_second(meant / scale).ok());
    match calls::wrong_time(time, now.unwrap_or(Timestamp::UNIX_EPOCH)) {
        Some(fault) => tell(fault, BEARER, report),
        None => report.right([
            "bearer 값의 형식이 맞습니다.",
            "The bearer value has the right form.",
        ]),
    }
}

/// By the row, or at least by its name.
fn tell(fault: &'static str, otherwise: [&str; 2], report: &mut Report) {
    report.found(match ROWS.iter().find(|(name, ..)| *name == fault) {
        Some((_, wrong, fix)) => Finding::new(fault, *wrong, *fix),
        None => Finding::new(fault, [fault, fault], otherwise),
    });
}
