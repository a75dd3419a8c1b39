//! What is wrong with a body or a field, in both languages. Each sentence
//! says what to do.

use super::json_object::JsonFault;
use crate::{
    language::{Language, Text},
    verification::Rule,
};

/// What is wrong with the JSON as a whole.
pub(super) const fn json_fault(fault: JsonFault) -> Text {
    match fault {
        JsonFault::Malformed => Text {
            ko: "JSON 형식이 올바르지 않습니다. UTF-8 JSON 객체를 보내 주십시오.",
            en: "The body is not well-formed JSON. Send a JSON object in UTF-8.",
        },
        JsonFault::NotAnObject => Text {
            ko: "본문은 JSON 객체여야 합니다. {}로 감싼 객체를 보내 주십시오.",
            en: "The body must be a JSON object. Wrap it in {}.",
        },
        JsonFault::TooDeep => Text {
            ko: "JSON이 32단계보다 깊게 중첩되어 있습니다. 중첩을 줄여 주십시오.",
            en: "The JSON is nested deeper than 32 levels. Flatten it.",
        },
        JsonFault::DuplicateKey => Text {
            ko: "본문에 같은 키가 두 번 있습니다. 키마다 값을 하나만 보내 주십시오.",
            en: "The body has the same key twice. Send each key only once.",
        },
        JsonFault::Nul => Text {
            ko: "JSON에 NUL 문자(U+0000)가 있습니다. NUL 문자를 제거하고 다시 보내 주십시오.",
            en: "The JSON contains a NUL character (U+0000). Remove it and send the JSON again.",
        },
    }
}

/// The `message` of one entry of `errors`.
pub(super) fn rule(rule: Rule, language: Language) -> String {
    match (rule, language) {
        (Rule::MaxLength(limit), Language::Korean) => format!("{limit}자 이하여야 합니다."),
        (Rule::MaxLength(limit), Language::English) => {
            format!("must be at most {limit} characters long")
        }
        (Rule::OneOf(values), Language::Korean) => {
            format!("{} 중 하나여야 합니다.", values.join(", "))
        }
        (Rule::OneOf(values), Language::English) => format!("must be one of {}", values.join(", ")),
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
        (Rule::WebUrl, language) => Text {
            ko: "http 또는 https로 시작하는 절대 주소여야 합니다.",
            en: "must be an absolute http or https URL",
        }
        .in_language(language)
        .to_owned(),
    }
}
