//! The codes of 본인확인(통합형).
//!
//! Sources: NICE's published samples and the code list that agrees with them.

use super::{
    Row, Table,
    Verdict::{self, Backoff, Refused, RetryOnce, TokenRefused},
};
use crate::{
    language::Text,
    nice::Cause::{Credentials, IpNotRegistered, ProductNotSubscribed, Protocol, Quota, Suspended},
};

pub(super) const GATEWAY: Table = Table {
    field: "GW_RSLT_CD",
    rows: &[
        row(
            "1300",
            Refused(Protocol),
            "request body가 비었습니다",
            "the request has no body",
        ),
        row("1400", Refused(Protocol), "잘못된 요청", "bad request"),
        row("1401", TokenRefused, "인증 필요", "authentication required"),
        row("1402", Refused(Suspended), "권한 없음", "no permission"),
        row(
            "1403",
            Refused(Suspended),
            "서비스 사용 중지",
            "the service is disabled",
        ),
        row(
            "1404",
            Refused(Protocol),
            "서비스를 찾을 수 없음",
            "no such service",
        ),
        row("1500", RetryOnce, "서비스 내부 오류", "internal error"),
        row(
            "1501",
            Refused(Suspended),
            "보호된 서비스에서 접근 거부",
            "the service behind the gateway refuses access",
        ),
        row(
            "1502",
            Backoff,
            "보호된 서비스의 응답 오류",
            "bad answer of the service behind the gateway",
        ),
        row(
            "1503",
            Backoff,
            "일시적으로 서비스를 사용할 수 없음",
            "the service is temporarily unavailable",
        ),
        row(
            "1700",
            Refused(Credentials),
            "허용되지 않은 client ID",
            "the client id is not allowed",
        ),
        row(
            "1701",
            Refused(Protocol),
            "허용되지 않은 서비스 URI",
            "the path is not allowed",
        ),
        Row {
            remedy: Some(UNKNOWN_ID_OR_ADDRESS),
            ..row(
                "1702",
                Refused(IpNotRegistered),
                "허용되지 않은 client ID + client IP",
                "the address is not registered for this client id",
            )
        },
        row(
            "1703",
            Refused(Protocol),
            "허용되지 않은 client ID + 서비스 URI",
            "the path is not allowed for this client id",
        ),
        row(
            "1705",
            Refused(IpNotRegistered),
            "차단된 client IP",
            "the address is blocked",
        ),
        row(
            "1706",
            Refused(ProductNotSubscribed),
            "허용되지 않은 client ID + 상품코드",
            "the product code is not allowed for this client id",
        ),
        row(
            "1707",
            Refused(ProductNotSubscribed),
            "허용되지 않은 상품코드 + 서비스 URI",
            "the path is not part of this product",
        ),
        row(
            "1711",
            Refused(Quota),
            "이용 제한: 요일",
            "not permitted on this weekday",
        ),
        row(
            "1712",
            Refused(Quota),
            "이용 제한: 시간",
            "not permitted at this time of day",
        ),
        row(
            "1713",
            Refused(Quota),
            "이용 제한: 요일 + 시간",
            "not permitted at this time on this weekday",
        ),
        row(
            "1714",
            Refused(Quota),
            "이용 제한: 날짜",
            "not permitted on this date",
        ),
        row(
            "1715",
            Refused(Quota),
            "이용 제한: 날짜 + 시간",
            "not permitted at this time on this date",
        ),
        row(
            "1716",
            Refused(Quota),
            "이용 제한: 공휴일",
            "not permitted on public holidays",
        ),
        row(
            "1717",
            Refused(Protocol),
            "SQL Injection / XSS 필터에 걸림",
            "caught by the filter against SQL injection and XSS",
        ),
        row(
            "1800",
            TokenRefused,
            "유효하지 않은 토큰 또는 시간 오차 3분 초과",
            "invalid token, or clocks more than three minutes apart",
        ),
        row(
            "1801",
            Refused(Credentials),
            "유효하지 않은 client 정보",
            "client id and secret do not match",
        ),
        row("1900", Backoff, "접속 수 초과", "too many connections"),
        row(
            "1901",
            Backoff,
            "쿼터 토큰 조회 실패",
            "NICE could not read the quota",
        ),
        row(
            "1902",
            Backoff,
            "쿼터 토큰 검증 실패",
            "NICE could not check the quota",
        ),
        row(
            "1903",
            Backoff,
            "동시 사용자 수 초과",
            "too many concurrent users",
        ),
        row(
            "1904",
            Refused(Protocol),
            "요청 크기 초과",
            "the request is too large",
        ),
        row("1905", Backoff, "트래픽 초과", "too much traffic"),
        row(
            "1906",
            Refused(Quota),
            "상품 쿼터 초과",
            "the product's quota is used up",
        ),
        row(
            "1907",
            Refused(Quota),
            "API 이용 기간 초과",
            "the API's period of use has ended",
        ),
        row(
            "1908",
            Refused(ProductNotSubscribed),
            "상품 이용 기간 초과",
            "the product's period of use has ended",
        ),
    ],
};

