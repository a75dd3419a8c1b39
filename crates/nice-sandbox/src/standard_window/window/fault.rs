//! What can be wrong with a request to the standard window, beside what can be wrong at
//! either window: a function a fault.

use crate::{
    browser::fault::Fault,
    words::{Both, shown},
};

impl Fault {
    pub(crate) fn not_service(given: &str) -> Self {
        let given = shown(given);
        Self::new(
            "not_service",
            ["m 값이 service가 아닙니다", "m is not “service”"],
            [
                "표준창은 m=service 만 받습니다.",
                "The window accepts only m=service.",
            ],
            [
                "m=service 로 보내세요. (checkplusService는 옛 CheckPlus 상품의 값입니다.)",
                "Send m=service. (checkplusService belongs to the old CheckPlus product.)",
            ],
        )
        .given([
            &format!("받은 값은 “{given}” 입니다."),
            &format!("It was “{given}”."),
        ])
    }

    // The token.

    /// `instead` is what was sent in the id's place, if that is known.
    pub(super) fn unknown_token(given: &str, instead: Option<(&'static str, Both)>) -> Self {
        let given = shown(given);
        let fault = Self::new(
            "token_unknown",
            ["발급한 적 없는 토큰입니다", "Unknown token"],
            [
                &format!("이 샌드박스는 token_version_id “{given}” 를 발급한 적이 없습니다."),
                &format!("This sandbox never issued the token_version_id “{given}”."),
            ],
            [
                "암호화토큰을 받은 곳과 같은 주소의 표준창을 여세요. 샌드박스를 다시 시작하면 이전 토큰은 사라집니다. 실제 NICE의 토큰은 여기서 쓸 수 없습니다.",
                "Open the window on the same host that issued the crypto token. A restart of the sandbox deletes its tokens. A token of the real NICE does not work here.",
            ],
        )
        .not_found();
        match instead {
            Some((code, instead)) => Self {
                code,
                ..fault.and(instead)
            },
            None => fault,
        }
    }

    pub(super) fn expired_token(ended: &str) -> Self {
        Self::new(
            "token_expired",
            [
                "암호화토큰이 만료되었습니다",
                "The crypto token has expired",
            ],
            [
                &format!("이 토큰의 유효시간(period)은 {ended} KST에 끝났습니다."),
                &format!("Its period ended at {ended} KST."),
            ],
            [
                "인증마다 암호화토큰을 새로 받거나, period가 끝나기 전에 새로 받으세요.",
                "Request a crypto token for each verification, or a new one well before its period ends.",
            ],
        )
        .not_found()
    }

    // A field of the sealed request.

    pub(super) fn not_text(field: &str) -> Self {
        Self::new(
            "field_not_text",
            ["문자열이 아닙니다", "Not a string"],
            [
                &format!("암호화된 JSON의 {field} 값이 문자열이 아닙니다."),
                &format!("In the sealed JSON, {field} is not a string."),
            ],
            [
                "모든 값을 JSON 문자열로 넣으세요.",
                "Make every value a JSON string.",
            ],
        )
    }

    pub(super) fn no_field(field: &str, near: Option<&str>) -> Self {
        let fault = Self::new(
            "field_missing",
            ["필수 값이 없습니다", "A required value is missing"],
            [
                &format!("암호화된 JSON에 {field} 가 없거나 비어 있습니다."),
                &format!("The sealed JSON has no {field}, or an empty one."),
            ],
            [
                "sitecode와 returnurl은 필수이고, requestno는 넣어야 결과를 요청과 맞출 수 있습니다. 이름은 모두 소문자입니다.",
                "sitecode and returnurl are required; requestno is what ties the result to the request. The names are all lower case.",
            ],
        );
        match near {
            Some(near) => fault.and(Both::new(
                format!("{near} 값이 있습니다. {field} 를 뜻하셨나요?"),
                format!("There is a {near}: did you mean {field}?"),
            )),
            None => fault,
        }
    }

    pub(super) fn too_long(field: &str, length: usize, max: usize) -> Self {
        Self::new(
            "field_too_long",
            ["값이 너무 깁니다", "A value is too long"],
            [
                &format!("{field} 는 {length}바이트(CP949)입니다. 최대 {max}바이트입니다."),
                &format!("{field} has {length} bytes in CP949; the limit is {max}."),
            ],
            [
                &format!("{field} 를 {max}바이트 이하로 줄이세요. 한글은 한 글자가 2바이트입니다."),
                &format!("Shorten {field} to {max} bytes; a Hangul syllable has two."),
            ],
        )
    }

    pub(super) fn site_code(given: &str, wanted: &str) -> Self {
        let given = shown(given);
        Self::new(
            "sitecode_mismatch",
            [
                "sitecode가 토큰과 다릅니다",
                "sitecode does not match the token",
            ],
            [
                "암호화된 sitecode가 이 토큰의 site_code와 다릅니다.",
                "The sealed sitecode differs from the token's site_code.",
            ],
            [
                "설정에 고정하지 말고 암호화토큰 응답의 site_code를 그대로 넣으세요.",
                "Copy site_code from the crypto token's answer; don't keep it in your settings.",
            ],
        )
        .given([
            &format!("받은 값은 “{given}”, 토큰의 site_code는 “{wanted}” 입니다."),
            &format!("It was “{given}”; the token's site_code is “{wanted}”."),
        ])
    }

    pub(super) fn return_url(given: &str) -> Self {
        let given = shown(given);
        Self::new(
            "returnurl_invalid",
            [
                "returnurl이 절대 주소가 아닙니다",
                "returnurl is not an absolute address",
            ],
            [
                "프로토콜과 도메인이 있는 주소가 아닙니다.",
                "It has no protocol and domain.",
            ],
            [
                "https://shop.example/nice/callback 처럼 프로토콜과 도메인까지 쓰고, 공백이나 사용자 이름은 넣지 마세요. 부모 창과 같은 프로토콜·도메인·포트여야 합니다.",
                "Write it in full, such as https://shop.example/nice/callback, without blanks or a user name. Protocol, domain and port must equal those of the parent window.",
            ],
        )
        .given([
            &format!("받은 값은 “{given}” 입니다."),
            &format!("It was “{given}”."),
        ])
    }

    pub(super) fn return_scheme(scheme: &str) -> Self {
        Self::new(
            "returnurl_scheme",
            [
                "returnurl의 스킴을 쓸 수 없습니다",
                "returnurl has a forbidden scheme",
            ],
            [
                "표준창은 이런 주소로 돌아가지 않습니다.",
                "The window never returns to addresses of this kind.",
            ],
            [
                "http, https 또는 (methodtype get일 때) 앱 스킴을 쓰세요.",
                "Use http, https or, with methodtype get, your app's own scheme.",
            ],
        )
        .given([
            &format!("받은 스킴은 {scheme}: 입니다."),
            &format!("Its scheme was {scheme}:."),
        ])
    }

    pub(super) fn app_scheme_by_post(scheme: &str) -> Self {
        Self::new(
            "returnurl_app_post",
            [
                "앱 스킴은 POST로 받을 수 없습니다",
                "An app's scheme cannot receive a POST",
            ],
            [
                "returnurl은 앱 스킴인데 methodtype이 post입니다.",
                "returnurl has an app's scheme, and methodtype is post.",
            ],
            ["methodtype을 get으로 바꾸세요.", "Set methodtype to get."],
        )
        .given([
            &format!("받은 스킴은 {scheme}: 입니다."),
            &format!("Its scheme was {scheme}:."),
        ])
    }
}
