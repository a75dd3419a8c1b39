//! Faults that are no code of NICE's: time, transport, and answers that
//! are almost right.

use super::{Call, EVERY_CALL, Fault, Kind, fault};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];
const WITH_A_VALUE_IN_THE_ANSWER: &[Call] = &[
    Call::InstitutionToken,
    Call::CryptoToken,
    Call::AccessToken,
    Call::AuthUrl,
    Call::AuthResult,
];
const WITH_THE_INSTITUTION_TOKEN: &[Call] = &[Call::Revoke, Call::CryptoToken];

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "delay",
        Kind::Delay,
        EVERY_CALL,
        "응답 지연",
        "느린 날입니다. \"delay\"만큼 늦게 정상 응답을 보냅니다. 자신의 제한 시간보다 오래 \
         기다리지 말고, 기다리는 호출이 쌓이지 않게 하십시오.",
        "A slow day: the good answer, after \"delay\". Wait no longer than your own deadline, and \
         don't let waiting callers pile up.",
    ),
    fault(
        "stall",
        Kind::Stall,
        EVERY_CALL,
        "응답 없음",
        "연결만 받고 잊은 상황입니다. 응답이 없고 1분 뒤에 연결이 끊깁니다. 연결뿐 아니라 \
         호출 전체에 제한 시간을 두십시오.",
        "A connection that was accepted and forgotten: no answer, and after a minute the \
         connection is cut. Have a timeout for the whole call, not only for connecting.",
    ),
    fault(
        "slow_body",
        Kind::SlowBody,
        EVERY_CALL,
        "응답 본문이 한 바이트씩 도착",
        "정상 응답의 헤더는 바로, 본문은 100ms마다 한 바이트씩 옵니다. 패킷 손실이 심한 \
         회선이나 일부러 늦추는 상대입니다. 읽기 사이의 제한 시간으로는 걸리지 않으므로 호출 \
         전체에 제한 시간을 두십시오.",
        "The head of the good answer at once, then its body, a byte each 100 ms: a line that loses \
         most of its packets, or somebody's tarpit. A timeout between two reads never strikes: \
         have one for the whole call.",
    ),
    fault(
        "half_open",
        Kind::HalfOpen,
        EVERY_CALL,
        "응답 중간에 침묵 (half-open 연결)",
        "정상 응답의 절반 뒤에 아무것도 오지 않습니다. 상대가 알림 없이 사라진 상황이며, 1분 \
         뒤에 연결이 끊깁니다. NICE에서는 처리되었을 수 있으므로 암호화토큰은 새 req_no로 \
         다시 요청하십시오.",
        "Half of the good answer, then silence: the other side is gone and nobody said so. After \
         a minute the connection is cut. The call may have worked at NICE: a crypto token is \
         asked for again with a new req_no.",
    ),
    fault(
        "cut",
        Kind::Cut,
        EVERY_CALL,
        "응답 없이 연결 끊김",
        "게이트웨이 재시작이나 방화벽처럼, 응답이 오기 전에 연결이 닫힙니다. 새 req_no로, \
         간격을 늘려 가며 재시도하십시오.",
        "The connection is closed before a byte of the answer, as a restarted gateway or a \
         firewall does. Try again with a new req_no, waiting longer each time.",
    ),
    fault(
        "half_body",
        Kind::HalfBody,
        EVERY_CALL,
        "응답 본문 중간에 연결 끊김",
        "정상 응답의 중간에서 연결이 끊깁니다. NICE에서는 처리되었을 수 있으므로 암호화토큰은 \
         새 req_no로 다시 요청하십시오.",
        "The connection breaks within the good answer. The call may have worked at NICE: a crypto \
         token is asked for again with a new req_no.",
    ),
    fault(
        "garbage",
        Kind::Garbage,
        EVERY_CALL,
        "JSON이 아닌 응답",
        "상태 200에 JSON이라고 표시되어 있지만 글자도 아닌 바이트가 옵니다. 잘못된 응답으로 \
         보고하고, 그대로 보여 주거나 로그에 남기지 마십시오.",
        "Bytes that are no text at all, labelled as JSON with status 200. Report a broken answer; \
         never show or log it as it is.",
    ),
    fault(
        "empty_body",
        Kind::EmptyBody,
        EVERY_CALL,
        "빈 응답 본문",
        "상태는 200인데 본문이 없습니다. 잘못된 응답으로 보고하십시오. 본문이 없다고 오류가 \
         없는 것은 아닙니다.",
        "Status 200 and not a byte of body. Report a broken answer; no body isn't no error.",
    ),
    fault(
        "maintenance_page",
        Kind::MaintenancePage,
        EVERY_CALL,
        "HTTP 200 점검 안내 페이지",
        "점검 중인 로드밸런서처럼 상태 200으로 HTML 페이지를 보냅니다. 상태 코드는 성공의 \
         뜻이 아니며, 성공은 GW_RSLT_CD 1200뿐입니다. 간격을 늘려 가며 재시도하십시오.",
        "A page of HTML with status 200, as a load balancer shows it during maintenance. The \
         status is no success: only GW_RSLT_CD 1200 is. Try again, waiting longer each time.",
    ),
    fault(
        "wrong_content_type",
        Kind::WrongContentType,
        EVERY_CALL,
        "Content-Type 오류",
        "정상 응답을 text/html로 보냅니다. NICE의 Content-Type은 원래 제각각이므로, 이름과 \
         상관없이 본문을 JSON으로 읽으십시오.",
        "The good answer as text/html. NICE's content types are odd anyway: read the body as JSON \
         whatever it is called.",
    ),
    fault(
        "missing_field",
        Kind::MissingField,
        WITH_A_VALUE_IN_THE_ANSWER,
        "필수 응답 항목 누락",
        "정상 응답에 token_val(기관토큰이면 access_token)이 없습니다. 쓰기 전에 필드를 \
         확인하고, 잘못된 응답으로 보고하십시오.",
        "The good answer without token_val (or, of the institution token, without access_token). \
         Check each field before use; report a broken answer.",
    ),
    fault(
        "token_repeated",
        Kind::TokenRepeated,
        CRYPTO_TOKEN,
        "같은 token_version_id 반복",
        "중간의 캐시가 응답한 것처럼, 아직 유효한 가장 오래된 토큰의 id로 정상 응답을 \
         보냅니다. 키는 id마다 하나이므로 한 id로 두 본인인증을 시작하지 말고 새 req_no로 \
         다시 요청하십시오. 발급한 토큰이 없으면 반복할 것도 없습니다.",
        "The good answer under the id of the oldest token that still lives, as when something on \
         the way answers from a cache. Keys are unique per id: never begin two verifications \
         under one, ask again with a new req_no. Before any was issued there is nothing to repeat.",
    ),
    fault(
        "huge",
        Kind::Huge,
        EVERY_CALL,
        "비정상적으로 큰 응답",
        "정상 응답을 1MiB가 넘게 부풀립니다. 스스로 정한 한도에서 읽기를 멈추십시오.",
        "The good answer, blown up to more than 1 MiB. Stop reading at a limit of your own.",
    ),
    fault(
        "redirect",
        Kind::Redirect,
        EVERY_CALL,
        "다른 주소로 redirect",
        "캡티브 포털이나 프록시가 다른 곳으로 보냅니다. 없는 주소로 가는 302입니다. 따라가면 \
         Authorization 헤더도 함께 넘어가므로 따라가지 마십시오.",
        "A captive portal or a proxy sends the call elsewhere: 302 to an address that doesn't \
         exist. Don't follow: the Authorization header would go along.",
    ),
    fault(
        "token_expired",
        Kind::TokenDead,
        WITH_THE_INSTITUTION_TOKEN,
        "기관토큰 만료",
        "기관토큰의 50년이 끝났습니다. 이 호출부터 새로 발급할 때까지 1800이 옵니다. 한 번 \
         발급해 저장하고 호출을 다시 보내십시오. \"times\"를 주지 않으면 한 번만 일어납니다.",
        "The institution token's 50 years are over: 1800 with it from this call on, until a new \
         one is issued. Issue once, store it, repeat the call. Happens once unless \"times\" says \
         more.",
    ),
    fault(
        "token_revoked",
        Kind::TokenDead,
        WITH_THE_INSTITUTION_TOKEN,
        "기관토큰 폐기됨",
        "다른 인스턴스 등이 기관토큰을 폐기했습니다. 이 호출부터 1800이 옵니다. 새로 발급하기 \
         전에 저장해 둔 토큰을 다시 읽고, 한 번만 발급하십시오. \"times\"를 주지 않으면 한 \
         번만 일어납니다.",
        "Somebody revoked the institution token, perhaps another instance of yours: 1800 with it \
         from this call on. Read the stored token again before you issue another, and issue once. \
         Happens once unless \"times\" says more.",
    ),
    fault(
        "clock_ahead",
        Kind::ClockAhead,
        EVERY_CALL,
        "시계 10분 차이",
        "시계가 NICE보다 10분 늦습니다. NICE의 Date 헤더로 알 수 있고, 기관토큰을 쓰는 \
         호출에는 1800이 옵니다. Date 헤더로 시계 문제와 토큰 만료를 구별하십시오. 기관토큰을 \
         새로 받아도 소용없습니다.",
        "Your clock is ten minutes behind NICE's: its Date header says so, and calls with the \
         institution token get 1800. Tell a wrong clock from a dead token by the Date header; a \
         new institution token doesn't help.",
    ),
];
