//! What can be wrong with an address of the window, beside what can be wrong at either
//! window: a function a fault.

use crate::browser::fault::Fault;

const FIX: [&str; 2] = [
    "인증마다 auth/url을 새로 호출해, 받은 auth_url을 10분 안에 한 번만 여세요.",
    "Call auth/url for each verification, and open the returned auth_url once, within 10 minutes.",
];

impl Fault {
    pub(super) fn unknown_auth_url() -> Self {
        Self::new(
            "auth_url_unknown",
            ["발급한 적 없는 auth_url입니다", "Unknown auth_url"],
            [
                "이 샌드박스가 발급한 주소가 아니거나, 오래되어 잊었습니다. 샌드박스를 다시 시작하면 이전 주소는 사라집니다.",
                "This sandbox never issued the address, or has deleted it: a restart deletes all.",
            ],
            FIX,
        )
        .not_found()
    }

    pub(super) fn expired_auth_url(ended: &str) -> Self {
        Self::new(
            "auth_url_expired",
            [
                "auth_url의 유효시간이 지났습니다",
                "The auth_url has expired",
            ],
            [
                &format!("{ended}(KST)에 끝났습니다. auth_url은 10분 동안 유효합니다."),
                &format!("It expired at {ended} KST: an auth_url is valid for 10 minutes."),
            ],
            FIX,
        )
        .not_found()
    }

    pub(super) fn used_auth_url() -> Self {
        Self::new(
            "auth_url_used",
            ["이미 사용한 auth_url입니다", "The auth_url has been used"],
            [
                "auth_url은 한 번만 열 수 있습니다. 새로고침이나 미리 보기, 링크 검사도 한 번으로 셉니다.",
                "An auth_url opens once. A reload, a preview and a link scanner count too.",
            ],
            FIX,
        )
    }

    pub(super) fn already_verified() -> Self {
        Self::new(
            "already_verified",
            ["이미 인증이 끝났습니다", "The verification is complete"],
            [
                "이 창에서는 이미 인증을 마치고 쇼핑몰로 돌아갔습니다.",
                "The verification in this window is complete, and the browser has returned to the shop.",
            ],
            FIX,
        )
    }

    pub(super) fn not_offered(given: &str, list: &str) -> Self {
        Self::not_one_of("sandbox_svc_type", given, list)
    }
}
