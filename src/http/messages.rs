//! What is wrong with a body or a field, in both languages. Each sentence
//! says what to do.

use std::borrow::Cow;

use super::{
    api_key::SentKey,
    body::{Accepted, JsonFault, Root, SentType, Shown, Unsupported},
};
use crate::{
    language::{Language, Text},
    verification::{Respelt, Rule},
};

/// What is wrong with the body as a whole.
pub(super) fn body(fault: &JsonFault, language: Language) -> Cow<'static, str> {
    let text = match fault {
        JsonFault::Empty => Text {
            ko: "요청 본문이 비어 있습니다. 보낼 값이 없으면 {}를 보내 주십시오.",
            en: "The body is empty. Send {} if there are no values.",
        },
        JsonFault::Utf16 => Text {
            ko: "본문이 UTF-16입니다. UTF-8로 보내 주십시오.",
            en: "The body is UTF-16. Send it in UTF-8.",
        },
        JsonFault::Utf32 => Text {
            ko: "본문이 UTF-32입니다. UTF-8로 보내 주십시오.",
            en: "The body is UTF-32. Send it in UTF-8.",
        },
        JsonFault::NotUtf8 { at } => {
            return match language {
                Language::Korean => format!(
                    "본문이 UTF-8이 아닙니다({at}번째 바이트부터). EUC-KR이나 windows-949가 아닌 UTF-8로 보내 주십시오."
                ),
                Language::English => format!(
                    "The body is not UTF-8 from byte {at} on. Send it in UTF-8, not in EUC-KR or windows-949."
                ),
            }
            .into();
        }
        JsonFault::Form => Text {
            ko: "Content-Type은 application/json인데 본문은 폼(이름=값)입니다. JSON 객체를 보내거나 Content-Type을 application/x-www-form-urlencoded로 바꿔 주십시오.",
            en: "Content-Type says application/json, but the body is a form (name=value). Send a JSON object, or change Content-Type to application/x-www-form-urlencoded.",
        },
        JsonFault::Unconverted => Text {
            ko: "본문이 [object Object]입니다. 객체를 JSON으로 변환하지 않고 보냈습니다. JSON.stringify(객체)를 보내 주십시오.",
            en: "The body is [object Object], an object that was not converted to JSON. Send JSON.stringify(object).",
        },
        JsonFault::Malformed { line, column } => {
            return match language {
                Language::Korean => format!(
                    "JSON 형식이 올바르지 않습니다({line}행 {column}열). UTF-8 JSON 객체를 보내 주십시오."
                ),
                Language::English => format!(
                    "The body is not well-formed JSON (line {line}, column {column}). Send a JSON object in UTF-8."
                ),
            }
            .into();
        }
        JsonFault::NumberOutOfRange { line, column } => {
            return match language {
                Language::Korean => format!(
                    "JSON에 너무 큰 수가 있습니다({line}행 {column}열). 그 수를 빼거나 문자열로 보내 주십시오."
                ),
                Language::English => format!(
                    "The JSON contains a number that is too large (line {line}, column {column}). Leave it out, or send it as a string."
                ),
            }
            .into();
        }
        JsonFault::NotAnObject(root) => match root {
            Root::Array => Text {
                ko: "본문이 JSON 배열입니다. {}로 감싼 객체 하나를 보내 주십시오.",
                en: "The body is a JSON array. Send one object, wrapped in {}.",
            },
            Root::String => Text {
                ko: "본문이 JSON 문자열입니다. JSON으로 두 번 변환했을 수 있습니다. 객체를 그대로 보내 주십시오.",
                en: "The body is a JSON string, perhaps an object that was converted to JSON twice. Send the object itself.",
            },
            Root::Other => Text {
                ko: "본문은 JSON 객체여야 합니다. {}로 감싼 객체를 보내 주십시오.",
                en: "The body must be a JSON object. Wrap it in {}.",
            },
        },
        JsonFault::TooDeep => Text {
            ko: "JSON이 32단계보다 깊게 중첩되어 있습니다. 중첩을 줄여 주십시오.",
            en: "The JSON is nested deeper than 32 levels. Flatten it.",
        },
        JsonFault::DuplicateKey(key) => {
            let key = key
                .text()
                .map(|key| format!(" ({key})"))
                .unwrap_or_default();
            return match language {
                Language::Korean => format!(
                    "본문에 같은 키가 두 번 있습니다{key}. 키마다 값을 하나만 보내 주십시오."
                ),
                Language::English => {
                    format!("The body has the same key twice{key}. Send each key only once.")
                }
            }
            .into();
        }
        JsonFault::Nul => Text {
            ko: "JSON에 NUL 문자(U+0000)가 있습니다. NUL 문자를 제거하고 다시 보내 주십시오.",
            en: "The JSON contains a NUL character (U+0000). Remove it and send the JSON again.",
        },
    };
    text.in_language(language).into()
}

