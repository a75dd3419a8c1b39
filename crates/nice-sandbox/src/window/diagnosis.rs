//! What to tell the caller: what is wrong and how to mend it, in Korean and
//! English. Sealing has a file of its own, `sealing.rs`.

use super::{fault::Fault, outcome, personas::PERSONAS, sealing};

/// A sentence in both languages.
#[derive(Clone, Debug)]
pub(super) struct Both {
    pub(super) ko: String,
    pub(super) en: String,
}

impl Both {
    pub(super) fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ko: ko.into(),
            en: en.into(),
        }
    }
}

/// What a fault's page says.
#[derive(Clone, Debug)]
pub(super) struct Diagnosis {
    pub(super) title: Both,
    pub(super) wrong: Both,
    pub(super) mend: Both,
}

/// Title, what is wrong, how to mend it: each in Korean, then English.
pub(super) fn say(title: [&str; 2], wrong: [&str; 2], mend: [&str; 2]) -> Diagnosis {
    let both = |[ko, en]: [&str; 2]| Both::new(ko, en);
    Diagnosis {
        title: both(title),
        wrong: both(wrong),
        mend: both(mend),
    }
}

impl Fault {
    pub(super) fn diagnosis(&self) -> Diagnosis {
        match self {
            Self::Integrity(mistake) => sealing::integrity(*mistake),
            Self::Cipher(mistake) => sealing::cipher(*mistake),
            Self::NotJson { begins } => sealing::not_json(begins),
            Self::NotAForm { .. }
            | Self::Missing { .. }
            | Self::NotService { .. }
            | Self::DoublyEncoded { .. }
            | Self::LineBreaks { .. } => self.of_the_call(),
            Self::UnknownToken { .. } | Self::ExpiredToken { .. } => self.of_the_token(),
            Self::NotText { .. }
            | Self::NoField { .. }
            | Self::TooLong { .. }
            | Self::SiteCode { .. }
            | Self::NotOneOf { .. } => self.of_a_field(),
            Self::ReturnUrl { .. } | Self::ReturnScheme { .. } | Self::AppSchemeByPost { .. } => {
                self.of_the_return_url()
            }
            Self::UnknownPersona { .. }
            | Self::UnknownOutcome { .. }
            | Self::UnknownParameter { .. } => self.of_the_sandbox(),
        }
    }

    fn of_the_call(&self) -> Diagnosis {
        match self {
            Self::NotAForm { content_type } => say(
                ["폼 형식이 아닙니다", "Not a form"],
                [
                    &format!("요청 본문의 Content-Type이 {content_type} 입니다."),
                    &format!("The body's Content-Type is {content_type}."),
                ],
                [
                    "브라우저의 폼(application/x-www-form-urlencoded)이나 쿼리로 보내세요. 표준창은 서버가 아니라 이용자의 브라우저가 엽니다.",
                    "Send it as a browser's form (application/x-www-form-urlencoded) or query. The person's browser opens the window, not a server.",
                ],
            ),
            Self::NotService { given } => say(
                ["m 값이 service가 아닙니다", "m is not “service”"],
                [
                    &format!("받은 값은 “{given}” 입니다."),
                    &format!("It was “{given}”."),
                ],
                [
                    "m=service 로 보내세요.",
                    "Send m=service. (checkplusService belongs to the old CheckPlus product.)",
                ],
            ),
            Self::DoublyEncoded { parameter } => say(
                ["퍼센트 인코딩이 두 번 되었습니다", "Percent-encoded twice"],
                [
                    &format!("{parameter}에 % 문자가 남아 있습니다. base64에는 %가 없습니다."),
                    &format!("{parameter} still holds a %, which base64 never has."),
                ],
                [
                    "폼으로 보낼 때는 브라우저가 인코딩하므로 값을 그대로 넣고, URL을 직접 만들 때만 한 번 인코딩하세요.",
                    "A form encodes by itself: give it the plain value. Encode once, and only where you build the URL yourself.",
                ],
            ),
            Self::LineBreaks { parameter } => say(
                ["base64에 줄바꿈이 있습니다", "Base64 with line breaks"],
                [
                    &format!("{parameter}에 줄바꿈이 들어 있습니다."),
                    &format!("{parameter} holds line breaks."),
                ],
                [
                    "MIME 방식이 아닌 base64를 쓰세요: Java는 Base64.getEncoder(), Android는 NO_WRAP, openssl은 -A.",
                    "Use base64 that doesn't wrap: Base64.getEncoder() in Java, NO_WRAP on Android, -A for openssl.",
                ],
            ),
            _ => {
                let parameter = match self {
                    Self::Missing { parameter } => *parameter,
                    _ => "",
                };
                say(
                    ["파라미터가 없습니다", "A parameter is missing"],
                    [
                        &format!("{parameter} 값이 없거나 비어 있습니다."),
                        &format!("{parameter} is absent or empty."),
                    ],
                    [
                        "m, token_version_id, enc_data, integrity_value 네 개를 모두 폼이나 쿼리로 보내세요.",
                        "Send all four as form or query: m, token_version_id, enc_data, integrity_value.",
                    ],
                )
            }
        }
    }

    fn of_the_token(&self) -> Diagnosis {
        if let Self::ExpiredToken { ended } = self {
            return say(
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
                    "Ask for a crypto token per verification, or for a new one well before its period ends.",
                ],
            );
        }
        let given = match self {
            Self::UnknownToken { given } => given.as_str(),
            _ => "",
        };
        say(
            ["모르는 토큰입니다", "Unknown token"],
            [
                &format!("이 샌드박스는 token_version_id “{given}” 를 발급한 적이 없습니다."),
                &format!("This sandbox never issued the token_version_id “{given}”."),
            ],
            [
                "암호화토큰을 받은 곳과 같은 주소의 표준창을 여세요. 샌드박스를 다시 시작하면 이전 토큰은 사라집니다.",
                "Open the window of the very host that issued the crypto token. Tokens are gone after the sandbox restarts. A token of the real NICE does not work here.",
            ],
        )
    }

    fn of_the_sandbox(&self) -> Diagnosis {
        match self {
            Self::UnknownOutcome { given } => say(
                ["모르는 결과입니다", "Unknown outcome"],
                [
                    &format!("sandbox_outcome “{given}” 은 없습니다."),
                    &format!("There is no sandbox_outcome “{given}”."),
                ],
                [
                    &format!("다음 중 하나를 쓰세요: {}", outcome::list()),
                    &format!("Use one of: {}", outcome::list()),
                ],
            ),
            Self::UnknownParameter { given } => say(
                [
                    "모르는 샌드박스 파라미터입니다",
                    "Unknown sandbox parameter",
                ],
                [
                    &format!("{given} 은(는) 아무 데도 쓰이지 않습니다."),
                    &format!("Nothing reads {given}."),
                ],
                [
                    &format!("다음을 쓸 수 있습니다: {}", outcome::parameters()),
                    &format!("These exist: {}", outcome::parameters()),
                ],
            ),
            _ => {
                let given = match self {
                    Self::UnknownPersona { given } => given.as_str(),
                    _ => "",
                };
                let list = PERSONAS.map(|persona| persona.id).join(", ");
                say(
                    ["모르는 페르소나입니다", "Unknown persona"],
                    [
                        &format!("“{given}” 라는 페르소나는 없습니다."),
                        &format!("There is no persona “{given}”."),
                    ],
                    [
                        &format!("다음 중 하나를 쓰세요: {list}"),
                        &format!("Use one of: {list}"),
                    ],
                )
            }
        }
    }
}
