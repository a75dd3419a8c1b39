//! The codes of 통합인증.
//!
//! Source: the code list of NICE's guide. 1xxx is the gateway, 2xxx NICE
//! itself, 3xxx the service behind it.

use super::{
    Row, Table,
    Verdict::{self, Backoff, Fault, Refused, RetryOnce, ScopeRefused, StartOver, TokenRefused},
};
use crate::{
    language::Text,
    nice::Cause::{self, Credentials, IpNotRegistered, ProductNotSubscribed, Protocol},
};

pub(super) const INTEGRATED: Table = Table {
    field: "result_code",
    rows: &[
        row(
            "1001",
            Refused(Protocol),
            "Authorization header 오류",
            "no Authorization header, or a malformed one",
            REPORT,
        ),
        row(
            "1002",
            Refused(Protocol),
            "파라미터 유효성 오류",
            "a parameter is not valid, such as a URL over 250 bytes",
            ADDRESSES,
        ),
        row(
            "1003",
            TokenRefused,
            "접근 토큰 만료 오류",
            "the access token has expired",
            NEW_TOKEN,
        ),
        row(
            "1004",
            TokenRefused,
            "유효한 접근 토큰 아님",
            "the access token is not valid",
            NEW_TOKEN,
        ),
        row(
            "1006",
            Refused(Credentials),
            "ClientID 권한 없음",
            "the client id has no permission",
            OTHER_API,
        ),
        row(
            "1007",
            Refused(IpNotRegistered),
            "허용되지 않은 IP 접근",
            "the address is not registered",
            REGISTER,
        ),
        row("1008", Backoff, "유량 초과 오류", "too many calls", RATE),
        row(
            "1009",
            Refused(ProductNotSubscribed),
            "API 이용권한 없음",
            "no permission for this API",
            CONTRACT,
        ),
        row(
            "1010",
            Refused(Protocol),
            "없는 URI 요청",
            "no such path",
            PATH,
        ),
        row(
            "1011",
            Refused(Protocol),
            "요청 정보 확인 필요",
            "the request needs a check",
            REPORT,
        ),
        row(
            "1012",
            ScopeRefused,
            "토큰 Scope 오류",
            "the access token's scope does not cover the call",
            METHODS,
        ),
        row(
            "1013",
            TokenRefused,
            "토큰 검증 기타 오류",
            "the access token could not be verified",
            NEW_TOKEN,
        ),
        row(
            "1014",
            RetryOnce,
            "내부 데이터 처리중 오류",
            "NICE failed while it processed the data",
            AGAIN,
        ),
        row("2001", Backoff, "내부 서버 오류", "internal error", AGAIN),
        row(
            "2002",
            Backoff,
            "통신 오류",
            "a connection behind NICE failed",
            AGAIN,
        ),
        row(
            "2003",
            Backoff,
            "서비스 오류",
            "a service behind NICE failed",
            AGAIN,
        ),
        row(
            "2999",
            Backoff,
            "알 수 없는 오류",
            "unknown error at NICE",
            AGAIN,
        ),
        row(
            "3001",
            Refused(Protocol),
            "JSON 형식의 메시지가 아님",
            "the request is not JSON",
            REPORT,
        ),
        row(
            "3002",
            Refused(Protocol),
            "Base64 디코딩 오류",
            "the Authorization header's base64 does not decode",
            REPORT,
        ),
        row(
            "3003",
            Refused(Protocol),
            "Authorization Header 오류",
            "the Authorization header is wrong",
            REPORT,
        ),
        row(
            "3011",
            RetryOnce,
            "내부 로직 오류",
            "an error in NICE's logic",
            AGAIN,
        ),
        row(
            "3012",
            StartOver,
            "유효시간 초과 오류",
            "the time allowed has passed",
            BEGIN,
        ),
        row(
            "3013",
            Backoff,
            "내·외부 시스템 연결 오류",
            "NICE could not reach another system",
            AGAIN,
        ),
        row(
            "3014",
            RetryOnce,
            "시스템 오류",
            "system error at NICE",
            AGAIN,
        ),
        row(
            "3021",
            Refused(Protocol),
            "유효하지 않은 항목",
            "an item is not valid",
            ADDRESSES,
        ),
        row(
            "3022",
            Refused(Protocol),
            "유효하지 않은 URI",
            "a URL is not valid",
            ADDRESSES,
        ),
        row(
            "3023",
            Refused(Protocol),
            "파라미터 NULL",
            "a parameter is null",
            REPORT,
        ),
        row(
            "3024",
            Refused(Protocol),
            "파라미터 불충분",
            "a parameter is missing",
            REPORT,
        ),
        row(
            "3025",
            Fault,
            "복호화 오류",
            "NICE could not decrypt",
            AT_NICE,
        ),
        row(
            "3026",
            Fault,
            "암호화 오류",
            "NICE could not encrypt",
            AT_NICE,
        ),
        row(
            "3027",
            Fault,
            "무결성 오류",
            "an integrity check at NICE failed",
            AT_NICE,
        ),
        row(
            "3028",
            RetryOnce,
            "중복데이터 존재",
            "the data exist already, such as a request_no that was used before",
            AGAIN,
        ),
        row(
            "3029",
            StartOver,
            "요청한 정보를 찾을 수 없음",
            "no such transaction, or it has expired",
            BEGIN,
        ),
        row(
            "3031",
            ScopeRefused,
            "유효하지 않은 서비스 Scope",
            "the contract, or the scope of the access token, does not cover one of svc_types",
            METHODS,
        ),
        row(
            "3032",
            StartOver,
            "인증 성공건이 아니거나 유효시간 초과",
            "not verified, or the time allowed has passed",
            BEGIN,
        ),
        row(
            "3033",
            StartOver,
            "기 인증결과 제공 건",
            "the result was handed out before",
            BEGIN,
        ),
        row(
            "3041",
            TokenRefused,
            "토큰에 필요한 claim 없음",
            "the access token lacks a claim",
            NEW_TOKEN,
        ),
        row(
            "3042",
            TokenRefused,
            "발급된 토큰이 아님",
            "NICE did not issue this access token",
            NEW_TOKEN,
        ),
        row(
            "3043",
            TokenRefused,
            "만료된 토큰",
            "the access token has expired",
            NEW_TOKEN,
        ),
        row(
            "3044",
            ScopeRefused,
            "토큰 scope 오류",
            "the access token's scope does not cover the method",
            METHODS,
        ),
        row(
            "3045",
            TokenRefused,
            "토큰 서명 오류",
            "the access token's signature is wrong",
            NEW_TOKEN,
        ),
        row(
            "3046",
            TokenRefused,
            "토큰 기타 오류",
            "the access token was refused",
            NEW_TOKEN,
        ),
    ],
};

