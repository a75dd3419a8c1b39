//! Why NICE refuses, and what a person has to do about it.

use crate::language::Text;

/// Why NICE refused in a way that only an operator can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The egress address isn't registered with NICE, or is on its blacklist.
    IpNotRegistered,
    /// The contract doesn't cover the product, or it has run out.
    ProductNotSubscribed,
    /// Client id, client secret or institution token are wrong.
    Credentials,
    /// Our clock and NICE's are more than two minutes apart.
    ClockSkew,
    /// The contract is suspended or the service is switched off.
    Suspended,
    /// A quota, or a time at which the contract allows no calls.
    Quota,
    /// NICE doesn't understand us: a fault of this service or of its settings.
    Protocol,
    /// A code that is in no table.
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
                     이 서버가 외부로 나가는 주소(NAT 게이트웨이 또는 NICE_PROXY의 주소)를 등록하십시오.",
                en: "NICE does not know this server's address. Register its egress address (that of the \
                     NAT gateway or of NICE_PROXY) in NICE's console: 마이 앱 → 허용 IP.",
            },
            Self::ProductNotSubscribed => Text {
                ko: "NICE와 계약된 상품이 아니거나 이용 기간이 끝났습니다. NICE API 콘솔에서 상품 코드와 \
                     이용 신청을 확인하고 NICE_PRODUCT_ID를 맞추십시오.",
                en: "The contract with NICE does not cover this product, or it has ended. Check the product \
                     code and the subscription in NICE's console, and set NICE_PRODUCT_ID to it.",
            },
            Self::Credentials => Text {
                ko: "NICE가 인증 정보를 받아들이지 않습니다. NICE_CLIENT_ID와 NICE_CLIENT_SECRET을 콘솔의 \
                     값과 비교하고, NICE_ACCESS_TOKEN을 설정했다면 다시 발급하십시오.",
                en: "NICE does not accept the credentials. Compare NICE_CLIENT_ID and NICE_CLIENT_SECRET with \
                     NICE's console; if NICE_ACCESS_TOKEN is set, issue a new one.",
            },
            Self::ClockSkew => Text {
                ko: "이 서버의 시계가 NICE와 2분 넘게 차이 납니다. 서버의 시간 동기화(NTP)를 바로잡으십시오.",
                en: "This server's clock differs from NICE's by more than two minutes. Mend its time \
                     synchronisation (NTP).",
            },
            Self::Suspended => Text {
                ko: "NICE에서 이용이 정지되었거나 권한이 없습니다. NICE 담당자에게 계약 상태를 확인하십시오.",
                en: "NICE has suspended the service or withholds permission. Ask your contact at NICE for \
                     the state of the contract.",
            },
            Self::Quota => Text {
                ko: "NICE의 이용 한도나 이용 가능 시간을 벗어났습니다. NICE API 콘솔에서 한도와 제한 시간을 \
                     확인하고 필요하면 증액을 신청하십시오.",
                en: "A quota or a permitted time of the NICE contract is exceeded. Check limits and times in \
                     NICE's console and ask for more if needed.",
            },
            Self::Protocol => Text {
                ko: "NICE가 요청을 이해하지 못했습니다. NICE_BASE_URL과 NICE_PRODUCT_ID를 확인하고, 맞다면 \
                     이 서비스의 결함이니 로그의 코드와 함께 알려 주십시오.",
                en: "NICE did not understand the request. Check NICE_BASE_URL and NICE_PRODUCT_ID; if they are \
                     right this is a fault of this service: report it with the code in the log.",
            },
            Self::Unknown => Text {
                ko: "NICE가 알 수 없는 코드로 거절했습니다. 로그의 코드와 시각을 NICE 고객지원에 문의하십시오.",
                en: "NICE refused with a code that is in no table. Ask NICE's support, with the code and the \
                     time that the log shows.",
            },
        }
    }
}
