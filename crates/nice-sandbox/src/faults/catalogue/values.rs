//! The good answer with one value that is out of its limits, or written in
//! a form that clients stumble over.

use super::{Call, Fault, Kind, fault};

/// What replaces a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Substitute {
    /// This text.
    Text(&'static str),
    /// This number of letters.
    Letters(usize),
    /// This number.
    Whole(i64),
    /// Nothing.
    Absent,
    /// A thousandth of the good number.
    Thousandth,
    /// The good number, with a fraction.
    WithFraction,
    /// The good number, as text.
    AsText,
}

use Substitute::{AsText, Letters, Text, Whole, WithFraction};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];
const INSTITUTION_TOKEN: &[Call] = &[Call::InstitutionToken];

const fn crypto(
    name: &'static str,
    field: &'static str,
    value: Substitute,
    title: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Fault {
    fault(name, Kind::Value(field, value), CRYPTO_TOKEN, title, ko, en)
}

const fn institution(
    name: &'static str,
    field: &'static str,
    value: Substitute,
    title: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Fault {
    fault(
        name,
        Kind::Value(field, value),
        INSTITUTION_TOKEN,
        title,
        ko,
        en,
    )
}

pub(crate) const FAULTS: &[Fault] = &[
    crypto(
        "period_float",
        "period",
        WithFraction,
        "period가 실수",
        "period가 3600.0처럼 옵니다. 숫자를 이렇게 쓰는 언어가 있습니다. 그 정수로 \
         받으십시오.",
        "The good answer with a period such as 3600.0: some languages write numbers so. Take it \
         as the whole number it is.",
    ),
    crypto(
        "period_string",
        "period",
        AsText,
        "period가 문자열",
        "period가 \"3600\"처럼 옵니다. NICE의 일부 문서에는 문자열로 되어 있습니다. 그 숫자로 \
         받으십시오.",
        "The good answer with a period such as \"3600\": NICE's fields are text in some of its \
         documents. Take it as the number it is.",
    ),
    crypto(
        "period_too_short",
        "period",
        Whole(59),
        "period가 너무 짧음 (59초)",
        "period가 59초입니다. 그 시간에 인증을 마칠 수 있는 사람은 없습니다. 이런 토큰은 쌓아 \
         두지 말고 다시 요청하거나 거부하십시오.",
        "The good answer with a period of 59 seconds: nobody gets through the window in that time. \
         Don't keep such a token in stock; ask for another or refuse.",
    ),
    crypto(
        "period_too_long",
        "period",
        Whole(86_401),
        "period가 하루 초과 (86401초)",
        "period가 하루를 넘습니다. 초가 아닌 단위일 수 있습니다. NICE에서 본 적 있는 기간보다 \
         오래 두지 말고 잘못된 응답으로 보고하십시오.",
        "The good answer with a period beyond a day, perhaps in other units than seconds. Don't \
         keep a token longer than NICE was ever seen to; report a broken answer.",
    ),
    crypto(
        "period_negative",
        "period",
        Whole(-3600),
        "period가 음수",
        "period가 음수입니다. 시작하기 전에 끝난 토큰입니다. 잘못된 응답으로 보고하고, 계산이 \
         넘쳐 긴 수명이 되지 않게 하십시오.",
        "The good answer with a period below zero: a token that is over before it begins. Report \
         a broken answer; don't let the sum wrap around to a long life.",
    ),
    crypto(
        "period_not_a_number",
        "period",
        Text("soon"),
        "period가 숫자가 아님",
        "period가 단어입니다. 잘못된 응답으로 보고하고, 기본값으로 대신하지 마십시오.",
        "The good answer with a word for a period. Report a broken answer; don't take a default \
         for it.",
    ),
    crypto(
        "token_version_id_empty",
        "token_version_id",
        Text(""),
        "token_version_id가 빈 값",
        "id가 빈 문자열입니다. 필드는 있지만 id는 없는 것이므로, 있는지만 확인하지 마십시오.",
        "The good answer with an empty id. It is there, and still no id: check for more than its \
         presence.",
    ),
    crypto(
        "token_version_id_too_long",
        "token_version_id",
        Letters(65),
        "token_version_id가 너무 김 (65자)",
        "id가 NICE의 어떤 id보다 깁니다. 잘라 쓰거나 DB가 거부하게 두지 말고 잘못된 응답으로 \
         보고하십시오.",
        "The good answer with an id longer than any of NICE's. Report a broken answer rather than \
         cut the id off or let the database refuse it.",
    ),
    crypto(
        "token_version_id_not_ascii",
        "token_version_id",
        Text("토큰-SB"),
        "token_version_id에 ASCII가 아닌 문자",
        "id가 ASCII가 아닙니다. 도중에 깨진 것입니다. 창에서 그대로 돌아오지 않으므로 잘못된 \
         응답으로 보고하십시오.",
        "The good answer with an id that isn't ASCII: garbled on the way. Report a broken answer; \
         it wouldn't come back from the window as it went.",
    ),
    crypto(
        "token_val_empty",
        "token_val",
        Text(""),
        "token_val이 빈 값",
        "키 재료가 비어 있습니다. 그래도 키는 만들어지지만 재료의 나머지는 공개된 값입니다. \
         절대 쓰지 마십시오.",
        "The good answer with empty key material: keys could still be derived, and half of what \
         they are made of is public. Never use it.",
    ),
    crypto(
        "token_val_too_long",
        "token_val",
        Letters(513),
        "token_val이 너무 김 (513자)",
        "키 재료가 NICE에서 본 적 없이 깁니다. 잘못된 응답으로 보고하십시오.",
        "The good answer with more key material than NICE ever sent. Report a broken answer.",
    ),
    crypto(
        "token_val_control",
        "token_val",
        Text("QUJD\nRUZH"),
        "token_val에 제어 문자",
        "키 재료에 줄바꿈이 있습니다. 키에 포함되는지 알 수 없으므로 잘못된 응답으로 \
         보고하십시오.",
        "The good answer with a line break in the key material: whether it counts for the keys is \
         anybody's guess. Report a broken answer.",
    ),
    crypto(
        "site_code_empty",
        "site_code",
        Text(""),
        "site_code가 빈 값",
        "암호화할 site_code가 비어 있습니다. 잘못된 응답으로 보고하고, 설정값으로 대신하지 \
         마십시오.",
        "The good answer without a site code to seal. Report a broken answer; don't put one from \
         the settings in its place.",
    ),
    crypto(
        "site_code_too_long",
        "site_code",
        Letters(17),
        "site_code가 너무 김 (17자)",
        "site_code가 16자를 넘습니다. 잘못된 응답으로 보고하십시오.",
        "The good answer with a site code longer than 16 characters. Report a broken answer.",
    ),
    institution(
        "access_token_empty",
        "access_token",
        Text(""),
        "access_token이 빈 값",
        "기관토큰이 빈 문자열입니다. 잘못된 응답으로 보고하십시오. 저장하면 50년 동안 모든 \
         호출이 실패합니다.",
        "The good answer with an empty institution token. Report a broken answer; don't store it, \
         or each call of the next 50 years fails.",
    ),
    institution(
        "access_token_too_long",
        "access_token",
        Letters(513),
        "access_token이 너무 김 (513자)",
        "기관토큰이 NICE의 헤더에서 본 적 없이 깁니다. 잘못된 응답으로 보고하고, 저장하지 \
         마십시오.",
        "The good answer with an institution token that no header of NICE's was seen to hold. \
         Report a broken answer; don't store it.",
    ),
    institution(
        "access_token_not_ascii",
        "access_token",
        Text("기관토큰"),
        "access_token에 ASCII가 아닌 문자",
        "기관토큰이 ASCII가 아닙니다. 도중에 깨진 것입니다. 잘못된 응답으로 보고하고, \
         저장하지 마십시오.",
        "The good answer with an institution token that isn't ASCII: garbled on the way. Report a \
         broken answer; don't store it.",
    ),
    institution(
        "expires_in_float",
        "expires_in",
        WithFraction,
        "expires_in이 실수",
        "expires_in이 1576800000.0처럼 옵니다. 그 정수로 받으십시오.",
        "The good answer with an expires_in such as 1576800000.0. Take it as the whole number it \
         is.",
    ),
    institution(
        "expires_in_string",
        "expires_in",
        AsText,
        "expires_in이 문자열",
        "expires_in이 \"1576800000\"처럼 옵니다. 그 숫자로 받으십시오.",
        "The good answer with an expires_in such as \"1576800000\". Take it as the number it is.",
    ),
    institution(
        "expires_in_negative",
        "expires_in",
        Whole(-1),
        "expires_in이 음수",
        "expires_in이 음수이지만 토큰은 동작합니다. 토큰이 끝났는지는 NICE의 거부로 알 수 \
         있으므로 그때까지 쓰십시오.",
        "The good answer with an expires_in below zero, although the token works. NICE's refusal \
         is what tells that a token is over: use it until then.",
    ),
];
