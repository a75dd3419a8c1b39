//! Faults that are no code of NICE's: time, transport, and answers that
//! are almost right.

use super::{Call, EVERY_CALL, Fault, Kind};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];
const WITH_A_TOKEN_IN_THE_ANSWER: &[Call] = &[Call::InstitutionToken, Call::CryptoToken];
const WITH_THE_INSTITUTION_TOKEN: &[Call] = &[Call::Revoke, Call::CryptoToken];

const fn fault(
    name: &'static str,
    kind: Kind,
    calls: &'static [Call],
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls,
        title,
        stands_for,
        kind,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "delay",
        Kind::Delay,
        EVERY_CALL,
        "응답 지연",
        "A slow day: the good answer, after \"delay\". Wait no longer than your own deadline, and \
         don't let waiting callers pile up.",
    ),
    fault(
        "stall",
        Kind::Stall,
        EVERY_CALL,
        "응답 없음",
        "A connection that was accepted and forgotten: no answer, and after a minute the \
         connection is cut. Have a timeout for the whole call, not only for connecting.",
    ),
    fault(
        "half_body",
        Kind::HalfBody,
        EVERY_CALL,
        "응답 본문 중간에 연결 끊김",
        "The connection breaks within the good answer. The call may have worked at NICE: a crypto \
         token is asked for again with a new req_no.",
    ),
    fault(
        "garbage",
        Kind::Garbage,
        EVERY_CALL,
        "JSON이 아닌 응답",
        "Bytes that are no text at all, labelled as JSON with status 200. Report a broken answer; \
         never show or log it as it is.",
    ),
    fault(
        "wrong_content_type",
        Kind::WrongContentType,
        EVERY_CALL,
        "Content-Type 오류",
        "The good answer as text/html. NICE's content types are odd anyway: read the body as JSON \
         whatever it is called.",
    ),
    fault(
        "period_float",
        Kind::PeriodFloat,
        CRYPTO_TOKEN,
        "period가 실수",
        "The good answer with a period such as 3600.0: some languages write numbers so. Take it \
         as the whole number it is.",
    ),
    fault(
        "period_string",
        Kind::PeriodString,
        CRYPTO_TOKEN,
        "period가 문자열",
        "The good answer with a period such as \"3600\": NICE's fields are text in some of its \
         documents. Take it as the number it is.",
    ),
    fault(
        "period_too_short",
        Kind::PeriodTooShort,
        CRYPTO_TOKEN,
        "period가 너무 짧음 (59초)",
        "The good answer with a period of 59 seconds: nobody gets through the window in that time. \
         Don't keep such a token in stock; ask for another or refuse.",
    ),
    fault(
        "missing_field",
        Kind::MissingField,
        WITH_A_TOKEN_IN_THE_ANSWER,
        "필수 응답 항목 누락",
        "The good answer without token_val (or, of the institution token, without access_token). \
         Check each field before use; report a broken answer.",
    ),
    fault(
        "huge",
        Kind::Huge,
        EVERY_CALL,
        "비정상적으로 큰 응답",
        "The good answer, blown up to more than 1 MiB. Stop reading at a limit of your own.",
    ),
    fault(
        "redirect",
        Kind::Redirect,
        EVERY_CALL,
        "다른 주소로 redirect",
        "A captive portal or a proxy sends the call elsewhere: 302 to an address that doesn't \
         exist. Don't follow: the Authorization header would go along.",
    ),
    fault(
        "token_expired",
        Kind::TokenDead,
        WITH_THE_INSTITUTION_TOKEN,
        "기관토큰 만료",
        "The institution token's 50 years are over: 1800 with it from this call on, until a new \
         one is issued. Issue once, store it, repeat the call. Happens once unless \"times\" says \
         more.",
    ),
    fault(
        "token_revoked",
        Kind::TokenDead,
        WITH_THE_INSTITUTION_TOKEN,
        "기관토큰 폐기됨",
        "Somebody revoked the institution token, perhaps another instance of yours: 1800 with it \
         from this call on. Read the stored token again before you issue another, and issue once. \
         Happens once unless \"times\" says more.",
    ),
    fault(
        "clock_ahead",
        Kind::ClockAhead,
        EVERY_CALL,
        "시계 10분 차이",
        "Your clock is ten minutes behind NICE's: its Date header says so, and calls with the \
         institution token get 1800. Tell a wrong clock from a dead token by the Date header; a \
         new institution token doesn't help.",
    ),
];
