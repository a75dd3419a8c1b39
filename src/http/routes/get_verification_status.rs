//! `POST /v1/member/getVerificationStatus`: where a verification has ended,
//! for the shop's own server.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{
        app::{App, Results},
        body::{Sent, TypedBody},
        envelope,
        failure::Failure,
        reason::Reason,
        static_file::JSON,
    },
    store::{Moment, Progress, Refusal},
    verification::{StatusFields, StatusRequest},
};

/// The route's path.
pub(in crate::http) const PATH: &str = "/v1/member/getVerificationStatus";

/// How far a verification has come, with the last time of each step.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerificationStatus)]
pub(in crate::http) struct Status<'a> {
    /// 요청구분번호
    req_no: &'a str,
    /// 현재 상태
    state: Stage,
    /// 시작 시각
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    begun_at: Option<String>,
    /// NICE 창을 연 시각 (`NICE_API=integrated`)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    window_opened_at: Option<String>,
    /// NICE 창에서 돌아온 시각 (`NICE_API=integrated`)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    returned_at: Option<String>,
    /// 결과를 연 시각
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    opened_at: Option<String>,
    /// 결과가 거부된 시각
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    failed_at: Option<String>,
    /// 거부 사유 (`payload.reason`과 같음)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<&'static str>,
    /// NICE의 결과 코드
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resultcode: Option<String>,
}

/// The last step.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VerificationStage)]
enum Stage {
    Begun,
    WindowOpened,
    Returned,
    Failed,
    Opened,
}

#[utoipa::path(
    post,
    path = PATH,
    operation_id = "getVerificationStatus",
    tag = "본인인증결과",
    summary = "본인인증이 어디까지 진행되었는지 반환합니다.",
    description = "쇼핑몰 서버에서만 호출합니다. 토큰버전아이디와 reqNo가 모두 일치해야 하며, 본인인증 세션이 유지되는 동안만 조회할 수 있습니다.",
    request_body(
        content(
            (StatusFields = "application/json"),
            (StatusFields = "application/x-www-form-urlencoded"),
        ),
    ),
    responses(
        (status = 200, description = "성공", body = Status, content_type = "application/json"),
        (status = "default"), (status = 400), (status = 401), (status = 404),
        (status = 413), (status = 415), (status = 500), (status = 503),
    ),
    security(("resultKey" = [])),
)]
pub(in crate::http) async fn get_verification_status(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Failure> {
    let results = app
        .admit_shop(
            "getVerificationStatus",
            request.headers(),
            request.extensions(),
        )
        .await?;
    let body = TypedBody::open(request, &app.long_bodies).await?;
    let sent: Sent<StatusFields<'_>> = body.read()?;
    Ok(sent.mark(answer(results, &sent).await))
}

async fn answer(results: &Results, sent: &Sent<StatusFields<'_>>) -> Result<Response, Failure> {
    let asked = sent.check(StatusRequest::parse(&sent.fields))?;
    let progress = results.opener.status(asked).await;
    let progress = progress.map_err(Failure::from)?;
    let progress = progress.ok_or(Reason::SessionNotFound)?;
    let json = serde_json::to_vec(&status(&progress))
        .unwrap_or_else(|_| unreachable!("a struct of texts is always JSON"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(JSON)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, json).into_response())
}

fn status(progress: &Progress) -> Status<'_> {
    let time = |at: Option<Moment>| at.map(|at| envelope::timestamp(at.timestamp()));
    let refusal = progress.refused.map(|(_, refusal)| refusal);
    Status {
        req_no: &progress.requestno,
        state: state(progress),
        begun_at: time(progress.begun),
        window_opened_at: time(progress.window_opened),
        returned_at: time(progress.returned),
        opened_at: time(progress.opened),
        failed_at: time(progress.refused.map(|(at, _)| at)),
        reason: refusal.map(|refusal| match refusal {
            Refusal::Rejected => "RESULT_REJECTED",
            Refusal::NotVerified(_) => "VERIFICATION_FAILED",
        }),
        resultcode: match refusal {
            Some(Refusal::NotVerified(code)) => Some(code.to_string()),
            Some(Refusal::Rejected) | None => None,
        },
    }
}

/// An opened result stays opened; otherwise the last step counts.
fn state(progress: &Progress) -> Stage {
    if progress.opened.is_some() {
        return Stage::Opened;
    }
    let steps = [
        (progress.window_opened, Stage::WindowOpened),
        (progress.returned, Stage::Returned),
        (progress.refused.map(|(at, _)| at), Stage::Failed),
    ];
    let last = steps
        .into_iter()
        .filter_map(|(at, state)| Some((at?, state)))
        .max_by_key(|(at, _)| *at);
    last.map_or(Stage::Begun, |(_, state)| state)
}
