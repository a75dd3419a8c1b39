//! Why NICE refuses, and what the operator does about it.

use crate::language::Text;

/// Why NICE refused; only an operator can fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The egress address isn't registered with NICE, or is on its blacklist.
    IpNotRegistered,
    /// The contract does not cover the product, or has ended.
    ProductNotSubscribed,
    /// Client id, client secret or institution token are wrong.
    Credentials,
    /// Our clock and NICE's are more than two minutes apart.
    ClockSkew,
    /// The contract is suspended or the service is switched off.
    Suspended,
    /// A quota is used up, or the contract allows no calls at this time.
    Quota,
    /// NICE does not understand the request: a fault of this service or its settings.
    Protocol,
    /// A code that is not in the table.
    Unknown,
}

impl Cause {
    /// Every cause, for the document and the metrics.
    pub const ALL: [Self; 8] = [
        Self::IpNotRegistered,
        Self::ProductNotSubscribed,
        Self::Credentials,
        Self::ClockSkew,
        Self::Suspended,
        Self::Quota,
        Self::Protocol,
        Self::Unknown,
    ];

    /// The public name, as in `payload.cause`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IpNotRegistered => "IP_NOT_REGISTERED",
            Self::ProductNotSubscribed => "PRODUCT_NOT_SUBSCRIBED",
            Self::Credentials => "CREDENTIALS",
            Self::ClockSkew => "CLOCK_SKEW",
            Self::Suspended => "SUSPENDED",
            Self::Quota => "QUOTA",
            Self::Protocol => "PROTOCOL",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// What to do, for the person who reads the answer, the log or `check`.
    #[must_use]
    pub const fn remedy(self) -> Text {
        match self {
            Self::IpNotRegistered => Text {
                ko: "NICE에 이 서버의 IP가 등록되어 있지 않습니다. NICE API 콘솔의 마이 앱 → 허용 IP에 \
                     이 서버의 외부 송신 IP(NAT 게이트웨이 또는 NICE_PROXY의 IP)를 등록해 주십시오.",
                en: "NICE does not know this server's address. Register its egress address (the address \
                     of the NAT gateway or of NICE_PROXY) in NICE's console: 마이 앱 → 허용 IP.",
            },
            Self::ProductNotSubscribed => Text {
                ko: "NICE와 계약된 상품이 아니거나 이용 기간이 끝났습니다. NICE API 콘솔에서 상품 코드와 \
                     이용 신청을 확인하고 NICE_PRODUCT_ID를 맞춰 주십시오.",
                en: "The contract with NICE does not cover this product, or it has ended. Check the product \
                     code and the subscription in NICE's console, and set NICE_PRODUCT_ID to it.",
            },
            Self::Credentials => Text {
                ko: "NICE가 클라이언트 인증 정보를 거부했습니다. NICE_CLIENT_ID와 NICE_CLIENT_SECRET이 콘솔의 \
                     값과 같은지 확인하고, NICE_ACCESS_TOKEN을 설정했다면 다시 발급해 주십시오.",
                en: "NICE does not accept the credentials. Compare NICE_CLIENT_ID and NICE_CLIENT_SECRET with \
                     NICE's console; if NICE_ACCESS_TOKEN is set, issue a new one.",
            },
            Self::ClockSkew => Text {
                ko: "이 서버의 시계가 NICE와 2분 넘게 차이 납니다. 서버의 시간 동기화(NTP)를 확인해 주십시오.",
                en: "This server's clock differs from NICE's by more than two minutes. Fix its time \
                     synchronisation (NTP).",
            },
            Self::Suspended => Text {
                ko: "NICE에서 이용이 정지되었거나 권한이 없습니다. NICE 담당자에게 계약 상태를 확인해 주십시오.",
                en: "NICE has suspended the service or denies permission. Ask your contact at NICE for \
                     the state of the contract.",
            },
            Self::Quota => Text {
                ko: "NICE의 이용 한도나 이용 가능 시간을 벗어났습니다. NICE API 콘솔에서 한도와 제한 시간을 \
                     확인하고 필요하면 한도 증액을 신청해 주십시오.",
                en: "A quota of the NICE contract is used up, or it allows no calls at this time. Check \
                     limits and times in NICE's console, and request more if needed.",
            },
            Self::Protocol => Text {
                ko: "NICE가 요청을 이해하지 못했습니다. NICE_BASE_URL과 NICE_PRODUCT_ID를 확인하고, 맞다면 \
                     이 서비스의 결함이므로 로그의 코드와 함께 알려 주십시오.",
                en: "NICE did not understand the request. Check NICE_BASE_URL and NICE_PRODUCT_ID; if they are \
                     right, this is a fault of this service: report it with the code in the log.",
            },
            Self::Unknown => Text {
                ko: "NICE가 알 수 없는 코드로 거부했습니다. 로그에 있는 코드와 시각을 NICE 고객지원에 문의해 주십시오.",
                en: "NICE refused with an unknown code. Ask NICE's support; give them the code and the \
                     time from the log.",
            },
        }
    }
}