/// Where callers set the header that most tools don't set by themselves.
const SET_JSON: &str = "fetch: headers: {\"content-type\": \"application/json\"}; \
                        curl: -H 'content-type: application/json' or --json; \
                        jQuery: contentType: \"application/json\"; \
                        PHP: CURLOPT_HTTPHEADER => [\"Content-Type: application/json\"]";

/// What came, and what to send instead.
pub(super) fn media_type(unsupported: &Unsupported, language: Language) -> String {
    let Unsupported { sent, accepted } = unsupported;
    let came = came(sent, language);
    if matches!(sent, SentType::Encoded { .. }) {
        return came;
    }
    let is_json_likely = matches!(sent, SentType::PlainText | SentType::JsonAsForm);
    match (accepted, language) {
        (Accepted::Form, Language::Korean) => {
            format!("{came} application/x-www-form-urlencoded로 보내 주십시오.")
        }
        (Accepted::Form, Language::English) => {
            format!("{came} Send application/x-www-form-urlencoded.")
        }
        (Accepted::JsonOrForm, Language::Korean) if is_json_likely => {
            format!(
                "{came} JSON이라면 Content-Type을 application/json으로 설정해 주십시오. {SET_JSON}"
            )
        }
        (Accepted::JsonOrForm, Language::English) if is_json_likely => {
            format!("{came} For JSON set Content-Type to application/json. {SET_JSON}")
        }
        (Accepted::JsonOrForm, Language::Korean) => format!(
            "{came} application/json 또는 application/x-www-form-urlencoded로 보내 주십시오."
        ),
        (Accepted::JsonOrForm, Language::English) => {
            format!("{came} Send application/json or application/x-www-form-urlencoded.")
        }
    }
}

fn came(sent: &SentType, language: Language) -> String {
    let text = match sent {
        SentType::Nothing => Text {
            ko: "Content-Type 헤더가 없습니다.",
            en: "There is no Content-Type header.",
        },
        SentType::Several => Text {
            ko: "Content-Type 헤더가 두 개 이상입니다. 하나만 보내 주십시오.",
            en: "Content-Type came more than once. Send it once.",
        },
        SentType::PlainText => Text {
            ko: "Content-Type이 text/plain입니다.",
            en: "Content-Type is text/plain.",
        },
        SentType::JsonAsForm => Text {
            ko: "Content-Type은 application/x-www-form-urlencoded인데 본문은 JSON입니다.",
            en: "Content-Type is application/x-www-form-urlencoded, but the body is JSON.",
        },
        SentType::Multipart => Text {
            ko: "multipart/form-data는 지원하지 않습니다(FormData를 그대로 보내면 이 형식이 됩니다).",
            en: "multipart/form-data is not supported (FormData is sent in this format).",
        },
        SentType::Other(shown) => {
            return match language {
                Language::Korean => format!("Content-Type이 {shown}입니다."),
                Language::English => format!("Content-Type is {shown}."),
            };
        }
        SentType::Encoded { header, coding } => {
            return match language {
                Language::Korean => format!(
                    "{header}: {coding}은(는) 지원하지 않습니다. 압축하지 말고 {header} 헤더 없이 보내 주십시오."
                ),
                Language::English => format!(
                    "{header}: {coding} is not supported. Send the body as it is, without {header}."
                ),
            };
        }
    };
    text.in_language(language).to_owned()
}

/// The path that came, and the one that was most likely meant.
pub(super) fn path(sent: &Shown, near: Option<&str>, language: Language) -> String {
    match (near, language) {
        (Some(near), Language::Korean) => {
            format!("없는 경로입니다: {sent}. {near}로 보내 주십시오.")
        }
        (Some(near), Language::English) => {
            format!("There is no such path: {sent}. Did you mean {near}?")
        }
        (None, Language::Korean) => {
            format!("없는 경로입니다: {sent}. /docs/에서 사용할 수 있는 경로를 확인해 주십시오.")
        }
        (None, Language::English) => {
            format!("There is no such path: {sent}. See /docs/ for the paths that exist.")
        }
    }
}

