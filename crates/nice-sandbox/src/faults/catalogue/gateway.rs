//! The gateway's refusals: every `GW_RSLT_CD` but success. The titles are
//! also what the sandbox says in `GW_RSLT_MSG`.

use super::{Fault, Kind, OLDER_CALLS};

macro_rules! gateway {
    ($code:literal, $title:literal, $stands_for:literal) => {
        Fault {
            name: concat!("gw_", $code),
            calls: OLDER_CALLS,
            title: $title,
            stands_for: $stands_for,
            kind: Kind::Gateway($code),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    gateway!(
        "1300",
        "request body가 비었습니다.",
        "The request had no body. A bug in the client: don't try again."
    ),
    gateway!(
        "1400",
        "잘못된 요청",
        "The request can't be read. A bug in the client: don't try again."
    ),
    gateway!(
        "1401",
        "인증 필요",
        "The Authorization header is missing or can't be read. Read the stored institution token \
         again, then issue a new one once; don't loop."
    ),
    gateway!(
        "1402",
        "권한 없음",
        "The client has no permission for this service. An operator has to ask NICE; don't try again."
    ),
    gateway!(
        "1403",
        "서비스 사용 중지",
        "The service is disabled for this client, as when a contract is suspended. An operator has \
         to ask NICE; don't try again."
    ),
    gateway!(
        "1404",
        "서비스를 찾을 수 없음",
        "No service at this path. A mistake in the base URL or the path: don't try again."
    ),
    gateway!(
        "1500",
        "서비스 내부 오류",
        "An internal error, also seen when dataHeader and dataBody are mixed up. One more try at \
         most, then look at the request."
    ),
    gateway!(
        "1501",
        "보호된 서비스에서 접근 거부",
        "The service behind the gateway refuses access. An operator has to ask NICE; don't try again."
    ),
    gateway!(
        "1502",
        "보호된 서비스의 응답 오류",
        "The service behind the gateway answered badly. Try again, waiting longer each time."
    ),
    gateway!(
        "1503",
        "일시적으로 서비스를 사용할 수 없음",
        "The service behind the gateway is down for the moment. Try again, waiting longer each time."
    ),
    gateway!(
        "1700",
        "허용되지 않은 client ID",
        "NICE doesn't know the client id. An operator has to set the right one; don't try again."
    ),
    gateway!(
        "1701",
        "허용되지 않은 서비스 URI",
        "The path isn't open to this client. Check the base URL; don't try again."
    ),
    gateway!(
        "1702",
        "허용되지 않은 client ID + client IP",
        "The address that the call came from isn't registered with NICE. An operator has to \
         register it: show the address, don't try again."
    ),
    gateway!(
        "1703",
        "허용되지 않은 client ID + 서비스 URI",
        "This client may not use this path. An operator has to look at the contract; don't try again."
    ),
    gateway!(
        "1705",
        "차단된 client IP",
        "The address that the call came from is on NICE's blacklist. An operator has to ask NICE; \
         don't try again."
    ),
    gateway!(
        "1706",
        "허용되지 않은 client ID + 상품코드",
        "The product isn't subscribed, or the ProductID header is wrong. An operator has to check \
         both; don't try again."
    ),
    gateway!(
        "1707",
        "허용되지 않은 상품코드 + 서비스 URI",
        "The product doesn't include this path. An operator has to check the product code; don't \
         try again."
    ),
    gateway!(
        "1711",
        "이용 제한: 요일",
        "The contract excludes this weekday. Not before it is over: don't try again now."
    ),
    gateway!(
        "1712",
        "이용 제한: 시간",
        "The contract excludes this time of day. Don't try again now."
    ),
    gateway!(
        "1713",
        "이용 제한: 요일 + 시간",
        "The contract excludes this time on this weekday. Don't try again now."
    ),
    gateway!(
        "1714",
        "이용 제한: 날짜",
        "The contract excludes this date. Don't try again now."
    ),
    gateway!(
        "1715",
        "이용 제한: 날짜 + 시간",
        "The contract excludes this time on this date. Don't try again now."
    ),
    gateway!(
        "1716",
        "이용 제한: 공휴일",
        "The contract excludes public holidays. Don't try again now."
    ),
    gateway!(
        "1717",
        "SQL Injection / XSS 필터에 걸림",
        "A filter took a value for an attack, mostly because of quotes or angle brackets in it. A \
         bug in the client: don't try again."
    ),
    gateway!(
        "1800",
        "유효하지 않은 토큰 또는 시간 오차 3분 초과",
        "The institution token is dead, or the timestamp in the header is off by more than three \
         minutes. Compare the clock with the Date header, read the stored token again, then issue \
         a new one once; don't loop."
    ),
    gateway!(
        "1801",
        "유효하지 않은 client 정보",
        "Client id and secret don't belong together. An operator has to set the right ones; don't \
         try again."
    ),
    gateway!(
        "1900",
        "접속 수 초과",
        "Too many connections to NICE. Try again, waiting longer each time, with fewer calls at once."
    ),
    gateway!(
        "1901",
        "쿼터 토큰 조회 실패",
        "NICE couldn't look up the quota. Try again, waiting longer each time."
    ),
    gateway!(
        "1902",
        "쿼터 토큰 검증 실패",
        "NICE couldn't check the quota. Try again, waiting longer each time."
    ),
    gateway!(
        "1903",
        "동시 사용자 수 초과",
        "Too many calls at once. Try again, waiting longer each time, with fewer calls at once."
    ),
    gateway!(
        "1904",
        "요청 크기 초과",
        "The request is too large. A bug in the client: don't try again."
    ),
    gateway!(
        "1905",
        "트래픽 초과",
        "Too much traffic. Try again, waiting longer each time, with fewer calls at once."
    ),
    gateway!(
        "1906",
        "상품 쿼터 초과",
        "The product's quota is used up. An operator has to raise it; don't try again now."
    ),
    gateway!(
        "1907",
        "API 이용 기간 초과",
        "The period in which the API may be used is over. An operator has to renew it; don't try \
         again."
    ),
    gateway!(
        "1908",
        "상품 이용 기간 초과",
        "The period in which the product may be used is over. An operator has to renew it; don't \
         try again."
    ),
];
