//! What can be wrong with a request to the window: a function a fault, with
//! its name for programs and its words for people.

use axum::http::StatusCode;

use crate::words::{Both, shown};

/// A request that the window doesn't open for.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// A name that a program can read, for the header `x-sandbox-fault`.
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) diagnosis: Box<Diagnosis>,
}

/// What a fault's page says.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    pub(crate) title: Both,
    /// What is wrong, a paragraph each.
    pub(crate) wrong: Vec<Both>,
    /// The value that came. It stands alone, so that a reader that may show no value can leave it out.
    pub(crate) given: Option<Both>,
    pub(crate) fix: Both,
}

impl Diagnosis {
    /// What is wrong, and the value that came.
    pub(crate) fn all_wrong(&self) -> Vec<Both> {
        self.wrong.iter().chain(&self.given).cloned().collect()
    }
}

impl Fault {
    /// Each text in Korean, then English.
    pub(crate) fn new(
        code: &'static str,
        title: [&str; 2],
        wrong: [&str; 2],
        fix: [&str; 2],
    ) -> Self {
        Self {
            code,
            status: StatusCode::BAD_REQUEST,
            diagnosis: Box::new(Diagnosis {
                title: title.into(),
                wrong: vec![wrong.into()],
                given: None,
                fix: fix.into(),
            }),
        }
    }

    pub(crate) fn not_found(self) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            ..self
        }
    }

    /// Says one thing more.
    pub(crate) fn and(mut self, wrong: Both) -> Self {
        self.diagnosis.wrong.push(wrong);
        self
    }

    /// Says what came.
    pub(crate) fn given(mut self, given: [&str; 2]) -> Self {
        self.diagnosis.given = Some(given.into());
        self
    }

    // The call.

    pub(crate) fn not_a_form(content_type: &str) -> Self {
        Self::new(
            "not_a_form",
            ["폼 형식이 아닙니다", "Not a form"],
            [
                &format!("요청 본문의 Content-Type이 {content_type} 입니다."),
                &format!("The body's Content-Type is {content_type}."),
            ],
            [
                "브라우저의 폼(application/x-www-form-urlencoded)이나 쿼리로 보내세요. 표준창은 서버가 아니라 사용자의 브라우저가 엽니다.",
                "Send it as a browser's form (application/x-www-form-urlencoded) or query. The person's browser opens the window, not a server.",
            ],
        )
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            "parameter_missing",
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

    pub(crate) fn encoded_twice(parameter: &str) -> Self {
        Self::new(
            "encoded_twice",
            ["퍼센트 인코딩이 두 번 되었습니다", "Percent-encoded twice"],
            [
                &format!("{parameter}에 % 문자가 남아 있습니다. base64에는 %가 없습니다."),
                &format!("{parameter} still contains a %, which base64 never has."),
            ],
            [
                "폼으로 보낼 때는 브라우저가 인코딩하므로 값을 그대로 넣고, URL을 직접 만들 때만 한 번 인코딩하세요.",
                "A form encodes values itself: pass the plain value. Encode only if you build the URL yourself, and only once.",
            ],
        )
    }

    pub(crate) fn line_breaks(parameter: &str) -> Self {
        Self::new(
            "line_breaks",
            ["base64에 줄바꿈이 있습니다", "Base64 with line breaks"],
            [
                &format!("{parameter}에 줄바꿈이 들어 있습니다."),
                &format!("{parameter} contains line breaks."),
            ],
            [
                "MIME 방식이 아닌 base64를 쓰세요: Java는 Base64.getEncoder(), Android는 NO_WRAP, openssl은 -A.",
                "Use base64 that doesn't wrap: Base64.getEncoder() in Java, NO_WRAP on Android, -A for openssl.",
            ],
        )
    }

    // The sandbox's own parameters.

    pub(crate) fn not_one_of(field: &str, given: &str, list: &str) -> Self {
        let given = shown(given);
        Self::new(
            "field_value",
            ["허용되지 않은 값입니다", "A value that isn't allowed"],
            [
                &format!("{field} 에 쓸 수 없는 값이 있습니다."),
                &format!("{field} has a value that isn't allowed."),
            ],
            [
                &format!("{list} 중 하나를 넣거나, 비우거나, 빼세요."),
                &format!("Use one of {list}, or leave it empty, or leave it out."),
            ],
        )
        .given([
            &format!("받은 값은 “{given}” 입니다."),
            &format!("It was “{given}”."),
        ])
    }

    pub(crate) fn unknown_persona(given: &str, list: &str) -> Self {
        let given = shown(given);
        Self::new(
            "persona_unknown",
            ["없는 페르소나입니다", "Unknown persona"],
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

    pub(crate) fn unknown_outcome(given: &str, list: &str) -> Self {
        let given = shown(given);
        Self::new(
            "outcome_unknown",
            ["없는 결과입니다", "Unknown outcome"],
            [
                &format!("sandbox_outcome “{given}” 은 없습니다."),
                &format!("There is no sandbox_outcome “{given}”."),
            ],
            [
                &format!("다음 중 하나를 쓰세요: {list}"),
                &format!("Use one of: {list}"),
            ],
        )
    }

    pub(crate) fn unknown_parameter(given: &str, list: &str) -> Self {
        let given = shown(given);
        Self::new(
            "sandbox_parameter_unknown",
            ["없는 샌드박스 파라미터입니다", "Unknown sandbox parameter"],
            [
                &format!("{given} 은(는) 샌드박스가 읽지 않는 이름입니다."),
                &format!("Nothing reads {given}."),
            ],
            [
                &format!("다음을 쓸 수 있습니다: {list}"),
                &format!("These exist: {list}"),
            ],
        )
    }
}