/// What a code that is in no table asks of us.
pub(super) fn by_first_digit(code: &str) -> Verdict {
    match code.as_bytes() {
        [b'2', _, _, _] => Backoff,
        [b'3', _, _, _] => StartOver,
        _ => Refused(Cause::Unknown),
    }
}

const REGISTER: Text = Text {
    ko: "NICE에 이 서버의 IP가 등록되어 있지 않습니다. 이 서버의 외부 송신 IPv4(NAT 게이트웨이 또는 \
         NICE_PROXY의 IP)를 통합인증 계약 담당자에게 알려 등록해 주십시오.",
    en: "NICE does not know this server's address. Give the contact for your 통합인증 contract the \
         egress IPv4 address (that of the NAT gateway or of NICE_PROXY) to register.",
};
const OTHER_API: Text = Text {
    ko: "NICE가 클라이언트 ID를 거부했습니다. 통합인증의 ID와 시크릿(NI로 시작)인지 확인해 주십시오. \
         다른 NICE 상품의 인증 정보는 쓸 수 없으며, 표준창의 것이라면 NICE_API=standard-window로 \
         설정해 주십시오.",
    en: "NICE refuses the client id. Check that id (NI…) and secret are those of 통합인증: those of \
         NICE's other products do not work here; with those of the standard window, set \
         NICE_API=standard-window. If they are right, ask NICE whether the contract is open.",
};
const CONTRACT: Text = Text {
    ko: "이 API를 이용할 권한이 없습니다. NICE 담당자에게 통합인증 계약 상태를 확인해 주십시오.",
    en: "The contract gives no right to this API. Ask your contact at NICE for the state of the \
         통합인증 contract.",
};
const METHODS: Text = Text {
    ko: "계약에 없는 인증 수단입니다. NICE_SVC_TYPES를 계약에 맞추거나 NICE에 인증 수단 추가를 요청해 \
         주십시오. 방금 추가되었다면 새 접근 토큰부터 적용됩니다.",
    en: "The contract does not cover a method. Set NICE_SVC_TYPES to what it covers, or have NICE add \
         the method; a method that was just added works with the next access token.",
};
const ADDRESSES: Text = Text {
    ko: "NICE가 요청 값을 거부했습니다. PUBLIC_URL이 NICE가 받아들이는 https 주소이고 짧은지(전체 250바이트 \
         이하) 확인하고, 맞다면 이 서비스의 결함이므로 로그의 코드와 함께 알려 주십시오.",
    en: "NICE refuses a value. Check that PUBLIC_URL is an https address that NICE can accept, and \
         short (250 bytes in all); if it is, this is a fault of this service: report it with the \
         code in the log.",
};
const PATH: Text = Text {
    ko: "NICE에 없는 경로입니다. NICE_BASE_URL을 확인하고, 맞다면 이 서비스의 결함이므로 로그의 코드와 함께 \
         알려 주십시오.",
    en: "NICE has no such path. Check NICE_BASE_URL; if it is right, this is a fault of this \
         service: report it with the code in the log.",
};
const REPORT: Text = Text {
    ko: "NICE가 요청을 이해하지 못했습니다. NICE_BASE_URL과 중간의 프록시를 확인하고, 맞다면 이 서비스의 \
         결함이므로 로그의 코드와 함께 알려 주십시오.",
    en: "NICE did not understand the request. Check NICE_BASE_URL and proxies in between; if they are \
         right, this is a fault of this service: report it with the code in the log.",
};
const NEW_TOKEN: Text = Text {
    ko: "접근 토큰이 거부되어 서비스가 한 번 새로 발급받습니다. 계속되면 NICE_CLIENT_ID와 NICE_CLIENT_SECRET을 \
         확인해 주십시오.",
    en: "The service requests a new access token, once. If it continues, compare NICE_CLIENT_ID and \
         NICE_CLIENT_SECRET with those that NICE sent.",
};
const RATE: Text = Text {
    ko: "NICE의 유량 제한을 넘었습니다. RATE_LIMIT을 낮추거나 NICE에 한도 증액을 요청해 주십시오.",
    en: "NICE limits the rate of calls. Lower RATE_LIMIT, or ask NICE for a higher limit.",
};
const AGAIN: Text = Text {
    ko: "NICE의 일시적인 오류입니다. 서비스가 다시 시도합니다. 계속되면 NICE에 문의해 주십시오.",
    en: "A temporary fault at NICE: the service tries again. If it continues, ask NICE.",
};
const AT_NICE: Text = Text {
    ko: "NICE 내부의 암호화 오류입니다. 로그의 코드와 시각을 NICE에 문의해 주십시오.",
    en: "A fault of NICE's own cryptography. Ask NICE; give them the code and the time in the log.",
};
const BEGIN: Text = Text {
    ko: "이 본인인증은 더 진행할 수 없습니다. 처음부터 다시 해 주십시오.",
    en: "This verification can't go on. Begin again.",
};

const fn row(
    code: &'static str,
    verdict: Verdict,
    ko: &'static str,
    en: &'static str,
    remedy: Text,
) -> Row {
    Row {
        code,
        verdict,
        meaning: Text { ko, en },
        remedy: Some(remedy),
    }
}
