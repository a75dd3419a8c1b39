//! What the pages of the façade tell: one row for each.

use axum::http::StatusCode;

use crate::{
    language::Text,
    nice::{NiceError, Outcome},
    verification::facade::{BridgeError, ReturnError},
};

/// What a page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Notice {
    /// The person has closed NICE's window.
    Closed,
    /// The bridge was opened without values, or with others than ours.
    NotOurs,
    /// The session is unknown or has expired.
    Expired,
    /// `NICE_API` is not, or no longer, `integrated`.
    SwitchedBack,
    /// The session was verified, here or elsewhere.
    Finished,
    /// Its window was opened too often.
    TooOften,
    /// `RATE_LIMIT`.
    Crowded,
    /// NICE refused; an operator has to act.
    Refused,
    /// NICE gives no answer, or the store does.
    Unavailable,
    /// NICE's answer took too long.
    TimedOut,
    /// The return has no usable `web_transaction_id`.
    Misshapen,
    /// Too late after the window was opened.
    Late,
    /// NICE knows of no success.
    NotVerified,
    /// The result was handed out and lost, or is unusable.
    Lost,
}

/// One row: everything that is reported.
pub(super) struct Facts {
    pub(super) status: StatusCode,
    /// The message to the shop's page; empty if there is none.
    pub(super) message: &'static str,
    pub(super) title: Text,
    pub(super) text: Text,
    /// For the log.
    pub(super) hint: &'static str,
}

const FAILED: &str = "member-verification:failed";
const CLOSED: &str = "member-verification:closed";
const NOTHING: &str = "";

const NO_WINDOW: Text = Text {
    ko: "본인인증 창을 열지 못했습니다",
    en: "The window did not open",
};
/// At the bridge and at the return.
const NOT_NOW: Text = Text {
    ko: "지금은 본인인증을 할 수 없습니다",
    en: "Not available now",
};
const NO_RESULT: Text = Text {
    ko: "인증 결과를 받지 못했습니다",
    en: "No result came",
};
const AGAIN: Text = Text {
    ko: "쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
    en: "Begin the verification again in the shop.",
};
const SHORTLY: Text = Text {
    ko: "잠시 후 이 화면을 새로고침해 주십시오. 계속되면 쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
    en: "Reload this page shortly. If it continues, begin again in the shop.",
};

