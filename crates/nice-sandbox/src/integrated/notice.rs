//! What the newer API takes, but may not do as meant.

use crate::browser::notice::Notice;

impl Notice {
    pub(super) fn not_json() -> Self {
        Self::new(
            "content_type_not_json",
            "",
            "Content-Type이 application/json이 아닙니다.".to_owned(),
            "Content-Type is not application/json.".to_owned(),
        )
    }

    pub(super) fn no_devlang() -> Self {
        Self::new(
            "devlang_absent",
            "",
            "X-Intc-DevLang 헤더가 없습니다. 가이드는 Linux/Java처럼 보내라고 합니다.".to_owned(),
            "There is no header X-Intc-DevLang; the guide requires one, such as Linux/Java."
                .to_owned(),
        )
    }

    pub(crate) fn padded_basic() -> Self {
        Self::new(
            "basic_padded",
            "",
            "Basic 값의 base64 끝에 = 가 있습니다. 가이드는 패딩 없는 base64url입니다.".to_owned(),
            "The Basic value's base64 ends with =; the guide uses base64url without padding."
                .to_owned(),
        )
    }

    pub(super) fn standard_basic() -> Self {
        Self::new(
            "basic_standard_alphabet",
            "",
            "Basic 값에 + 또는 / 가 있습니다. 가이드는 base64url(-, _)입니다.".to_owned(),
            "The Basic value contains + or /; the guide uses base64url, with - and _.".to_owned(),
        )
    }

    pub(super) fn request_no_length(length: usize) -> Self {
        Self::new(
            "request_no_length",
            length.to_string(),
            format!(
                "request_no가 {length}바이트입니다. 가이드는 20~50바이트이며, 이 호출에서만 검사하지 \
                 않습니다."
            ),
            format!(
                "request_no has {length} bytes. The guide requires 20 to 50; only this call doesn't check it."
            ),
        )
    }

    pub(super) fn http_return(field: &'static str) -> Self {
        Self::new(
            "url_not_https",
            field,
            format!("{field}이 https가 아닙니다. localhost가 아니면 NICE가 거부할 수 있습니다."),
            format!("{field} is not https: NICE may refuse it, except on localhost."),
        )
    }

    pub(super) fn app_return(field: &'static str) -> Self {
        Self::new(
            "url_app_scheme",
            field,
            format!("{field}이 앱 스킴입니다. NICE가 받는지는 알려져 있지 않습니다."),
            format!("{field} has an app's scheme: it is not known whether NICE accepts that."),
        )
    }

    pub(super) fn return_fragment() -> Self {
        Self::new(
            "return_url_fragment",
            "",
            "return_url에 #이 있습니다. 값이 # 뒤에 붙으면 서버는 받지 못합니다.".to_owned(),
            "return_url has a #: values appended after it reach no server.".to_owned(),
        )
    }

    /// `name` is shown, so it is checked before.
    pub(super) fn unknown_mod(name: &str) -> Self {
        Self::new(
            "exp_mods_unknown",
            name,
            format!("exp_mods의 {name} 은(는) 알려진 값이 아니어서 무시됩니다."),
            format!("{name} is not a known value of exp_mods and is ignored."),
        )
    }

    pub(super) fn no_close_button() -> Self {
        Self::new(
            "close_url_without_button",
            "",
            "close_url이 있지만 exp_mods에 closeButtonOn이 없어 닫기 버튼이 없습니다.".to_owned(),
            "There is a close_url, but no closeButtonOn in exp_mods: the window has no close button."
                .to_owned(),
        )
    }
}
