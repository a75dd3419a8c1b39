//! What a call is refused for, in words. The sandbox names it by these codes in the header
//! `x-sandbox-fault`.

use crate::browser::fault::Fault;

/// A code; what is wrong; how to fix it: each in Korean, then English.
type Row = (&'static str, [&'static str; 2], [&'static str; 2]);

const TITLE: [&str; 2] = ["호출이 잘못되었습니다", "The call is wrong"];

const AUTHORIZATION: [&str; 2] = [
    "기관토큰 발급은 Authorization: Basic base64(client_id:client_secret), 그 밖의 호출은 Authorization: bearer base64(access_token:유닉스초:client_id) 입니다.",
    "For the institution token send Authorization: Basic base64(client_id:client_secret); for the other calls Authorization: bearer base64(access_token:unix_seconds:client_id).",
];
const SECONDS: [&str; 2] = [
    "현재 시각을 초 단위 정수로 쓰세요: Java는 System.currentTimeMillis() / 1000, JavaScript는 Math.floor(Date.now() / 1000). NICE는 3분까지의 차이만 받습니다.",
    "Send the time in whole seconds: System.currentTimeMillis() / 1000 in Java, Math.floor(Date.now() / 1000) in JavaScript. NICE tolerates a difference of 3 minutes.",
];
const BODY: [&str; 2] = [
    "본문을 BOM 없는 UTF-8 JSON으로 보내세요. 예: {\"dataHeader\":{\"CNTY_CD\":\"ko\"},\"dataBody\":{\"req_dtim\":\"…\",\"req_no\":\"…\",\"enc_mode\":\"1\"}}",
    "Send the body as JSON in UTF-8 without a BOM, as in {\"dataHeader\":{\"CNTY_CD\":\"ko\"},\"dataBody\":{\"req_dtim\":\"…\",\"req_no\":\"…\",\"enc_mode\":\"1\"}}.",
];
const REQ_DTIM: [&str; 2] = [
    "req_dtim은 한국 시각 YYYYMMDDHHmmss 14자리 문자열입니다 (24시간제).",
    "req_dtim is a string of 14 digits, YYYYMMDDHHmmss, in Korean time (24 hours).",
];
const REQ_NO: [&str; 2] = [
    "req_no는 호출마다 새로운 30바이트 이하의 문자열입니다.",
    "req_no is a string of at most 30 bytes, a new one for each call.",
];
const ENC_MODE: [&str; 2] = [
    "enc_mode는 문자열 \"1\" 입니다.",
    "enc_mode is the string \"1\".",
];
const REQUEST_NO: [&str; 2] = [
    "request_no는 20~50바이트의 문자열이며 인증마다 새로 만듭니다.",
    "request_no is a string of 20 to 50 bytes, a new one for each verification.",
];
const PRODUCT: [&str; 2] = [
    "ProductID 헤더에 NICE API 콘솔의 상품 코드를 넣으세요. 통합형 본인확인은 2101979031 입니다.",
    "Send the header ProductID with the product code from NICE's console: 2101979031 for 통합형 본인확인.",
];
const RETURN_URL: [&str; 2] = [
    "return_url은 https://로 시작하는 250바이트 이하의 절대 주소입니다.",
    "return_url is an absolute https:// address of at most 250 bytes.",
];
const CLOSE_URL: [&str; 2] = [
    "close_url은 return_url처럼 https://로 시작하는 250바이트 이하의 절대 주소입니다.",
    "close_url, like return_url, is an absolute https:// address of at most 250 bytes.",
];
const METHOD_TYPE: [&str; 2] = [
    "method_type은 GET 또는 POST 입니다.",
    "method_type is GET or POST.",
];
const SVC_TYPES: [&str; 2] = [
    "svc_types는 [\"M\"] 같은 문자열 배열입니다: M, F, U, I 중 계약된 것.",
    "svc_types is an array of strings such as [\"M\"]: those of M, F, U, I in the contract.",
];
const BEARER: [&str; 2] = [
    "통합인증의 auth/url과 auth/result는 Authorization: Bearer <access_token> 입니다. 받은 토큰을 그대로 넣으세요.",
    "auth/url and auth/result of 통합인증 need Authorization: Bearer <access_token>, with the token as received.",
];

const ROWS: [Row; 54] = [
    (
        "authorization_scheme",
        [
            "Authorization의 방식(Basic, bearer)이 이 호출의 것이 아닙니다.",
            "The scheme of Authorization (Basic, bearer) is not the one for this call.",
        ],
        AUTHORIZATION,
    ),
    (
        "authorization_missing",
        [
            "Authorization 헤더가 없습니다.",
            "There is no Authorization header.",
        ],
        AUTHORIZATION,
    ),
    (
        "authorization_not_encoded",
        [
            "Authorization의 값이 base64로 바뀌지 않았습니다.",
            "The value of Authorization is not base64-encoded.",
        ],
        AUTHORIZATION,
    ),
    (
        "authorization_not_base64",
        [
            "Authorization의 값이 base64가 아닙니다.",
            "The value of Authorization is not base64.",
        ],
        AUTHORIZATION,
    ),
    (
        "authorization_without_colon",
        [
            "Basic의 base64 안에 콜론이 없습니다.",
            "The base64 of Basic contains no colon.",
        ],
        AUTHORIZATION,
    ),
    (
        "authorization_not_three_parts",
        [
            "bearer의 base64 안이 콜론으로 나뉜 세 값이 아닙니다.",
            "The base64 of bearer does not contain three values separated by colons.",
        ],
        AUTHORIZATION,
    ),
    (
        "authorization_order",
        [
            "bearer의 base64 안의 세 값의 순서가 다릅니다.",
            "The three values in the base64 of bearer are in the wrong order.",
        ],
        AUTHORIZATION,
    ),
    (
        "timestamp_in_milliseconds",
        [
            "Authorization의 시각이 밀리초입니다.",
            "The time in Authorization is in milliseconds.",
        ],
        SECONDS,
    ),
    (
        "timestamp_in_microseconds",
        [
            "Authorization의 시각이 마이크로초입니다.",
            "The time in Authorization is in microseconds.",
        ],
        SECONDS,
    ),
    (
        "timestamp_in_nanoseconds",
        [
            "Authorization의 시각이 나노초입니다.",
            "The time in Authorization is in nanoseconds.",
        ],
        SECONDS,
    ),
    (
        "timestamp_nine_hours_off",
        [
            "Authorization의 시각이 9시간 다릅니다. 유닉스 시각에는 시간대가 없습니다.",
            "The time in Authorization is nine hours off: Unix time has no time zone.",
        ],
        SECONDS,
    ),
    (
        "timestamp_is_a_date",
        [
            "Authorization의 시각이 YYYYMMDDHHmmss 날짜입니다.",
            "The time in Authorization is a date, YYYYMMDDHHmmss.",
        ],
        SECONDS,
    ),
    (
        "timestamp_too_old",
        [
            "Authorization의 시각이 과거입니다.",
            "The time in Authorization has passed.",
        ],
        SECONDS,
    ),
    (
        "timestamp_in_the_future",
        [
            "Authorization의 시각이 미래입니다.",
            "The time in Authorization is in the future.",
        ],
        SECONDS,
    ),
    (
        "timestamp_missing",
        [
            "Authorization에 시각이 없습니다.",
            "Authorization has no time.",
        ],
        SECONDS,
    ),
    (
        "timestamp_not_whole",
        [
            "Authorization의 시각이 정수가 아닙니다.",
            "The time in Authorization is not a whole number.",
        ],
        SECONDS,
    ),
    (
        "timestamp_not_a_number",
        [
            "Authorization의 시각이 숫자가 아닙니다.",
            "The time in Authorization is not a number.",
        ],
        SECONDS,
    ),
    (
        "product_missing",
        [
            "ProductID 헤더가 없습니다.",
            "There is no ProductID header.",
        ],
        PRODUCT,
    ),
    (
        "product_unknown",
        [
            "ProductID가 이 상품의 것이 아닙니다.",
            "The ProductID belongs to another product.",
        ],
        PRODUCT,
    ),
    (
        "body_has_a_bom",
        [
            "JSON 앞에 BOM이 있습니다.",
            "There is a byte order mark before the JSON.",
        ],
        BODY,
    ),
    (
        "body_is_utf16",
        ["본문이 UTF-16입니다.", "The body is in UTF-16."],
        BODY,
    ),
    (
        "body_is_a_form",
        [
            "본문이 JSON이 아니라 폼입니다.",
            "The body is a form, not JSON.",
        ],
        BODY,
    ),
    (
        "body_not_json",
        [
            "본문이 올바른 JSON이 아닙니다 (작은따옴표, 끝의 쉼표, 잘린 글자를 확인하세요).",
            "The body is not valid JSON: look for single quotes, a trailing comma or cut text.",
        ],
        BODY,
    ),
    (
        "data_body_missing",
        ["dataBody가 없습니다.", "There is no dataBody."],
        BODY,
    ),
    (
        "fields_outside_data_body",
        [
            "필드가 dataBody 밖에 있습니다.",
            "The fields are outside dataBody.",
        ],
        BODY,
    ),
    (
        "req_dtim_missing",
        [
            "req_dtim이 없거나 비어 있습니다.",
            "req_dtim is absent or empty.",
        ],
        REQ_DTIM,
    ),
    (
        "req_dtim_not_text",
        ["req_dtim이 문자열이 아닙니다.", "req_dtim is no string."],
        REQ_DTIM,
    ),
    (
        "req_dtim_not_14_digits",
        [
            "req_dtim이 14자리 숫자가 아닙니다.",
            "req_dtim does not have 14 digits.",
        ],
        REQ_DTIM,
    ),
    (
        "req_no_missing",
        [
            "req_no가 없거나 비어 있습니다.",
            "req_no is absent or empty.",
        ],
        REQ_NO,
    ),
    (
        "req_no_not_text",
        ["req_no가 문자열이 아닙니다.", "req_no is no string."],
        REQ_NO,
    ),
    (
        "req_no_too_long",
        [
            "req_no가 30바이트를 넘습니다.",
            "req_no has more than 30 bytes.",
        ],
        REQ_NO,
    ),
    (
        "enc_mode_missing",
        ["enc_mode가 없습니다.", "There is no enc_mode."],
        ENC_MODE,
    ),
    (
        "enc_mode_not_text",
        ["enc_mode가 문자열이 아닙니다.", "enc_mode is no string."],
        ENC_MODE,
    ),
    (
        "enc_mode_not_1",
        ["enc_mode가 1이 아닙니다.", "enc_mode is not 1."],
        ENC_MODE,
    ),
    (
        "request_no_missing",
        [
            "request_no가 없거나 비어 있습니다.",
            "request_no is absent or empty.",
        ],
        REQUEST_NO,
    ),
    (
        "request_no_not_text",
        [
            "request_no가 문자열이 아닙니다.",
            "request_no is no string.",
        ],
        REQUEST_NO,
    ),
    (
        "request_no_too_short",
        [
            "request_no가 20바이트보다 짧습니다.",
            "request_no has fewer than 20 bytes.",
        ],
        REQUEST_NO,
    ),
    (
        "request_no_too_long",
        [
            "request_no가 50바이트를 넘습니다.",
            "request_no has more than 50 bytes.",
        ],
        REQUEST_NO,
    ),
    (
        "return_url_missing",
        [
            "return_url이 없거나 비어 있습니다.",
            "return_url is absent or empty.",
        ],
        RETURN_URL,
    ),
    (
        "return_url_not_text",
        [
            "return_url이 문자열이 아닙니다.",
            "return_url is no string.",
        ],
        RETURN_URL,
    ),
    (
        "return_url_too_long",
        [
            "return_url이 250바이트를 넘습니다.",
            "return_url has more than 250 bytes.",
        ],
        RETURN_URL,
    ),
    (
        "return_url_invalid",
        [
            "return_url이 절대 주소가 아닙니다.",
            "return_url is not an absolute address.",
        ],
        RETURN_URL,
    ),
    (
        "svc_types_missing",
        [
            "svc_types가 없거나 비어 있습니다.",
            "svc_types is absent or empty.",
        ],
        SVC_TYPES,
    ),
    (
        "svc_types_not_a_list",
        ["svc_types가 배열이 아닙니다.", "svc_types is no array."],
        SVC_TYPES,
    ),
    (
        "svc_types_unknown",
        [
            "svc_types에 모르는 값이 있습니다.",
            "svc_types has an unknown value.",
        ],
        SVC_TYPES,
    ),
    (
        "method_type_not_upper_case",
        [
            "method_type이 대문자가 아닙니다.",
            "method_type is not in upper case.",
        ],
        METHOD_TYPE,
    ),
    (
        "method_type_unknown",
        [
            "method_type이 GET도 POST도 아닙니다.",
            "method_type is neither GET nor POST.",
        ],
        METHOD_TYPE,
    ),
    (
        "method_type_not_text",
        [
            "method_type이 문자열이 아닙니다.",
            "method_type is no string.",
        ],
        METHOD_TYPE,
    ),
    (
        "close_url_not_text",
        ["close_url이 문자열이 아닙니다.", "close_url is no string."],
        CLOSE_URL,
    ),
    (
        "close_url_too_long",
        ["close_url이 너무 깁니다.", "close_url is too long."],
        CLOSE_URL,
    ),
    (
        "close_url_invalid",
        ["close_url이 주소가 아닙니다.", "close_url is no address."],
        CLOSE_URL,
    ),
    (
        "svc_types_not_text",
        [
            "svc_types에 문자열이 아닌 값이 있습니다.",
            "svc_types contains a value that is not a string.",
        ],
        SVC_TYPES,
    ),
    (
        "token_encoded_again",
        [
            "Bearer의 접근 토큰을 base64로 다시 바꿨습니다.",
            "The access token after Bearer was base64-encoded again.",
        ],
        BEARER,
    ),
    (
        "token_not_a_jwt",
        [
            "Bearer의 값이 접근 토큰(JWT)이 아닙니다.",
            "The value after Bearer is not an access token (a JWT).",
        ],
        BEARER,
    ),
];

/// The code in words; none for one that only the sandbox knows the reason of.
pub(crate) fn in_words(code: &str) -> Option<Fault> {
    let (code, wrong, fix) = ROWS.iter().find(|(known, ..)| *known == code)?;
    Some(Fault::new(code, TITLE, *wrong, *fix))
}
