//! Faults that are no code of NICE's: time, transport, and answers that
//! are almost right.

use super::{Call, EVERY_CALL, Fault, Kind};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];
const WITH_A_VALUE_IN_THE_ANSWER: &[Call] = &[
    Call::InstitutionToken,
    Call::CryptoToken,
    Call::AccessToken,
    Call::AuthUrl,
    Call::AuthResult,
];
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
        "slow_body",
        Kind::SlowBody,
        EVERY_CALL,
        "응답 본문이 한 바이트씩 도착",
        "The head of the good answer at once, then its body, a byte each 100 ms: a line that loses \
         most of its packets, or somebody's tarpit. A timeout between two reads never strikes: \
         have one for the whole call.",
    ),
    fault(
        "half_open",
        Kind::HalfOpen,
        EVERY_CALL,
        "응답 중간에 침묵 (half-open 연결)",
        "Half of the good answer, then silence: the other side is gone and nobody said so. After \
         a minute the connection is cut. The call may have worked at NICE: a crypto token is \
         asked for again with a new req_no.",
    ),
    fault(
        "cut",
        Kind::Cut,
        EVERY_CALL,
        "응답 없이 연결 끊김",
        "The connection is closed before a byte of the answer, as a restarted gateway or a \
         firewall does. Try again with a new req_no, waiting longer each time.",
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
        "empty_body",
        Kind::EmptyBody,
        EVERY_CALL,
        "빈 응답 본문",
        "Status 200 and not a byte of body. Report a broken answer; no body isn't no error.",
    ),
    fault(
        "maintenance_page",
        Kind::MaintenancePage,
        EVERY_CALL,
        "HTTP 200 점검 안내 페이지",
        "A page of HTML with status 200, as a load balancer shows it during maintenance. The \
         status is no success: only GW_RSLT_CD 1200 is. Try again, waiting longer each time.",
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
        "missing_field",
        Kind::MissingField,
        WITH_A_VALUE_IN_THE_ANSWER,
        "필수 응답 항목 누락",
        "The good answer without token_val (or, of the institution token, without access_token). \
         Check each field before use; report a broken answer.",
    ),
    fault(
        "token_repeated",
        Kind::TokenRepeated,
        CRYPTO_TOKEN,
        "같은 token_version_id 반복",
        "The good answer under the id of the oldest token that still lives, as when something on \
         the way answers from a cache. Keys are unique per id: never begin two verifications \
         under one, ask again with a new req_no. Before any was issued there is nothing to repeat.",
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
