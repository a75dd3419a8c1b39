//! An HTTP status without NICE's JSON: something in front of the gateway
//! answers in its place.

use axum::http::StatusCode;

use super::{EVERY_CALL, Fault, Kind};

const fn http(
    name: &'static str,
    status: StatusCode,
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls: EVERY_CALL,
        title,
        stands_for,
        kind: Kind::Http(status),
    }
}

pub(super) const FAULTS: &[Fault] = &[
    http(
        "http_400",
        StatusCode::BAD_REQUEST,
        "HTTP 400, HTML 오류 페이지",
        "A proxy or firewall on the way took offence at the request. Not JSON: report it as a \
         broken answer with the status, don't try again.",
    ),
    http(
        "http_401",
        StatusCode::UNAUTHORIZED,
        "HTTP 401, HTML 오류 페이지",
        "Something on the way wants a login, or dropped the Authorization header. Without NICE's \
         JSON it says nothing about the institution token: don't issue a new one because of it.",
    ),
    http(
        "http_402",
        StatusCode::PAYMENT_REQUIRED,
        "HTTP 402, HTML 오류 페이지",
        "NICE uses this status for \"unauthorised\", not for money. An operator has to look at the \
         contract; don't try again.",
    ),
    http(
        "http_403",
        StatusCode::FORBIDDEN,
        "HTTP 403, HTML 오류 페이지",
        "The service is switched off for this client, or a firewall refuses the address. An \
         operator has to act; don't try again.",
    ),
    http(
        "http_404",
        StatusCode::NOT_FOUND,
        "HTTP 404, HTML 오류 페이지",
        "The base URL or the path is wrong, or a proxy leads elsewhere. A mistake in the settings; \
         don't try again.",
    ),
    http(
        "http_500",
        StatusCode::INTERNAL_SERVER_ERROR,
        "HTTP 500, HTML 오류 페이지",
        "NICE's front end failed before the gateway could answer. One more try after a pause, then \
         tell the caller that NICE fails.",
    ),
    http(
        "http_501",
        StatusCode::NOT_IMPLEMENTED,
        "HTTP 501, HTML 오류 페이지",
        "The protected service denied access. An operator has to act; don't try again.",
    ),
    http(
        "http_502",
        StatusCode::BAD_GATEWAY,
        "HTTP 502, HTML 오류 페이지",
        "The load balancer got no sense out of the gateway, as during NICE's maintenance. Try \
         again, waiting longer each time.",
    ),
    http(
        "http_503",
        StatusCode::SERVICE_UNAVAILABLE,
        "HTTP 503, HTML 오류 페이지",
        "NICE is overloaded or down for maintenance. Try again, waiting longer each time, and stop \
         calling for a while when it lasts.",
    ),
];