/// Why a key opens nothing.
pub(super) const fn key(sent: SentKey) -> Text {
    match sent {
        SentKey::Unset => Text {
            ko: "결과를 열 권한이 없습니다. 이 서비스의 RESULT_API_KEY에 설정된 값을 쇼핑몰 서버에서 X-Api-Key 헤더로 보내 주십시오. 설정되어 있지 않으면 먼저 RESULT_API_KEY를 설정해 주십시오.",
            en: "Opening a result needs a key. Send one of this service's RESULT_API_KEY values in X-Api-Key, from the shop's own server. If RESULT_API_KEY is not set, set it first: without it no result is opened.",
        },
        SentKey::Missing => Text {
            ko: "결과를 열 권한이 없습니다. X-Api-Key 헤더가 없거나 비어 있습니다. 이 서비스의 RESULT_API_KEY에 설정된 값을 쇼핑몰 서버에서 X-Api-Key 헤더로 보내 주십시오.",
            en: "Opening a result needs a key. There is no X-Api-Key header, or it is empty. Send one of this service's RESULT_API_KEY values in X-Api-Key, from the shop's own server.",
        },
        SentKey::Several => Text {
            ko: "결과를 열 권한이 없습니다. X-Api-Key 헤더가 두 개 이상입니다. 하나만 보내 주십시오.",
            en: "Opening a result needs a key. X-Api-Key came more than once. Send it once.",
        },
        SentKey::Wrong => Text {
            ko: "결과를 열 권한이 없습니다. X-Api-Key 헤더의 값이 이 서비스의 RESULT_API_KEY에 없습니다. 따옴표나 공백, Bearer 같은 말 없이 값만 보내 주십시오.",
            en: "Opening a result needs a key. The value in X-Api-Key is none of this service's RESULT_API_KEY values. Send the bare value, without quotes, blanks or a word such as Bearer.",
        },
    }
}

/// The method that came, and the one that the path takes.
pub(super) fn method(sent: &Shown, allowed: Option<&str>, language: Language) -> String {
    match (allowed, language) {
        (Some(allowed), Language::Korean) => {
            format!("이 경로는 {sent} 메서드를 지원하지 않습니다. {allowed}로 보내 주십시오.")
        }
        (Some(allowed), Language::English) => {
            format!("This path does not take {sent}. Send {allowed}.")
        }
        (None, Language::Korean) => format!(
            "이 경로에서 지원하지 않는 메서드입니다: {sent}. Allow 헤더에 있는 메서드를 사용해 주십시오."
        ),
        (None, Language::English) => {
            format!("This path does not take {sent}. Use a method listed in the Allow header.")
        }
    }
}

/// A result is used up; for a second one, what has most likely gone wrong.
pub(super) const ANOTHER_RESULT: Text = Text {
    ko: "같은 토큰으로 다른 본인인증 결과가 이미 사용되었습니다. 두 브라우저가 같은 토큰을 사용했습니다. getOAuthToken 앞에 캐시가 있는지 확인하고(Next.js에서는 cache: \"no-store\"), 본인인증을 처음부터 다시 해 주십시오.",
    en: "Another result of the same token was already opened: two browsers used the same token. Look for a cache in front of getOAuthToken (in Next.js set cache: \"no-store\"), and start the verification again.",
};

