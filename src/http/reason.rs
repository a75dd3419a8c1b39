//! The reasons for which a request fails, each with its facts in one row:
//! name, status, whether to try again, message, documentation.
//!
//! `docs/errors.md` is printed from these rows.

use std::borrow::Cow;

use axum::http::StatusCode;

use super::{
    api_key::SentKey,
    body::{Accepted, JsonFault, SentType, Shown, Unsupported},
    kind::Kind,
    messages,
    retry_after::RetryAfter,
};
use crate::{
    language::{Language, Text},
    nice::Cause,
    token::LONGEST_PAUSE,
    verification::{FieldFault, Rejection},
};

/// Why a request failed, as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The body or some of its fields break a rule.
    InvalidRequest(Invalid),
    /// No such path.
    NotFound(UnknownPath),
    /// The path exists, but not for this method.
    MethodNotAllowed(Methods),
    /// The route does not read a body of this `Content-Type`.
    UnsupportedMediaType(Unsupported),
    /// A page that isn't listed sent a form, which browsers send without asking.
    OriginNotAllowed,
    /// The body is longer than 64 KiB.
    BodyTooLarge,
    /// A result is opened without the right `X-Api-Key`.
    Unauthorized(SentKey),
    /// `RATE_LIMIT` or `RATE_LIMIT_TOTAL` is exceeded.
    RateLimited(RetryAfter),
    /// NICE refused, and only an operator can fix the cause.
    NiceRefused(Cause),
    /// NICE can't be used now.
    NiceUnavailable,
    /// NICE gave no answer in time.
    NiceTimeout,
    /// Not a genuine result of this session. The caller gets the same answer
    /// whichever check failed; the log and a sandbox's developer see which.
    ResultRejected(Rejection),
    /// A genuine result that says no; holds NICE's `resultcode`.
    VerificationFailed(String),
    /// No such session, or it has expired.
    SessionNotFound,
    /// The session's result was already opened.
    ResultAlreadyUsed(Earlier),
    /// The session store does not answer.
    StoreUnavailable,
    /// `AUDIT_STRICT` is on, and the audit trail can't be written.
    AuditUnavailable,
    /// A limit of the service is reached, or it is stopping.
    Overloaded,
    /// A fault of this service.
    Internal,
}

/// Which result was opened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// The same.
    Same,
    /// Another one of the same session.
    Another,
}

/// A method that a path does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Methods {
    /// The method that came.
    pub sent: Shown,
    /// The only one that the path takes, if there is only one.
    pub allowed: Option<&'static str>,
}

impl Methods {
    /// Before the answer has its headers.
    pub const UNKNOWN: Self = Self {
        sent: Shown::NOTHING,
        allowed: None,
    };
}

/// A path that no route has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPath {
    /// The path as it came.
    pub sent: Shown,
    /// The path that the caller most likely meant.
    pub near: Option<String>,
}

/// What is invalid about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The body as a whole.
    Body(JsonFault),
    /// The body broke off or could not be read.
    Unreadable,
    /// These fields, all at once.
    Fields(Vec<FieldFault>),
}

/// A call of the API that answers with failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `getOAuthToken`.
    Begin,
    /// `getVerificationResult`.
    Open,
    /// `getVerificationStatus`.
    Status,
}

const ANY_CALL: &[Call] = &[Call::Begin, Call::Open, Call::Status];

/// One row: all that the service says about a reason.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// `payload.reason`, also the label in metrics.
    pub name: &'static str,
    /// Which calls answer with it, for the examples in the API description; none
    /// if it is no call's own.
    pub calls: &'static [Call],
    /// The HTTP status under `ERROR_STATUS=http`.
    pub status: StatusCode,
    /// `payload.retryable`: whether the same request may succeed later.
    pub retryable: bool,
    /// `payload.kind`: what doing it again is worth.
    pub kind: Kind,
    /// The header `Retry-After`.
    pub retry_after: Option<RetryAfter>,
    /// The envelope's `message`; says what to do.
    pub message: Text,
    /// For the documentation, in Markdown: when it happens.
    pub when: &'static str,
    /// For the documentation, in Markdown: what the caller's developer or the
    /// operator does about it.
    pub advice: &'static str,
}

