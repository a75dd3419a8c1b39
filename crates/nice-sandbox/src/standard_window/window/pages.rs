//! The standard window's page.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{choices::CHOICES, request::WindowRequest};
use crate::{
    browser::{
        form::{Differences, Edit, Form},
        notice::Notice,
        pages::{app_scheme, page, with_notices},
        parameters::Parameters,
    },
    state::State,
};

#[derive(Template)]
#[template(path = "window.html")]
struct WindowPage<'a> {
    root: &'a str,
    request: &'a WindowRequest,
    form: Form<'a>,
}

pub(super) fn window(
    root: &str,
    request: &WindowRequest,
    notices: &[Notice],
    parameters: &Parameters,
    state: &State,
) -> Response {
    let edit = |field, ko, hint| Edit::of(field, ko, hint, parameters);
    let preset = match request.mobilceco.as_str() {
        "S" => "1",
        "K" => "2",
        "L" => "3",
        _ => "",
    };
    let window = Differences {
        returnurl: &request.returnurl,
        ends_at: request.expires_at,
        notices,
        mobileco: parameters.sandbox("mobileco").unwrap_or(preset),
        edits: vec![
            edit("name", "이름", "Name"),
            edit("birthdate", "생년월일", "Birth date, YYYYMMDD"),
            edit("gender", "성별", "Gender: 0 female, 1 male"),
            edit("mobileno", "휴대폰 번호", "Phone number"),
            edit("nationalinfo", "내·외국인", "0 Korean, 1 foreign"),
            edit("businessno", "사업자번호", "Business number"),
            edit("ci", "CI", "88 characters"),
            edit("di", "DI", "64 characters"),
        ],
        outcomes: &CHOICES,
        resultcode_name: "resultcode",
        has_cancel: true,
    };
    let template = WindowPage {
        root,
        request,
        form: Form::new(window, parameters, state.clock.now()),
    };
    with_notices(
        page(StatusCode::OK, &template, &app_scheme(&request.returnurl)),
        notices,
    )
}
