//! The gateway's refusals: every `GW_RSLT_CD` but success. The titles are
//! also what the sandbox says in `GW_RSLT_MSG`.

use super::{Fault, Kind, OLDER_CALLS};

macro_rules! gateway {
    ($code:literal, $title:literal, $ko:literal, $en:literal) => {
        Fault {
            name: concat!("gw_", $code),
            calls: OLDER_CALLS,
            title: $title,
            stands_for_ko: $ko,
            stands_for: $en,
            kind: Kind::Gateway($code),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    gateway!(
        "1300",
        "request body가 비었습니다.",
        "요청에 본문이 없습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "The request had no body. A bug in the client: don't try again."
    ),
    gateway!(
        "1400",
        "잘못된 요청",
        "요청을 읽을 수 없습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "The request can't be read. A bug in the client: don't try again."
    ),
    gateway!(
        "1401",
        "인증 필요",
        "Authorization 헤더가 없거나 읽을 수 없습니다. 저장해 둔 기관토큰을 다시 읽어 보고, \
         그래도 안 되면 한 번만 새로 발급하십시오. 반복하지 마십시오.",
        "The Authorization header is missing or can't be read. Read the stored institution token \
         again, then issue a new one once; don't loop."
    ),
    gateway!(
        "1402",
        "권한 없음",
        "이 클라이언트에는 이 서비스의 권한이 없습니다. 운영자가 NICE에 문의해야 하므로 \
         재시도하지 마십시오.",
        "The client has no permission for this service. An operator has to ask NICE; don't try again."
    ),
    gateway!(
        "1403",
        "서비스 사용 중지",
        "계약 정지 등으로 이 클라이언트의 서비스가 중지되었습니다. 운영자가 NICE에 문의해야 \
         하므로 재시도하지 마십시오.",
        "The service is disabled for this client, as when a contract is suspended. An operator has \
         to ask NICE; don't try again."
    ),
    gateway!(
        "1404",
        "서비스를 찾을 수 없음",
        "이 경로에는 서비스가 없습니다. base URL이나 경로가 틀렸으므로 재시도하지 마십시오.",
        "No service at this path. A mistake in the base URL or the path: don't try again."
    ),
    gateway!(
        "1500",
        "서비스 내부 오류",
        "NICE의 내부 오류이며, dataHeader와 dataBody를 뒤섞었을 때도 나옵니다. 많아야 한 번 \
         재시도한 뒤 요청을 확인하십시오.",
        "An internal error, also seen when dataHeader and dataBody are mixed up. One more try at \
         most, then look at the request."
    ),
    gateway!(
        "1501",
        "보호된 서비스에서 접근 거부",
        "게이트웨이 뒤의 서비스가 접근을 거부했습니다. 운영자가 NICE에 문의해야 하므로 \
         재시도하지 마십시오.",
        "The service behind the gateway refuses access. An operator has to ask NICE; don't try again."
    ),
    gateway!(
        "1502",
        "보호된 서비스의 응답 오류",
        "게이트웨이 뒤의 서비스가 잘못 응답했습니다. 간격을 늘려 가며 재시도하십시오.",
        "The service behind the gateway answered badly. Try again, waiting longer each time."
    ),
    gateway!(
        "1503",
        "일시적으로 서비스를 사용할 수 없음",
        "게이트웨이 뒤의 서비스가 일시적으로 멈췄습니다. 간격을 늘려 가며 재시도하십시오.",
        "The service behind the gateway is down for the moment. Try again, waiting longer each time."
    ),
    gateway!(
        "1700",
        "허용되지 않은 client ID",
        "NICE가 모르는 client ID입니다. 운영자가 올바른 값을 설정해야 하므로 재시도하지 \
         마십시오.",
        "NICE doesn't know the client id. An operator has to set the right one; don't try again."
    ),
    gateway!(
        "1701",
        "허용되지 않은 서비스 URI",
        "이 클라이언트에 열려 있지 않은 경로입니다. base URL을 확인하고, 재시도하지 마십시오.",
        "The path isn't open to this client. Check the base URL; don't try again."
    ),
    gateway!(
        "1702",
        "허용되지 않은 client ID + client IP",
        "호출한 IP가 NICE에 등록되어 있지 않습니다. 운영자가 등록해야 합니다. IP를 보여 주고, \
         재시도하지 마십시오.",
        "The address that the call came from isn't registered with NICE. An operator has to \
         register it: show the address, don't try again."
    ),
    gateway!(
        "1703",
        "허용되지 않은 client ID + 서비스 URI",
        "이 클라이언트는 이 경로를 쓸 수 없습니다. 운영자가 계약을 확인해야 하므로 재시도하지 \
         마십시오.",
        "This client may not use this path. An operator has to look at the contract; don't try again."
    ),
    gateway!(
        "1705",
        "차단된 client IP",
        "호출한 IP가 NICE의 차단 목록에 있습니다. 운영자가 NICE에 문의해야 하므로 재시도하지 \
         마십시오.",
        "The address that the call came from is on NICE's blacklist. An operator has to ask NICE; \
         don't try again."
    ),
    gateway!(
        "1706",
        "허용되지 않은 client ID + 상품코드",
        "상품을 신청하지 않았거나 ProductID 헤더가 틀렸습니다. 운영자가 둘 다 확인해야 하므로 \
         재시도하지 마십시오.",
        "The product isn't subscribed, or the ProductID header is wrong. An operator has to check \
         both; don't try again."
    ),
    gateway!(
        "1707",
        "허용되지 않은 상품코드 + 서비스 URI",
        "이 상품에 포함되지 않은 경로입니다. 운영자가 상품코드를 확인해야 하므로 재시도하지 \
         마십시오.",
        "The product doesn't include this path. An operator has to check the product code; don't \
         try again."
    ),
    gateway!(
        "1711",
        "이용 제한: 요일",
        "계약상 이용할 수 없는 요일입니다. 그날이 지나야 하므로 지금은 재시도하지 마십시오.",
        "The contract excludes this weekday. Not before it is over: don't try again now."
    ),
    gateway!(
        "1712",
        "이용 제한: 시간",
        "계약상 이용할 수 없는 시간대입니다. 지금은 재시도하지 마십시오.",
        "The contract excludes this time of day. Don't try again now."
    ),
    gateway!(
        "1713",
        "이용 제한: 요일 + 시간",
        "계약상 이 요일의 이 시간에는 이용할 수 없습니다. 지금은 재시도하지 마십시오.",
        "The contract excludes this time on this weekday. Don't try again now."
    ),
    gateway!(
        "1714",
        "이용 제한: 날짜",
        "계약상 이용할 수 없는 날짜입니다. 지금은 재시도하지 마십시오.",
        "The contract excludes this date. Don't try again now."
    ),
    gateway!(
        "1715",
        "이용 제한: 날짜 + 시간",
        "계약상 이 날짜의 이 시간에는 이용할 수 없습니다. 지금은 재시도하지 마십시오.",
        "The contract excludes this time on this date. Don't try again now."
    ),
    gateway!(
        "1716",
        "이용 제한: 공휴일",
        "계약상 공휴일에는 이용할 수 없습니다. 지금은 재시도하지 마십시오.",
        "The contract excludes public holidays. Don't try again now."
    ),
    gateway!(
        "1717",
        "SQL Injection / XSS 필터에 걸림",
        "값에 든 따옴표나 꺾쇠괄호 따위를 필터가 공격으로 보았습니다. 클라이언트의 버그이므로 \
         재시도하지 마십시오.",
        "A filter took a value for an attack, mostly because of quotes or angle brackets in it. A \
         bug in the client: don't try again."
    ),
    gateway!(
        "1800",
        "유효하지 않은 토큰 또는 시간 오차 3분 초과",
        "기관토큰이 무효이거나 헤더의 시각이 3분 넘게 차이 납니다. Date 헤더와 시계를 \
         비교하고, 저장해 둔 토큰을 다시 읽어 보고, 그래도 안 되면 한 번만 새로 발급하십시오. \
         반복하지 마십시오.",
        "The institution token is dead, or the timestamp in the header is off by more than three \
         minutes. Compare the clock with the Date header, read the stored token again, then issue \
         a new one once; don't loop."
    ),
    gateway!(
        "1801",
        "유효하지 않은 client 정보",
        "client ID와 secret이 서로 맞지 않습니다. 운영자가 올바른 값을 설정해야 하므로 \
         재시도하지 마십시오.",
        "Client id and secret don't belong together. An operator has to set the right ones; don't \
         try again."
    ),
    gateway!(
        "1900",
        "접속 수 초과",
        "NICE에 대한 연결이 너무 많습니다. 동시 호출을 줄이고 간격을 늘려 가며 \
         재시도하십시오.",
        "Too many connections to NICE. Try again, waiting longer each time, with fewer calls at once."
    ),
    gateway!(
        "1901",
        "쿼터 토큰 조회 실패",
        "NICE가 쿼터를 조회하지 못했습니다. 간격을 늘려 가며 재시도하십시오.",
        "NICE couldn't look up the quota. Try again, waiting longer each time."
    ),
    gateway!(
        "1902",
        "쿼터 토큰 검증 실패",
        "NICE가 쿼터를 검증하지 못했습니다. 간격을 늘려 가며 재시도하십시오.",
        "NICE couldn't check the quota. Try again, waiting longer each time."
    ),
    gateway!(
        "1903",
        "동시 사용자 수 초과",
        "동시 호출이 너무 많습니다. 동시 호출을 줄이고 간격을 늘려 가며 재시도하십시오.",
        "Too many calls at once. Try again, waiting longer each time, with fewer calls at once."
    ),
    gateway!(
        "1904",
        "요청 크기 초과",
        "요청이 너무 큽니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "The request is too large. A bug in the client: don't try again."
    ),
    gateway!(
        "1905",
        "트래픽 초과",
        "트래픽이 너무 많습니다. 동시 호출을 줄이고 간격을 늘려 가며 재시도하십시오.",
        "Too much traffic. Try again, waiting longer each time, with fewer calls at once."
    ),
    gateway!(
        "1906",
        "상품 쿼터 초과",
        "상품의 쿼터를 모두 썼습니다. 운영자가 늘려야 하므로 지금은 재시도하지 마십시오.",
        "The product's quota is used up. An operator has to raise it; don't try again now."
    ),
    gateway!(
        "1907",
        "API 이용 기간 초과",
        "API 이용 기간이 끝났습니다. 운영자가 갱신해야 하므로 재시도하지 마십시오.",
        "The period in which the API may be used is over. An operator has to renew it; don't try \
         again."
    ),
    gateway!(
        "1908",
        "상품 이용 기간 초과",
        "상품 이용 기간이 끝났습니다. 운영자가 갱신해야 하므로 재시도하지 마십시오.",
        "The period in which the product may be used is over. An operator has to renew it; don't \
         try again."
    ),
];