impl Reason {
    /// One of each, in the order of the documentation.
    pub const ALL: [Self; 19] = [
        Self::InvalidRequest(Invalid::Unreadable),
        Self::NotFound(UnknownPath {
            sent: Shown::NOTHING,
            near: None,
        }),
        Self::MethodNotAllowed(Methods::UNKNOWN),
        Self::UnsupportedMediaType(Unsupported {
            sent: SentType::Nothing,
            accepted: Accepted::JsonOrForm,
        }),
        Self::OriginNotAllowed,
        Self::BodyTooLarge,
        Self::Unauthorized(SentKey::Unset),
        Self::RateLimited(RetryAfter(1)),
        Self::NiceRefused(Cause::Unknown),
        Self::NiceUnavailable,
        Self::NiceTimeout,
        Self::ResultRejected(Rejection::Integrity),
        Self::VerificationFailed(String::new()),
        Self::SessionNotFound,
        Self::ResultAlreadyUsed(Earlier::Same),
        Self::StoreUnavailable,
        Self::AuditUnavailable,
        Self::Overloaded,
        Self::Internal,
    ];

    /// What the caller reads: the row's message, or one that names what came.
    #[must_use]
    pub fn message(&self, language: Language) -> Cow<'static, str> {
        if let Self::InvalidRequest(Invalid::Body(fault)) = self {
            messages::body(fault, language)
        } else if let Self::UnsupportedMediaType(unsupported) = self {
            messages::media_type(unsupported, language).into()
        } else if let Self::NotFound(path) = self {
            messages::path(&path.sent, path.near.as_deref(), language).into()
        } else if let Self::MethodNotAllowed(Methods { sent, allowed }) = self {
            messages::method(sent, *allowed, language).into()
        } else if let Self::ResultAlreadyUsed(Earlier::Another) = self {
            messages::ANOTHER_RESULT.in_language(language).into()
        } else {
            self.facts().message.in_language(language).into()
        }
    }

    /// The reason's row.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a table with a row per reason")]
    pub const fn facts(&self) -> Facts {
        match self {
            Self::InvalidRequest(invalid) => Facts {
                name: "INVALID_REQUEST",
                calls: ANY_CALL,
                status: StatusCode::BAD_REQUEST,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: invalid.message(),
                when: "the body is not a JSON object, or fields break their rules",
                advice: "fix every field in `errors`, or the JSON, as `message` says",
            },
            Self::NotFound(_) => Facts {
                name: "NOT_FOUND",
                calls: &[],
                status: StatusCode::NOT_FOUND,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: Text {
                    ko: "없는 경로입니다. /docs/에서 사용할 수 있는 경로를 확인해 주십시오.",
                    en: "There is no such path. See /docs/ for the paths that exist.",
                },
                when: "no such path",
                advice: "use a path listed in `/docs/`",
            },
            Self::MethodNotAllowed(_) => Facts {
                name: "METHOD_NOT_ALLOWED",
                calls: &[],
                status: StatusCode::METHOD_NOT_ALLOWED,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: Text {
                    ko: "이 경로에서 지원하지 않는 메서드입니다. Allow 헤더에 있는 메서드를 사용해 주십시오.",
                    en: "This path does not support that method. Use a method listed in the Allow header.",
                },
                when: "the path exists, but not for this method",
                advice: "use a method listed in the `Allow` header",
            },
            Self::UnsupportedMediaType(_) => Facts {
                name: "UNSUPPORTED_MEDIA_TYPE",
                calls: ANY_CALL,
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: Text {
                    ko: "Content-Type을 application/json 또는 application/x-www-form-urlencoded로 보내 주십시오.",
                    en: "Send the body with Content-Type: application/json or application/x-www-form-urlencoded.",
                },
                when: "the route does not read this `Content-Type` or `Content-Encoding`; `message` says what came",
                advice: "send `application/json` or a form, uncompressed",
            },
            Self::OriginNotAllowed => Facts {
                name: "ORIGIN_NOT_ALLOWED",
                calls: &[Call::Begin],
                status: StatusCode::FORBIDDEN,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: Text {
                    ko: "이 출처의 페이지는 폼을 보낼 수 없습니다. 서비스의 CORS_ORIGINS에 출처를 등록하거나 쇼핑몰 서버에서 호출해 주십시오.",
                    en: "A page of this origin may not send a form. List its origin in this service's CORS_ORIGINS, or call from the shop's server.",
                },
                when: "a form to `getOAuthToken` comes from a page whose origin is not in `CORS_ORIGINS`",
                advice: "list the origin in `CORS_ORIGINS`, or call from the shop's server",
            },
            Self::BodyTooLarge => Facts {
                name: "BODY_TOO_LARGE",
                calls: ANY_CALL,
                status: StatusCode::PAYLOAD_TOO_LARGE,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: Text {
                    ko: "요청 본문이 64KiB를 초과합니다. 본문을 줄여서 다시 보내 주십시오.",
                    en: "The request body is longer than 64 KiB. Shorten it and send it again.",
                },
                when: "the body is longer than 64 KiB",
                advice: "shorten it; `receivedata` takes up to 1,000 characters",
            },
            Self::Unauthorized(sent) => Facts {
                name: "UNAUTHORIZED",
                calls: &[Call::Open, Call::Status],
                status: StatusCode::UNAUTHORIZED,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: messages::key(*sent),
                when: "a result is opened without the right `X-Api-Key`",
                advice: "send one of `RESULT_API_KEY` from the shop's server; if it is not set, set it",
            },
            Self::RateLimited(wait) => Facts {
                name: "RATE_LIMITED",
                calls: &[Call::Begin],
                status: StatusCode::TOO_MANY_REQUESTS,
                retryable: true,
                kind: Kind::Retry,
                retry_after: Some(*wait),
                message: Text {
                    ko: "본인인증 요청이 너무 많습니다. Retry-After 헤더에 있는 초만큼 기다린 뒤 다시 시도해 주십시오.",
                    en: "Too many verifications were started. Wait for the number of seconds in Retry-After, then try again.",
                },
                when: "more verifications are started than `RATE_LIMIT` or `RATE_LIMIT_TOTAL` allows",
                advice: "wait for `Retry-After`; behind a proxy set `TRUSTED_PROXIES`, or all callers count as one",
            },
            Self::NiceRefused(cause) => Facts {
                name: "NICE_REFUSED",
                calls: &[Call::Begin],
                status: StatusCode::BAD_GATEWAY,
                retryable: false,
                kind: Kind::Final,
                retry_after: None,
                message: cause.remedy(),
                when: "NICE answered with a code that only an operator can fix",
                advice: "look up `payload.cause` [below](#causes-of-nice_refused)",
            },
            Self::NiceUnavailable => Facts {
                name: "NICE_UNAVAILABLE",
                calls: &[Call::Begin],
                status: StatusCode::SERVICE_UNAVAILABLE,
                retryable: true,
                kind: Kind::Retry,
                // After the longest pause the pool has asked NICE again.
                retry_after: Some(RetryAfter::new(LONGEST_PAUSE)),
                message: Text {
                    ko: "지금은 NICE 본인인증을 이용할 수 없습니다. 잠시 후 다시 시도해 주십시오.",
                    en: "NICE's identity verification is not available now. Try again shortly.",
                },
                when: "NICE is unreachable, fails, or sends an unusable answer, and all retries failed",
                advice: "try again after `Retry-After`; if it continues, check the log and ask NICE",
            },
            Self::NiceTimeout => Facts {
                name: "NICE_TIMEOUT",
                calls: &[Call::Begin],
                status: StatusCode::GATEWAY_TIMEOUT,
                retryable: true,
                kind: Kind::Retry,
                retry_after: None,
                message: Text {
                    ko: "NICE가 제한 시간 안에 응답하지 않았습니다. 잠시 후 다시 시도해 주십시오.",
                    en: "NICE did not answer in time. Try again shortly.",
                },
                when: "NICE gave no answer within `REQUEST_DEADLINE`",
                advice: "try again; if it happens often, check the duration of NICE calls in the metrics",
            },
            Self::ResultRejected(_) => Facts {
                name: "RESULT_REJECTED",
                calls: &[Call::Open],
                status: StatusCode::BAD_REQUEST,
                retryable: false,
                kind: Kind::Retry,
                retry_after: None,
                message: Text {
                    ko: "본인인증 결과를 신뢰할 수 없습니다. 본인인증을 처음부터 다시 해 주십시오.",
                    en: "The result can't be trusted. Start the verification again.",
                },
                when: "the values sent are not the genuine result of this verification",
                advice: "start again; the log has [the check that failed](#checks-of-a-result)",
            },
            Self::VerificationFailed(_) => Facts {
                name: "VERIFICATION_FAILED",
                calls: &[Call::Open],
                status: StatusCode::UNPROCESSABLE_ENTITY,
                retryable: false,
                kind: Kind::Retry,
                retry_after: None,
                message: Text {
                    ko: "본인인증에 실패했습니다. 입력한 정보를 확인하고 다시 인증해 주십시오.",
                    en: "The person was not verified. Check what was entered and verify again.",
                },
                when: "a genuine result, but the person was not verified; NICE's code is in `payload.resultcode`",
                advice: "let the person try again",
            },
            Self::SessionNotFound => Facts {
                name: "SESSION_NOT_FOUND",
                calls: &[Call::Open, Call::Status],
                status: StatusCode::NOT_FOUND,
                retryable: false,
                kind: Kind::Retry,
                retry_after: None,
                message: Text {
                    ko: "본인인증 세션이 없거나 만료되었습니다. 본인인증을 처음부터 다시 해 주십시오.",
                    en: "There is no such verification, or it has expired. Start the verification again.",
                },
                when: "no such verification, or it is older than `SESSION_TTL`",
                advice: "start again",
            },
            Self::ResultAlreadyUsed(_) => Facts {
                name: "RESULT_ALREADY_USED",
                calls: &[Call::Open],
                status: StatusCode::CONFLICT,
                retryable: false,
                kind: Kind::Retry,
                retry_after: None,
                message: Text {
                    ko: "이미 사용된 본인인증 결과입니다. 본인인증을 처음부터 다시 해 주십시오.",
                    en: "This result was already opened. Start the verification again.",
                },
                when: "this result, or another one of the same token, was already opened",
                advice: "start again; after a timeout on your side your first call succeeded: send `Idempotency-Key`, and the same call gets its answer again. If `message` mentions two browsers, look for a cache in front of `getOAuthToken`",
            },
            Self::StoreUnavailable => Facts {
                name: "STORE_UNAVAILABLE",
                calls: ANY_CALL,
                status: StatusCode::SERVICE_UNAVAILABLE,
                retryable: true,
                kind: Kind::Retry,
                retry_after: Some(RetryAfter(1)),
                message: Text {
                    ko: "지금은 본인인증 세션 저장소를 이용할 수 없습니다. 잠시 후 다시 시도해 주십시오.",
                    en: "The session store is not available now. Try again shortly.",
                },
                when: "Redis does not answer; without it no request is let through",
                advice: "try again after `Retry-After`; fix Redis",
            },
            Self::AuditUnavailable => Facts {
                name: "AUDIT_UNAVAILABLE",
                calls: ANY_CALL,
                status: StatusCode::SERVICE_UNAVAILABLE,
                retryable: true,
                kind: Kind::Retry,
                retry_after: Some(RetryAfter(1)),
                message: Text {
                    ko: "지금은 감사 기록을 남길 수 없어 요청을 처리하지 않았습니다. 잠시 후 다시 시도해 주십시오.",
                    en: "The audit trail cannot be written now, so nothing was done. Try again shortly.",
                },
                when: "`AUDIT_STRICT=on`, and `AUDIT_LOG` cannot be written; no result was used up",
                advice: "try again after `Retry-After`; make room on the disk of `AUDIT_LOG`, or fix its path",
            },
            Self::Overloaded => Facts {
                name: "OVERLOADED",
                calls: ANY_CALL,
                status: StatusCode::SERVICE_UNAVAILABLE,
                retryable: true,
                kind: Kind::Retry,
                retry_after: Some(RetryAfter(1)),
                message: Text {
                    ko: "요청이 많아 지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주십시오.",
                    en: "The service is too busy now. Try again shortly.",
                },
                when: "a limit is reached, or the service is stopping",
                advice: "try again after `Retry-After`; if it continues, look up what the log says [below](#overloaded)",
            },
            Self::Internal => Facts {
                name: "INTERNAL",
                calls: ANY_CALL,
                status: StatusCode::INTERNAL_SERVER_ERROR,
                retryable: true,
                kind: Kind::Retry,
                retry_after: None,
                message: Text {
                    ko: "서비스에 오류가 발생했습니다. 다시 시도해 주시고, 계속되면 requestId와 함께 알려 주십시오.",
                    en: "The service failed. Try again; if it happens again, report it with the requestId.",
                },
                when: "a fault of this service",
                advice: "try again; if it continues, report it with the `requestId`",
            },
        }
    }
}

