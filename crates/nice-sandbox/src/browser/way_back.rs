//! The way from a window back to the shop.

use askama::Template;
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use url::form_urlencoded;

use super::{
    Method,
    in_json::Told,
    pages::{app_scheme, page, time_of_day},
    return_url::ReturnUrl,
};
use crate::words::Both;

/// How often the page sends the browser on, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Once,
    Twice,
    /// When the time is over.
    Late,
}

/// The return address with the values behind all of its text, a fragment
/// included, as NICE does it; `raw` leaves `+` as it is, which a form decoder
/// reads as a space.
pub(crate) fn location(returnurl: &str, values: &[(&'static str, &str)], raw: bool) -> String {
    let separator = if returnurl.contains('?') { '&' } else { '?' };
    let mut query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(values)
        .finish();
    if raw {
        query = query.replace("%2B", "+");
    }
    format!("{returnurl}{separator}{query}")
}

/// 302, never kept. The address has these values behind it.
pub(crate) fn redirect(location: &str, values: &[(&'static str, &str)]) -> Response {
    let told = Told::back(Method::Get, location, values, 1);

    // The address was read as a URL and made ASCII.
    let Ok(location) = HeaderValue::try_from(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = StatusCode::FOUND.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    told.beside(response)
}

#[derive(Template)]
#[template(path = "way_back.html")]
struct Page<'a> {
    root: &'a str,
    /// What the script does: `submit`, `double` or `wait`.
    way: &'static str,
    by_post: bool,
    returnurl: &'a str,
    location: String,
    values: &'a [(&'static str, &'a str)],
    late: Both,
    ends_at: i64,
}

/// A page that leads back by itself.
#[derive(Debug)]
pub(crate) struct WayBackPage<'a> {
    pub(crate) root: &'a str,
    pub(crate) way: Way,
    pub(crate) method: Method,
    pub(crate) returnurl: &'a ReturnUrl,
    pub(crate) values: &'a [(&'static str, &'a str)],
    /// When the time is over.
    pub(crate) ends_at: Timestamp,
}

impl WayBackPage<'_> {
    /// `late` says of [`Way::Late`] what ends, given the time of day.
    pub(crate) fn into_response(self, late: impl FnOnce(&str) -> Both) -> Response {
        let returnurl = self.returnurl.as_str();
        let location = location(returnurl, self.values, false);
        let address = match self.method {
            Method::Get => &location,
            Method::Post => returnurl,
        };
        let times = if self.way == Way::Twice { 2 } else { 1 };
        let told = Told::back(self.method, address, self.values, times);
        let template = Page {
            root: self.root,
            way: match self.way {
                Way::Once => "submit",
                Way::Twice => "double",
                Way::Late => "wait",
            },
            by_post: self.method == Method::Post,
            returnurl,
            location,
            values: self.values,
            late: late(&time_of_day(self.ends_at)),
            ends_at: self.ends_at.as_millisecond(),
        };
        let mut more = app_scheme(self.returnurl);
        if self.way == Way::Twice {
            more.push_str("; connect-src http: https:");
        }
        told.beside(page(StatusCode::OK, &template, &more))
    }
}