/// The `message` of one entry of `errors`.
pub(super) fn rule(rule: &Rule, language: Language) -> String {
    match (rule, language) {
        (Rule::MaxLength(limit), Language::Korean) => format!("{limit}자 이하여야 합니다."),
        (Rule::MaxLength(limit), Language::English) => {
            format!("must be at most {limit} characters long")
        }
        (Rule::OneOf(values), Language::Korean) => {
            format!("{} 중 하나여야 합니다.", values.join(", "))
        }
        (Rule::OneOf(values), Language::English) => format!("must be one of {}", values.join(", ")),
        (Rule::NoAuthtype, Language::Korean) => {
            "이 필드를 보내지 마십시오. 계약(NICE_SVC_TYPES)에 아이핀만 있어 지정할 인증수단이 없습니다.".to_owned()
        }
        (Rule::NoAuthtype, Language::English) => {
            "must be left out: the contract (NICE_SVC_TYPES) has i-PIN alone, which has no authtype"
                .to_owned()
        }
        (Rule::Carrier, Language::Korean) => {
            "S(SKT), K(KT), L(LGU+) 중 하나여야 합니다. 알뜰폰 등 다른 통신사는 이 필드를 보내지 마십시오."
                .to_owned()
        }
        (Rule::Carrier, Language::English) => {
            "must be one of S, K, L; leave it out for other carriers (MVNOs, 알뜰폰)".to_owned()
        }
        (Rule::NotInCp949(character), language) => not_in_cp949(*character, language),
        (Rule::MaxCp949Bytes(limit), Language::Korean) => {
            format!("CP949로 {limit}바이트 이하여야 합니다(한글은 2바이트).")
        }
        (Rule::MaxCp949Bytes(limit), Language::English) => {
            format!("must be at most {limit} bytes in CP949, where a Hangul syllable takes 2")
        }
        (Rule::LongCallback, language) => Text {
            ko: "돌아오는 주소가 2,048바이트를 넘을 수 있습니다. receivedata를 줄이거나 methodtype을 post로 보내 주십시오.",
            en: "may make the callback's address longer than 2,048 bytes; shorten it, or send methodtype post",
        }
        .in_language(language)
        .to_owned(),
        (Rule::Misspelt(field), Language::Korean) => {
            format!("없는 필드입니다. {field}를 뜻하셨습니까? (did you mean {field}?)")
        }
        (Rule::Misspelt(field), Language::English) => {
            format!("is not a field; did you mean {field}?")
        }
        (Rule::StrayInName(field), Language::Korean) => {
            format!("이름에 공백처럼 쓸 수 없는 문자가 섞여 있습니다. 이름을 {field}로 보내 주십시오.")
        }
        (Rule::StrayInName(field), Language::English) => {
            format!("has an invalid character in its name, such as a blank; send it as {field}")
        }
        (Rule::Text, language) => Text {
            ko: "문자열이어야 합니다.",
            en: "must be a string",
        }
        .in_language(language)
        .to_owned(),
        (Rule::Required, language) => Text {
            ko: "필수 값입니다.",
            en: "is required",
        }
        .in_language(language)
        .to_owned(),
        (Rule::NoNul, language) => Text {
            ko: "NUL 문자(U+0000)를 포함할 수 없습니다.",
            en: "must not contain a NUL character (U+0000)",
        }
        .in_language(language)
        .to_owned(),
        (Rule::Object, Language::Korean) => "JSON 객체여야 합니다.".to_owned(),
        (Rule::Object, Language::English) => "must be a JSON object".to_owned(),
        (Rule::Members(names), Language::Korean) => {
            format!("{}만 보낼 수 있습니다.", names.join(", "))
        }
        (Rule::Members(names), Language::English) => {
            format!("may contain only {}", names.join(", "))
        }
        (Rule::IdempotencyKey, Language::Korean) => {
            "A-Z, a-z, 0-9 및 . _ - 문자로 된 16~64자의 값을 한 번만 보내 주십시오.".to_owned()
        }
        (Rule::IdempotencyKey, Language::English) => {
            "must be 16-64 characters of A-Z, a-z, 0-9 and . _ -, sent once".to_owned()
        }
        (Rule::RequestNo, language) => Text {
            ko: "영문자, 숫자, . _ : - 만 사용해 1~30자로 보내 주십시오.",
            en: "must be 1-30 characters of A-Z a-z 0-9 . _ : -",
        }
        .in_language(language)
        .to_owned(),
        (Rule::ListedUrl, language) => Text {
            ko: "이 서비스의 RETURN_URLS에 등록된 주소와 정확히 일치해야 합니다.",
            en: "must exactly match one of this service's RETURN_URLS",
        }
        .in_language(language)
        .to_owned(),
        (Rule::RespeltUrl(url), language) => respelt(url, language),
        (Rule::WebUrl, language) => Text {
            ko: "http 또는 https로 시작하는 절대 주소여야 하며, 공백이나 사용자 이름, 역슬래시가 들어갈 수 없습니다.",
            en: "must be an absolute http or https URL, without blanks, a user name or backslashes",
        }
        .in_language(language)
        .to_owned(),
    }
}

fn respelt(Respelt { sent, listed }: &Respelt, language: Language) -> String {
    match language {
        Language::Korean => format!(
            "RETURN_URLS에는 {listed}(으)로 등록되어 있는데 {sent}(으)로 보냈습니다. 한 글자도 다르지 않게, 등록된 주소로 보내 주십시오."
        ),
        Language::English => format!(
            "must exactly match one of this service's RETURN_URLS: {listed} is listed, but {sent} was sent; send the listed one"
        ),
    }
}

/// The character itself may be invisible, so its number goes with it.
fn not_in_cp949(character: char, language: Language) -> String {
    let number = u32::from(character);
    let shown = if character.is_alphanumeric() || number > 0x2000 {
        format!("\u{201c}{character}\u{201d} (U+{number:04X})")
    } else {
        format!("U+{number:04X}")
    };
    match (is_decomposed_hangul(character), language) {
        (true, Language::Korean) => format!(
            "{shown}은(는) 자모가 분리된 한글입니다. NICE가 그대로 돌려줄 수 없으므로 NFC로 정규화해 주십시오."
        ),
        (true, Language::English) => format!(
            "contains {shown}, decomposed Hangul, which NICE can't return; normalise the text to NFC"
        ),
        (false, Language::Korean) => format!(
            "{shown}은(는) CP949에 없어 NICE가 그대로 돌려줄 수 없습니다. base64url로 인코딩해 주십시오."
        ),
        (false, Language::English) => format!(
            "contains {shown}, which is not in CP949, so NICE can't return it; encode the text as base64url"
        ),
    }
}

/// Hangul Jamo, and their two extensions.
fn is_decomposed_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}
