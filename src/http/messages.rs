//! What a failure says to a person, in both languages. Each sentence tells
//! what to do.

use super::{
    failure::{Accepted, Invalid, Kind},
    json_object::JsonFault,
};
use crate::{
    language::{Language, Text},
    verification::Rule,
};

/// The envelope's `message`.
pub(super) fn message(kind: &Kind, language: Language) -> &'static str {
    let text = match kind {
        Kind::InvalidRequest(Invalid::Body(fault)) => json_fault(*fault),
        Kind::InvalidRequest(Invalid::Unreadable) => Text {
            ko: "요청 본문을 끝까지 읽지 못했습니다. 다시 보내 주십시오.",
            en: "The request body could not be read to its end. Send it again.",
        },
        Kind::InvalidRequest(Invalid::Fields(_)) => Text {
            ko: "요청 값이 올바르지 않습니다. errors의 각 필드를 고쳐서 다시 보내 주십시오.",
            en: "Some fields are not valid. Mend each field listed in errors and send the request again.",
        },
        Kind::NotFound => Text {
            ko: "없는 경로입니다. /docs/에서 사용할 수 있는 경로를 확인하십시오.",
            en: "There is no such path. See /docs/ for those that exist.",
        },
        Kind::MethodNotAllowed => Text {
            ko: "이 경로에서 지원하지 않는 메서드입니다. Allow 헤더의 메서드를 사용하십시오.",
            en: "This path does not take that method. Use one that the Allow header names.",
        },
        Kind::UnsupportedMediaType(accepted) => match accepted {
            Accepted::Json => Text {
                ko: "Content-Type을 application/json으로 보내 주십시오.",
                en: "Send the body with Content-Type: application/json.",
            },
            Accepted::JsonOrForm => Text {
                ko: "Content-Type을 application/json 또는 application/x-www-form-urlencoded로 보내 주십시오.",
                en: "Send the body with Content-Type: application/json or application/x-www-form-urlencoded.",
            },
            Accepted::Form => Text {
                ko: "Content-Type을 application/x-www-form-urlencoded로 보내 주십시오.",
                en: "Send the body with Content-Type: application/x-www-form-urlencoded.",
            },
        },
        Kind::BodyTooLarge => Text {
            ko: "요청 본문이 64KiB를 넘습니다. 줄여서 다시 보내 주십시오.",
            en: "The request body is longer than 64 KiB. Shorten it and send it again.",
        },
        Kind::RateLimited(_) => Text {
            ko: "본인인증 요청이 너무 많습니다. Retry-After의 초만큼 기다린 뒤 다시 시도해 주십시오.",
            en: "Too many verifications were begun. Wait for the seconds in Retry-After and try again.",
        },
        Kind::Unauthorized => Text {
            ko: "결과를 열 권한이 없습니다. 이 서비스에 설정된 RESULT_API_KEY의 값을 쇼핑몰 서버에서 X-Api-Key 헤더로 보내 주십시오. 설정되어 있지 않으면 먼저 설정하십시오.",
            en: "Opening a result needs a key: send one of this service's RESULT_API_KEY in X-Api-Key, from the shop's own server. If none is set, no result is opened: set one.",
        },
        Kind::ResultRejected(_) => Text {
            ko: "본인인증 결과를 신뢰할 수 없습니다. 본인인증을 처음부터 다시 해 주십시오.",
            en: "The result can't be trusted. Begin the verification again.",
        },
        Kind::VerificationFailed(_) => Text {
            ko: "본인인증에 실패했습니다. 입력한 정보를 확인하고 다시 인증해 주십시오.",
            en: "The person was not verified. Check what was entered and verify again.",
        },
        Kind::SessionNotFound => Text {
            ko: "본인인증 세션이 없거나 만료되었습니다. 본인인증을 처음부터 다시 해 주십시오.",
            en: "There is no such verification, or it has expired. Begin the verification again.",
        },
        Kind::ResultAlreadyUsed => Text {
            ko: "이미 사용된 본인인증 결과입니다. 본인인증을 처음부터 다시 해 주십시오.",
            en: "The result was opened before. Begin the verification again.",
        },
        Kind::StoreUnavailable => Text {
            ko: "본인인증 세션 저장소를 지금 이용할 수 없습니다. 잠시 후 다시 시도해 주십시오.",
            en: "The session store is not available now. Try again shortly.",
        },
        Kind::NiceRefused(cause) => cause.remedy(),
        Kind::NiceUnavailable => Text {
            ko: "NICE 본인인증을 지금 이용할 수 없습니다. 잠시 후 다시 시도해 주십시오.",
            en: "NICE's identity verification is not available now. Try again shortly.",
        },
        Kind::NiceTimeout => Text {
            ko: "NICE가 제한 시간 안에 응답하지 않았습니다. 잠시 후 다시 시도해 주십시오.",
            en: "NICE did not answer in time. Try again shortly.",
        },
        Kind::Overloaded => Text {
            ko: "요청이 많아 지금 처리할 수 없습니다. 잠시 후 다시 시도해 주십시오.",
            en: "The service is too busy now. Try again shortly.",
        },
        Kind::Internal => Text {
            ko: "서비스에 오류가 발생했습니다. 다시 시도하고, 계속되면 requestId와 함께 알려 주십시오.",
            en: "The service failed. Try again; if it goes on, report it with the requestId.",
        },
    };
    text.in_language(language)
}

fn json_fault(fault: JsonFault) -> Text {
    match fault {
        JsonFault::Malformed => Text {
            ko: "JSON 형식이 올바르지 않습니다. UTF-8 JSON 객체를 보내 주십시오.",
            en: "The body is not well-formed JSON. Send a JSON object in UTF-8.",
        },
        JsonFault::NotAnObject => Text {
            ko: "본문은 JSON 객체여야 합니다. {}로 감싸서 보내 주십시오.",
            en: "The body must be a JSON object. Wrap it in {}.",
        },
        JsonFault::TooDeep => Text {
            ko: "JSON이 32단계보다 깊게 중첩되어 있습니다. 중첩을 줄여 주십시오.",
            en: "The JSON is nested deeper than 32 levels. Flatten it.",
        },
        JsonFault::DuplicateKey => Text {
            ko: "본문에 같은 키가 두 번 있습니다. 키마다 값을 하나만 보내 주십시오.",
            en: "The body has the same key twice. Send each key once.",
        },
        JsonFault::Nul => Text {
            ko: "JSON에 NUL 문자(U+0000)가 있습니다. 빼고 보내 주십시오.",
            en: "The JSON holds a NUL character (U+0000). Send it without.",
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
            ko: "NUL 문자(U+0000)를 쓸 수 없습니다.",
            en: "must not hold a NUL character (U+0000)",
        }
        .in_language(language)
        .to_owned(),
        (Rule::RequestNo, language) => Text {
            ko: "영문자, 숫자, . _ : - 로 된 1~30자여야 합니다.",
            en: "must be 1-30 characters of A-Z a-z 0-9 . _ : -",
        }
        .in_language(language)
        .to_owned(),
        (Rule::ListedUrl, language) => Text {
            ko: "이 서비스의 RETURN_URLS에 등록된 주소와 한 글자도 다르지 않아야 합니다.",
            en: "must equal one of this service's RETURN_URLS, character for character",
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