pub(super) const RESPONSE: Table = Table {
    field: "rsp_cd",
    rows: &[
        row("S603", Backoff, "내부 DB 오류", "NICE's database failed"),
        row(
            "P013",
            Refused(Suspended),
            "이용기관 개시상태 아님",
            "the contract is not active",
        ),
        row(
            "E998",
            Refused(Suspended),
            "서비스 권한 오류",
            "no permission for the service",
        ),
        row("E999", RetryOnce, "내부 시스템 오류", "internal error"),
        row(
            "EAPI2500",
            Refused(Protocol),
            "맵핑 정보 없음",
            "no mapping for the call",
        ),
        row(
            "EAPI2510",
            Refused(Protocol),
            "요청 맵핑 데이터 없음",
            "no data to map in the request",
        ),
        row(
            "EAPI2530",
            RetryOnce,
            "응답 전문 맵핑 오류",
            "NICE could not map its answer",
        ),
        row(
            "EAPI2540",
            RetryOnce,
            "대응 응답 정보 없음",
            "NICE has no answer for the call",
        ),
        row(
            "EAPI2550",
            Refused(Protocol),
            "숫자 타입 입력 오류",
            "a number is expected",
        ),
        row(
            "EAPI2560",
            Refused(Protocol),
            "실수 타입 입력 오류",
            "a real number is expected",
        ),
        row(
            "EAPI2561",
            Refused(Protocol),
            "실수 타입 길이 정보 문법 오류",
            "bad length of a real number",
        ),
        row(
            "EAPI2562",
            Refused(Protocol),
            "실수 타입 논리 오류",
            "a real number contradicts its description",
        ),
        row(
            "EAPI2563",
            Refused(Protocol),
            "실수 타입 파싱 오류",
            "unreadable real number",
        ),
        row(
            "EAPI2564",
            Refused(Protocol),
            "실수 타입 정수부 오류",
            "bad integer part of a real number",
        ),
        row(
            "EAPI2565",
            Refused(Protocol),
            "실수 타입 소수부 오류",
            "bad fraction of a real number",
        ),
        row("EAPI2600", Backoff, "내부 시스템 오류", "internal error"),
        row(
            "EAPI2700",
            Backoff,
            "외부 연동 시스템 오류",
            "a system behind NICE failed",
        ),
        row(
            "EAPI2701",
            Backoff,
            "외부 연동 시스템 시간 초과",
            "a system behind NICE timed out",
        ),
        row(
            "EAPI2892",
            Refused(Protocol),
            "반복부 수 오류",
            "wrong count of a repeated group",
        ),
        row(
            "EAPI5001",
            Refused(Protocol),
            "스키마 정보 없음",
            "no schema for the call",
        ),
        row(
            "EAPI5002",
            Refused(Protocol),
            "스키마 유효성 검증 실패",
            "the request does not fit the schema",
        ),
    ],
};

pub(super) const RESULT: Table = Table {
    field: "result_cd",
    rows: &[
        row(
            "0001",
            Refused(Protocol),
            "필수 입력값 오류",
            "a required value is missing or out of range",
        ),
        row(
            "0003",
            Refused(ProductNotSubscribed),
            "OTP 발급 대상 회원사 아님",
            "the contract does not include crypto tokens",
        ),
    ],
};

/// The gateway knows no client ids of 통합인증, and says so with this code.
const UNKNOWN_ID_OR_ADDRESS: Text = Text {
    ko: "NICE에 이 서버의 IP가 등록되어 있지 않습니다. NICE API 콘솔의 마이 앱 → 허용 IP에 이 서버의 외부 \
         송신 IP(NAT 게이트웨이 또는 NICE_PROXY의 IP)를 등록해 주십시오. 이 게이트웨이가 모르는 클라이언트 \
         ID도 같은 코드를 받습니다. 통합인증의 ID라면 NICE_API=integrated로 설정해 주십시오.",
    en: "NICE does not know this server's address. Register its egress address (the address of the \
         NAT gateway or of NICE_PROXY) in NICE's console: 마이 앱 → 허용 IP. A client id that this \
         gateway does not know gets the same code: with credentials of 통합인증, set \
         NICE_API=integrated.",
};

const fn row(code: &'static str, verdict: Verdict, ko: &'static str, en: &'static str) -> Row {
    Row {
        code,
        verdict,
        meaning: Text { ko, en },
        remedy: None,
    }
}
