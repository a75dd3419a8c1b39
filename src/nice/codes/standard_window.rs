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
        row("1300", Refused(Protocol), "the request has no body"),
        row("1400", Refused(Protocol), "bad request"),
        row("1401", TokenRefused, "authentication required"),
        row("1402", Refused(Suspended), "no permission"),
        row("1403", Refused(Suspended), "the service is disabled"),
        row("1404", Refused(Protocol), "no such service"),
        row("1500", RetryOnce, "internal error"),
        row(
            "1501",
            Refused(Suspended),
            "the service behind the gateway refuses access",
        ),
        row(
            "1502",
            Backoff,
            "bad answer of the service behind the gateway",
        ),
        row("1503", Backoff, "the service is temporarily unavailable"),
        row("1700", Refused(Credentials), "the client id is not allowed"),
        row("1701", Refused(Protocol), "the path is not allowed"),
        Row {
            remedy: Some(UNKNOWN_ID_OR_ADDRESS),
            ..row(
                "1702",
                Refused(IpNotRegistered),
                "the address is not registered for this client id",
            )
        },
        row(
            "1703",
            Refused(Protocol),
            "the path is not allowed for this client id",
        ),
        row("1705", Refused(IpNotRegistered), "the address is blocked"),
        row(
            "1706",
            Refused(ProductNotSubscribed),
            "the product code is not allowed for this client id",
        ),
        row(
            "1707",
            Refused(ProductNotSubscribed),
            "the path is not part of this product",
        ),
        row("1711", Refused(Quota), "not permitted on this weekday"),
        row("1712", Refused(Quota), "not permitted at this time of day"),
        row(
            "1713",
            Refused(Quota),
            "not permitted at this time on this weekday",
        ),
        row("1714", Refused(Quota), "not permitted on this date"),
        row(
            "1715",
            Refused(Quota),
            "not permitted at this time on this date",
        ),
        row("1716", Refused(Quota), "not permitted on public holidays"),
        row(
            "1717",
            Refused(Protocol),
            "caught by the filter against SQL injection and XSS",
        ),
        row(
            "1800",
            TokenRefused,
            "invalid token, or clocks more than three minutes apart",
        ),
        row(
            "1801",
            Refused(Credentials),
            "client id and secret do not match",
        ),
        row("1900", Backoff, "too many connections"),
        row("1901", Backoff, "NICE could not read the quota"),
        row("1902", Backoff, "NICE could not check the quota"),
        row("1903", Backoff, "too many concurrent users"),
        row("1904", Refused(Protocol), "the request is too large"),
        row("1905", Backoff, "too much traffic"),
        row("1906", Refused(Quota), "the product's quota is used up"),
        row("1907", Refused(Quota), "the API's period of use has ended"),
        row(
            "1908",
            Refused(ProductNotSubscribed),
            "the product's period of use has ended",
        ),
    ],
};

pub(super) const RESPONSE: Table = Table {
    field: "rsp_cd",
    rows: &[
        row("S603", Backoff, "NICE's database failed"),
        row("P013", Refused(Suspended), "the contract is not active"),
        row("E998", Refused(Suspended), "no permission for the service"),
        row("E999", RetryOnce, "internal error"),
        row("EAPI2500", Refused(Protocol), "no mapping for the call"),
        row(
            "EAPI2510",
            Refused(Protocol),
            "no data to map in the request",
        ),
        row("EAPI2530", RetryOnce, "NICE could not map its answer"),
        row("EAPI2540", RetryOnce, "NICE has no answer for the call"),
        row("EAPI2550", Refused(Protocol), "a number is expected"),
        row("EAPI2560", Refused(Protocol), "a real number is expected"),
        row("EAPI2561", Refused(Protocol), "bad length of a real number"),
        row(
            "EAPI2562",
            Refused(Protocol),
            "a real number contradicts its description",
        ),
        row("EAPI2563", Refused(Protocol), "unreadable real number"),
        row(
            "EAPI2564",
            Refused(Protocol),
            "bad integer part of a real number",
        ),
        row(
            "EAPI2565",
            Refused(Protocol),
            "bad fraction of a real number",
        ),
        row("EAPI2600", Backoff, "internal error"),
        row("EAPI2700", Backoff, "a system behind NICE failed"),
        row("EAPI2701", Backoff, "a system behind NICE timed out"),
        row(
            "EAPI2892",
            Refused(Protocol),
            "wrong count of a repeated group",
        ),
        row("EAPI5001", Refused(Protocol), "no schema for the call"),
        row(
            "EAPI5002",
            Refused(Protocol),
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
            "a required value is missing or out of range",
        ),
        row(
            "0003",
            Refused(ProductNotSubscribed),
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

const fn row(code: &'static str, verdict: Verdict, meaning: &'static str) -> Row {
    Row {
        code,
        verdict,
        meaning,
        remedy: None,
    }
}
