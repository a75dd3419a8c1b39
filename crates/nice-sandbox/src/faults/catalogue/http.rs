//! An HTTP status without NICE's JSON: something in front of the gateway
//! answers in its place.

use axum::http::StatusCode;

use super::{EVERY_CALL, Fault, Kind, fault};

const fn http(
    name: &'static str,
    status: StatusCode,
    title: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Fault {
    fault(name, Kind::Http(status), EVERY_CALL, title, ko, en)
}

pub(super) const FAULTS: &[Fault] = &[
    http(
        "http_400",
        StatusCode::BAD_REQUEST,
        "HTTP 400, HTML 오류 페이지",
        "중간의 프록시나 방화벽이 요청을 거부한 상황입니다. JSON이 아니므로 상태 코드와 함께 \
         잘못된 응답으로 보고하고, 재시도하지 마십시오.",
        "A proxy or firewall on the way took offence at the request. Not JSON: report it as a \
         broken answer with the status, don't try again.",
    ),
    http(
        "http_401",
        StatusCode::UNAUTHORIZED,
        "HTTP 401, HTML 오류 페이지",
        "중간 장비가 로그인을 요구하거나 Authorization 헤더를 지운 상황입니다. NICE의 JSON이 \
         없으면 기관토큰과는 무관하므로, 이 때문에 새로 발급하지 마십시오.",
        "Something on the way wants a login, or dropped the Authorization header. Without NICE's \
         JSON it says nothing about the institution token: don't issue a new one because of it.",
    ),
    http(
        "http_402",
        StatusCode::PAYMENT_REQUIRED,
        "HTTP 402, HTML 오류 페이지",
        "NICE는 이 상태를 결제가 아니라 권한 없음의 뜻으로 씁니다. 운영자가 계약을 확인해야 \
         하므로 재시도하지 마십시오.",
        "NICE uses this status for \"unauthorised\", not for money. An operator has to look at the \
         contract; don't try again.",
    ),
    http(
        "http_403",
        StatusCode::FORBIDDEN,
        "HTTP 403, HTML 오류 페이지",
        "이 클라이언트의 서비스가 중지되었거나 방화벽이 IP를 막은 상황입니다. 운영자가 \
         조치해야 하므로 재시도하지 마십시오.",
        "The service is switched off for this client, or a firewall refuses the address. An \
         operator has to act; don't try again.",
    ),
    http(
        "http_404",
        StatusCode::NOT_FOUND,
        "HTTP 404, HTML 오류 페이지",
        "base URL이나 경로가 틀렸거나 프록시가 다른 곳으로 보낸 상황입니다. 설정 오류이므로 \
         재시도하지 마십시오.",
        "The base URL or the path is wrong, or a proxy leads elsewhere. A mistake in the settings; \
         don't try again.",
    ),
    http(
        "http_500",
        StatusCode::INTERNAL_SERVER_ERROR,
        "HTTP 500, HTML 오류 페이지",
        "게이트웨이가 응답하기 전에 NICE의 앞단에서 실패한 상황입니다. 잠시 뒤 한 번만 \
         재시도하고, 그래도 실패하면 호출자에게 NICE 장애라고 알리십시오.",
        "NICE's front end failed before the gateway could answer. One more try after a pause, then \
         tell the caller that NICE fails.",
    ),
    http(
        "http_501",
        StatusCode::NOT_IMPLEMENTED,
        "HTTP 501, HTML 오류 페이지",
        "보호된 서비스가 접근을 거부한 상황입니다. 운영자가 조치해야 하므로 재시도하지 \
         마십시오.",
        "The protected service denied access. An operator has to act; don't try again.",
    ),
    http(
        "http_502",
        StatusCode::BAD_GATEWAY,
        "HTTP 502, HTML 오류 페이지",
        "NICE 점검 때처럼 로드밸런서가 게이트웨이의 응답을 받지 못한 상황입니다. 간격을 늘려 \
         가며 재시도하십시오.",
        "The load balancer got no sense out of the gateway, as during NICE's maintenance. Try \
         again, waiting longer each time.",
    ),
    http(
        "http_503",
        StatusCode::SERVICE_UNAVAILABLE,
        "HTTP 503, HTML 오류 페이지",
        "NICE가 과부하이거나 점검 중인 상황입니다. 간격을 늘려 가며 재시도하고, 오래 지속되면 \
         호출을 잠시 멈추십시오.",
        "NICE is overloaded or down for maintenance. Try again, waiting longer each time, and stop \
         calling for a while when it lasts.",
    ),
];
