//! What to tell the caller about a field of the sealed request.

use super::{
    diagnosis::{Diagnosis, say},
    fault::Fault,
};

impl Fault {
    pub(super) fn of_a_field(&self) -> Diagnosis {
        match self {
            Self::NotText { field } => say(
                ["문자열이 아닙니다", "Not a string"],
                [
                    &format!("암호화된 JSON의 {field} 값이 문자열이 아닙니다."),
                    &format!("In the sealed JSON, {field} is not a string."),
                ],
                [
                    "모든 값을 JSON 문자열로 넣으세요.",
                    "Make every value a JSON string.",
                ],
            ),
            Self::TooLong { field, length, max } => say(
                ["값이 너무 깁니다", "A value is too long"],
                [
                    &format!("{field} 는 {length}자입니다. 최대 {max}자입니다."),
                    &format!("{field} has {length} characters; the limit is {max}."),
                ],
                [
                    &format!("{field} 를 {max}자 이하로 줄이세요."),
                    &format!("Keep {field} within {max} characters."),
                ],
            ),
            Self::SiteCode { given, wanted } => say(
                ["sitecode가 토큰과 다릅니다", "sitecode is not the token's"],
                [
                    &format!("받은 값은 “{given}”, 토큰의 site_code는 “{wanted}” 입니다."),
                    &format!("It was “{given}”; the token's site_code is “{wanted}”."),
                ],
                [
                    "설정에 고정하지 말고 암호화토큰 응답의 site_code를 그대로 넣으세요.",
                    "Copy site_code from the crypto token's answer; don't keep it in your settings.",
                ],
            ),
            Self::NotOneOf { field, given, list } => say(
                ["허용되지 않은 값입니다", "A value that isn't allowed"],
                [
                    &format!("{field} 값 “{given}” 은 쓸 수 없습니다."),
                    &format!("{field} is “{given}”."),
                ],
                [
                    &format!("{list} 중 하나를 넣거나, 비우거나, 빼세요."),
                    &format!("Use one of {list}, or leave it empty or out."),
                ],
            ),
            _ => {
                let field = match self {
                    Self::NoField { field } => *field,
                    _ => "",
                };
                say(
                    ["필수 값이 없습니다", "A required value is missing"],
                    [
                        &format!("암호화된 JSON에 {field} 가 없거나 비어 있습니다."),
                        &format!("The sealed JSON has no {field}, or an empty one."),
                    ],
                    [
                        "sitecode, requestno, returnurl 은 필수입니다. 이름은 모두 소문자입니다.",
                        "sitecode, requestno and returnurl are required; the names are all lower case.",
                    ],
                )
            }
        }
    }

    pub(super) fn of_the_return_url(&self) -> Diagnosis {
        match self {
            Self::ReturnScheme { scheme } => say(
                [
                    "returnurl의 스킴이 위험합니다",
                    "returnurl has a forbidden scheme",
                ],
                [
                    &format!("{scheme}: 주소로는 돌아가지 않습니다."),
                    &format!("The window never returns to {scheme}: addresses."),
                ],
                [
                    "http, https 또는 (methodtype get일 때) 앱 스킴을 쓰세요.",
                    "Use http, https or, with methodtype get, your app's own scheme.",
                ],
            ),
            Self::AppSchemeByPost { scheme } => say(
                [
                    "앱 스킴은 POST로 받을 수 없습니다",
                    "An app's scheme cannot receive a POST",
                ],
                [
                    &format!("returnurl이 {scheme}: 인데 methodtype이 post입니다."),
                    &format!("returnurl is {scheme}: and methodtype is post."),
                ],
                ["methodtype을 get으로 바꾸세요.", "Set methodtype to get."],
            ),
            _ => {
                let given = match self {
                    Self::ReturnUrl { given } => given.as_str(),
                    _ => "",
                };
                say(
                    [
                        "returnurl이 절대 주소가 아닙니다",
                        "returnurl is not an absolute address",
                    ],
                    [
                        &format!("받은 값은 “{given}” 입니다."),
                        &format!("It was “{given}”."),
                    ],
                    [
                        "https://shop.example/nice/callback 처럼 프로토콜과 도메인까지 쓰고, 공백이나 사용자 이름은 넣지 마세요. 부모 창과 같은 프로토콜·도메인·포트여야 합니다.",
                        "Write it in full, as https://shop.example/nice/callback, without blanks or a user name. Protocol, domain and port must be the parent window's.",
                    ],
                )
            }
        }
    }
}
