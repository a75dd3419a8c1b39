//! The window's page.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{
    super::{person, svc_type::SvcType, transactions::Transaction},
    choices::CHOICES,
};
use crate::{
    browser::{
        form::{Differences, Edit, Form},
        pages::{app_scheme, page, with_notices},
        parameters::Parameters,
    },
    state::State,
};

#[derive(Template)]
#[template(path = "integrated_window.html")]
struct WindowPage<'a> {
    root: &'a str,
    transaction: &'a Transaction,
    /// The methods to choose among, and the one that is chosen.
    svc_type: &'a str,
    form: Form<'a>,
}

impl WindowPage<'_> {
    fn is_method(&self, letter: &str) -> bool {
        self.svc_type == letter
    }

    /// Whether one of the methods is by phone.
    fn has_phone(&self) -> bool {
        let svc_types = &self.transaction.request.svc_types;
        svc_types.contains(&SvcType::Phone)
    }
}

pub(super) fn window(
    root: &str,
    transaction: &Transaction,
    parameters: &Parameters,
    state: &State,
) -> Response {
    let edit = |field, ko, hint| Edit {
        value: person::given(field, parameters).unwrap_or_default(),
        ..Edit::of(field, ko, hint, parameters)
    };
    let request = &transaction.request;
    let first = request.svc_types.first().map_or("", |one| one.letter());
    let window = Differences {
        returnurl: &request.return_url,
        ends_at: transaction.ends_at(),
        notices: &request.notices,
        mobileco: person::given("mobile_co", parameters).unwrap_or_default(),
        edits: vec![
            edit("name", "이름", "Name"),
            edit("birthdate", "생년월일", "Birth date, YYYYMMDD"),
            edit("gender", "성별", "Gender: 0 female, 1 male"),
            edit("mobile_no", "휴대폰 번호", "Phone number"),
            edit("national_info", "내·외국인", "0 Korean, 1 foreign"),
            edit("vnumber", "아이핀 번호", "i-PIN number"),
            edit("age_code", "연령대", "Age code, 0 to 7"),
            edit("ci_update", "CI 갱신 횟수", "ci_update"),
            edit("ci", "CI", "88 characters"),
            edit("ci2", "CI2", "mostly empty"),
            edit("di", "DI", "64 characters"),
        ],
        outcomes: &CHOICES,
        resultcode_name: "Code in the window",
        has_cancel: request.has_close_button,
    };
    let template = WindowPage {
        root,
        transaction,
        svc_type: parameters.sandbox("svc_type").unwrap_or(first),
        form: Form::new(window, parameters, state.clock.now()),
    };
    with_notices(
        page(StatusCode::OK, &template, &app_scheme(&request.return_url)),
        &request.notices,
    )
}
