//! The standard window's page.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use nice_crypto::clock::KST;

use super::{choices::CHOICES, request::WindowRequest};
use crate::{
    browser::{
        codes::{CODES, WindowFailure},
        form::{CARRIERS, Carrier, Edit},
        notice::Notice,
        outcome::Choice,
        pages::{app_scheme, page, time_of_day, with_notices},
        parameters::Parameters,
    },
    people::{PERSONAS, Persona},
    state::State,
};

#[derive(Template)]
#[template(path = "window.html")]
struct WindowPage<'a> {
    root: &'a str,
    notices: &'a [Notice],
    request: &'a WindowRequest,
    chosen: &'a str,
    mobileco: &'a str,
    resultcode: &'a str,
    outcome: &'a str,
    this_year: i16,
    ends: String,
    personas: [Persona; 9],
    outcomes: [Choice; 10],
    codes: [WindowFailure; 31],
    carriers: [Carrier; 6],
    edits: [Edit<'a>; 8],
}

impl WindowPage<'_> {
    fn is_outcome(&self, name: &str) -> bool {
        self.outcome == name
    }

    fn is_carrier(&self, value: &str) -> bool {
        self.mobileco == value
    }

    fn is_edited(&self) -> bool {
        self.edits.iter().any(|edit| !edit.value.is_empty())
    }
}

pub(super) fn window(
    root: &str,
    request: &WindowRequest,
    notices: &[Notice],
    parameters: &Parameters,
    state: &State,
) -> Response {
    let edit = |field, ko, hint| Edit::of(field, ko, hint, parameters);
    let template = WindowPage {
        root,
        notices,
        request,
        chosen: "hong",
        mobileco: parameters
            .sandbox("mobileco")
            .unwrap_or(match request.mobilceco.as_str() {
                "S" => "1",
                "K" => "2",
                "L" => "3",
                _ => "",
            }),
        resultcode: parameters.sandbox("resultcode").unwrap_or_default(),
        outcome: parameters.sandbox("outcome").unwrap_or("success"),
        this_year: KST.to_datetime(state.clock.now()).year(),
        ends: time_of_day(request.expires_at),
        personas: PERSONAS,
        outcomes: CHOICES,
        codes: CODES,
        carriers: CARRIERS,
        edits: [
            edit("name", "이름", "Name"),
            edit("birthdate", "생년월일", "Birth date, YYYYMMDD"),
            edit("gender", "성별", "Gender: 0 female, 1 male"),
            edit("mobileno", "휴대폰 번호", "Phone number"),
            edit("nationalinfo", "내·외국인", "0 Korean, 1 foreign"),
            edit("businessno", "사업자번호", "Business number"),
            edit("ci", "CI", "88 characters"),
            edit("di", "DI", "64 characters"),
        ],
    };
    with_notices(
        page(StatusCode::OK, &template, &app_scheme(&request.returnurl)),
        notices,
    )
}