impl Reason {
    /// What doing it again is worth, for this very failure.
    #[must_use]
    pub fn kind(&self) -> Kind {
        /// NICE's `resultcode` for a person who stopped in the PASS app.
        const CANCELLED: &str = "0072";
        match self {
            Self::VerificationFailed(code) if code == CANCELLED => Kind::Cancelled,
            _ => self.facts().kind,
        }
    }
}

impl Invalid {
    const fn message(&self) -> Text {
        match self {
            Self::Body(_) => Text {
                ko: "요청 본문이 올바르지 않습니다. UTF-8 JSON 객체를 보내 주십시오.",
                en: "The body is not valid. Send a JSON object in UTF-8.",
            },
            Self::Unreadable => Text {
                ko: "요청 본문을 끝까지 읽지 못했습니다. 다시 보내 주십시오.",
                en: "The request body could not be read completely. Send it again.",
            },
            Self::Fields(_) => Text {
                ko: "요청 값이 올바르지 않습니다. errors에 있는 필드를 고쳐서 다시 보내 주십시오.",
                en: "Some fields are not valid. Fix every field listed in errors and send the request again.",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The compiler asks for a row, but not for a place in `ALL`.
    #[test]
    fn all_has_each_row_once() {
        let rows = include_str!("reason.rs").matches(" => Facts {").count() - 1;
        let names: HashSet<_> = Reason::ALL.iter().map(|it| it.facts().name).collect();
        assert_eq!((names.len(), Reason::ALL.len()), (rows, rows));
    }

    #[test]
    fn what_may_be_sent_again_is_no_end() {
        for reason in Reason::ALL {
            let facts = reason.facts();
            assert!(
                !facts.retryable || facts.kind == Kind::Retry,
                "{}",
                facts.name
            );
        }
    }

    #[test]
    fn a_person_who_stopped_is_told_from_one_who_failed() {
        let kind = |code: &str| Reason::VerificationFailed(code.to_owned()).kind();
        assert_eq!((kind("0072"), kind("0001")), (Kind::Cancelled, Kind::Retry));
    }
}
