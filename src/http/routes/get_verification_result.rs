//! `POST /v1/member/getVerificationResult`: opens a result, once, for the
//! shop's own server.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use crate::{
    audit::Event,
    http::{
        api_key::SentKey,
        app::{App, Results},
        body::{Sent, TypedBody},
        failure::Failure,
        note::{Audit, Note},
        reason::Reason,
        static_file::JSON,
    },
    verification::{
        IdempotencyKey, KeptFields, OpenFields, OpenRequest, Opened, Rule, VerificationResult,
    },
};

/// The route's path.
pub(in crate::http) const PATH: &str = "/v1/member/getVerificationResult";
/// Says that the same call had been answered before.
const X_RESULT_REPEATED: HeaderName = HeaderName::from_static("x-result-repeated");
/// The demo's own route to the same, in the sandbox alone.
pub(in crate::http) const DEMO_PATH: &str = "/demo/verified";

#[utoipa::path(
    post,
    path = PATH,
    operation_id = "getVerificationResult",
    tag = "본인인증결과",
    summary = "본인인증 결과를 복호화하고 검증하여 한 번만 반환합니다.",
    description = "쇼핑몰 서버에서만 호출합니다. reqNo는 getOAuthToken을 호출할 때 쇼핑몰 서버가 보관한 값이어야 하며, \
                   브라우저를 거쳐 돌아온 값을 사용하면 안 됩니다.",
    params((
        "Idempotency-Key" = String, Header, min_length = 16, max_length = 64, pattern = "^[A-Za-z0-9._-]*$",
        description = "호출마다 새로 만드는 임의의 값. 응답을 받지 못해 같은 호출을 다시 보낼 때 같은 값을 보내면 2분 동안 같은 결과를 다시 받습니다.",
    )),
    request_body(
        content(
            (OpenFields = "application/json"),
            (OpenFields = "application/x-www-form-urlencoded"),
        ),
    ),
    responses(
        (status = 200, description = "성공", body = VerificationResult, content_type = "application/json"),
        (status = "default"), (status = 400), (status = 401), (status = 404), (status = 409),
        (status = 413), (status = 415), (status = 422), (status = 500), (status = 503),
    ),
    security(("resultKey" = [])),
)]
pub(in crate::http) async fn get_verification_result(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Failure> {
    let results = app
        .admit_shop(
            "getVerificationResult",
            request.headers(),
            request.extensions(),
        )
        .await?;
    read_and_open(&app, results, request).await
}

/// `/demo` plays the shop's server, too: this is its route, beside the embedded
/// sandbox alone. It opens invented people without a key, so that no page needs one.
pub(in crate::http) async fn for_the_demo(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Failure> {
    let results = app
        .results
        .as_ref()
        .ok_or(Reason::Unauthorized(SentKey::Unset))?;
    read_and_open(&app, results, request).await
}

async fn read_and_open(
    app: &App,
    results: &Results,
    request: Request,
) -> Result<Response, Failure> {
    let key = idempotency_key(request.headers()).map(|key| key.map(str::to_owned));
    let body = TypedBody::open(request, &app.long_bodies).await?;
    let sent: Sent<OpenFields<'_>> = body.read()?;
    let key = key.as_ref().map(Option::as_deref).map_err(Rule::clone);
    Ok(sent.mark(open(results, &sent, key).await))
}

async fn open(
    results: &Results,
    sent: &Sent<OpenFields<'_>>,
    key: Result<Option<&str>, Rule>,
) -> Result<Response, Failure> {
    let request = sent.check(OpenRequest::parse(&sent.fields, key))?;
    match results.opener.open(&request).await {
        Ok(person) => Ok(answer(&person, results.fields.as_ref())),
        Err(error) => Err(Failure::opening(&error, &request)),
    }
}

/// The header, once or not at all.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Rule> {
    let mut values = headers.get_all(IdempotencyKey::HEADER).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(key), None) => key.to_str().map(Some).map_err(|_| Rule::IdempotencyKey),
        (Some(_), Some(_)) => Err(Rule::IdempotencyKey),
    }
}

fn answer(opened: &Opened, kept: Option<&KeptFields>) -> Response {
    let Opened {
        result, repeated, ..
    } = opened;
    let json = result.to_json(kept);
    let event = if *repeated {
        Event::Repeated
    } else {
        Event::Opened
    };
    let mut response = (
        Extension(Note {
            waited: None,
            hint: None,
            audit: Audit::new(event, &result.req_no),
        }),
        [
            (CONTENT_TYPE, HeaderValue::from_static(JSON)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        json,
    )
        .into_response();
    if *repeated {
        let headers = response.headers_mut();
        headers.insert(X_RESULT_REPEATED, HeaderValue::from_static("true"));
    }
    response
}