impl Notice {
    /// For the log.
    pub(in crate::http) fn hint(self) -> &'static str {
        self.facts().hint
    }

    #[expect(clippy::too_many_lines, reason = "a table, a row for each")]
    pub(super) fn facts(self) -> Facts {
        let row = |status, message, title, text, hint| Facts {
            status,
            message,
            title,
            text,
            hint,
        };
        match self {
            Self::Closed => row(
                StatusCode::OK,
                CLOSED,
                Text {
                    ko: "본인인증을 취소했습니다",
                    en: "The verification was cancelled",
                },
                Text {
                    ko: "이 창을 닫아도 됩니다.",
                    en: "You may close this window.",
                },
                "the person closed NICE's window",
            ),
            Self::NotOurs => row(
                StatusCode::BAD_REQUEST,
                NOTHING,
                NO_WINDOW,
                Text {
                    ko: "쇼핑몰에서 보낸 값이 올바르지 않습니다. 쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
                    en: "The values from the shop are not valid. Begin the verification again in the shop.",
                },
                "the bridge got no values, or not those of getOAuthToken",
            ),
            Self::Expired => row(
                StatusCode::NOT_FOUND,
                FAILED,
                Text {
                    ko: "본인인증 시간이 지났습니다",
                    en: "The verification has expired",
                },
                AGAIN,
                "the session or the window is unknown, or has expired",
            ),
            Self::SwitchedBack => row(
                StatusCode::GONE,
                NOTHING,
                Text {
                    ko: "이 본인인증은 더 진행할 수 없습니다",
                    en: "This verification can't go on",
                },
                AGAIN,
                "NICE_API is standard-window, which has no such page",
            ),
            Self::Finished => row(
                StatusCode::CONFLICT,
                NOTHING,
                Text {
                    ko: "이미 다른 창에서 본인인증을 마쳤습니다",
                    en: "Already verified elsewhere",
                },
                Text {
                    ko: "인증을 마친 창이나 쇼핑몰 화면에서 계속해 주십시오.",
                    en: "Continue in the window where you verified, or in the shop.",
                },
                "the session was verified by another attempt or return",
            ),
            Self::TooOften => row(
                StatusCode::TOO_MANY_REQUESTS,
                FAILED,
                NO_WINDOW,
                Text {
                    ko: "본인인증 창을 너무 여러 번 열었습니다. 쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
                    en: "The window was opened too often. Begin the verification again in the shop.",
                },
                "the session's window was opened five times",
            ),
            Self::Crowded => row(
                StatusCode::TOO_MANY_REQUESTS,
                FAILED,
                NO_WINDOW,
                Text {
                    ko: "요청이 많습니다. 잠시 후 쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
                    en: "There are too many requests. Begin again in the shop shortly.",
                },
                "RATE_LIMIT or RATE_LIMIT_TOTAL is reached at the bridge",
            ),
            Self::Refused => row(
                StatusCode::BAD_GATEWAY,
                FAILED,
                NOT_NOW,
                Text {
                    ko: "본인인증 기관이 요청을 거부했습니다. 쇼핑몰에 문의해 주십시오.",
                    en: "The verification agency refused the request. Contact the shop.",
                },
                "NICE refused: see the line before",
            ),
            Self::Unavailable => row(
                StatusCode::SERVICE_UNAVAILABLE,
                NOTHING,
                NOT_NOW,
                SHORTLY,
                "NICE or the store gave no answer: see the line before",
            ),
            Self::TimedOut => row(
                StatusCode::GATEWAY_TIMEOUT,
                NOTHING,
                NOT_NOW,
                SHORTLY,
                "NICE did not answer in time",
            ),
            Self::Misshapen => row(
                StatusCode::BAD_REQUEST,
                NOTHING,
                NO_RESULT,
                Text {
                    ko: "돌아온 주소에 인증 번호가 없거나 올바르지 않습니다. 본인인증 창으로 돌아가거나 쇼핑몰에서 다시 시작해 주십시오.",
                    en: "The address contains no valid verification number. Go back to the window, or begin again in the shop.",
                },
                "the return has no web_transaction_id, several, or one of another shape",
            ),
            Self::Late => row(
                StatusCode::GONE,
                FAILED,
                Text {
                    ko: "본인인증 시간이 지났습니다",
                    en: "The verification has expired",
                },
                Text {
                    ko: "창을 연 지 10분이 지났습니다. 쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
                    en: "Ten minutes have passed since the window opened. Begin again in the shop.",
                },
                "the return came more than ten minutes after the window was opened",
            ),
            Self::NotVerified => row(
                StatusCode::UNPROCESSABLE_ENTITY,
                NOTHING,
                NO_RESULT,
                Text {
                    ko: "본인인증이 완료되지 않았습니다. 본인인증 창으로 돌아가 마치거나 쇼핑몰에서 다시 시작해 주십시오.",
                    en: "The verification is not complete. Finish it in the window, or begin again in the shop.",
                },
                "NICE reports no success (3029 or 3032)",
            ),
            Self::Lost => row(
                StatusCode::BAD_GATEWAY,
                FAILED,
                NO_RESULT,
                Text {
                    ko: "인증 결과가 전달 중에 사라졌습니다. 쇼핑몰에서 본인인증을 다시 시작해 주십시오.",
                    en: "The result was lost on the way. Begin the verification again in the shop.",
                },
                "the result was returned once and lost, or is unusable: see the line before",
            ),
        }
    }

    fn of_nice(error: &NiceError) -> Self {
        match error.outcome() {
            Outcome::Refused(_) => Self::Refused,
            Outcome::Unavailable => Self::Unavailable,
            Outcome::TimedOut => Self::TimedOut,
        }
    }
}

impl From<&BridgeError> for Notice {
    fn from(error: &BridgeError) -> Self {
        match error {
            BridgeError::NotOurs => Self::NotOurs,
            BridgeError::Expired => Self::Expired,
            BridgeError::Finished => Self::Finished,
            BridgeError::TooOften => Self::TooOften,
            BridgeError::Nice(error) => Self::of_nice(error),
            BridgeError::Store(_) | BridgeError::Full => Self::Unavailable,
        }
    }
}

impl From<&ReturnError> for Notice {
    fn from(error: &ReturnError) -> Self {
        match error {
            ReturnError::Elsewhere => Self::Finished,
            ReturnError::Late => Self::Late,
            ReturnError::NotVerified => Self::NotVerified,
            ReturnError::Lost | ReturnError::Unreadable(_) | ReturnError::Unusable(_) => Self::Lost,
            ReturnError::Nice(error) => Self::of_nice(error),
            ReturnError::Busy | ReturnError::Store(_) => Self::Unavailable,
            ReturnError::Expired => Self::Expired,
        }
    }
}
