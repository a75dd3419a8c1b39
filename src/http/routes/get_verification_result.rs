//! `POST /v1/member/getVerificationResult`: a result, opened once, for the
//! shop's own server.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{FromRequest, Request, State},
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
        app::App,
        audit::{Audit, Event},
        body::TypedBytes,
        envelope::Envelope,
        failure::Failure,
        observe::Note,
        openapi::VerificationResultRequest,
        reason::Reason,
    },
    verification::{self, Field, FieldFault, OpenRequest, Rule},
};

/// A person's verified identity. A field outside the shop's contract with
/// NICE, or empty, is absent.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VerificationResult<'a> {
    /// 요청구분번호
    #[serde(rename = "reqNo")]
    req_no: &'a str,
    /// NICE 응답 고유번호
    responseno: &'a str,
    /// 인증 일시 (YYYYMMDDHHmmss)
    enctime: &'a str,
    /// 사이트코드
    sitecode: &'a str,
    /// 인증수단
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    authtype: Option<&'a str>,
    /// 이름
    name: &'a str,
    /// 생년월일 (YYYYMMDD)
    birthdate: &'a str,
    /// 성별 (0 여성, 1 남성)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    gender: Option<&'a str>,
    /// 내외국인 (0 내국인, 1 외국인)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    nationalinfo: Option<&'a str>,
    /// 통신사
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mobileco: Option<&'a str>,
    /// 휴대폰번호
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mobileno: Option<&'a str>,
    /// 연계정보 (CI)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ci: Option<&'a str>,
    /// 중복가입확인정보 (DI)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    di: Option<&'a str>,
    /// 사업자번호
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    businessno: Option<&'a str>,
    /// 요청 시 전달한 데이터
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    receivedata: Option<&'a str>,
}

/// The fields of the request, in the order of the document.
const NAMES: [&str; 4] = ["token_version_id", "enc_data", "integrity_value", "reqNo"];

#[utoipa::path(
    post,
    path = "/v1/member/getVerificationResult",
    operation_id = "getVerificationResult",
    tag = "본인인증결과",
    summary = "본인인증 결과를 복호화하고 검증하여 한 번만 반환합니다.",
    description = "쇼핑몰 서버에서만 호출합니다. reqNo는 getOAuthToken을 호출할 때 쇼핑몰 서버가 보관한 값이어야 하며, \
                   브라우저를 거쳐 돌아온 값을 사용하면 안 됩니다.",
    request_body(
        content(
            (VerificationResultRequest = "application/json"),
            (VerificationResultRequest = "application/x-www-form-urlencoded"),
        ),
    ),
    responses(
        (status = 200, description = "성공", body = VerificationResult, content_type = "application/json"),
        (status = "default", description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 400, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 401, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 404, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 409, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 413, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 415, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 422, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 500, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
        (status = 503, description = "업무처리 오류 내용", body = Envelope, content_type = "application/json"),
    ),
    security(("resultKey" = [])),
)]
pub(in crate::http) async fn get_verification_result(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Failure> {
    let results = app
        .results
        .as_ref()
        .filter(|results| results.access.permits(request.headers()))
        .ok_or(Reason::Unauthorized)?;
    let body = TypedBytes::from_request(request, &app).await?;
    let fields = body.fields(&NAMES)?;
    let request = read(&fields)?;
    let opened = results.opener.open(&request).await;
    let result = opened.map_err(|error| Failure::opening(&error, request.req_no))?;
    Ok(answer(&result))
}

fn read<'a>(fields: &'a [Field<'_>; 4]) -> Result<OpenRequest<'a>, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut texts = [""; 4];
    for ((field, value), text) in NAMES.into_iter().zip(fields).zip(&mut texts) {
        match value.parse().and_then(|text| text.ok_or(Rule::Required)) {
            Ok(value) => *text = value,
            Err(rule) => faults.push(FieldFault { field, rule }),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let [token_version_id, enc_data, integrity_value, req_no] = texts;
    Ok(OpenRequest {
        token_version_id,
        enc_data,
        integrity_value,
        req_no,
    })
}

fn answer(result: &verification::VerificationResult) -> Response {
    let body = VerificationResult {
        req_no: &result.req_no,
        responseno: &result.responseno,
        enctime: &result.enctime,
        sitecode: &result.sitecode,
        authtype: result.authtype.as_deref(),
        name: &result.name,
        birthdate: &result.birthdate,
        gender: result.gender.as_deref(),
        nationalinfo: result.nationalinfo.as_deref(),
        mobileco: result.mobileco.as_deref(),
        mobileno: result.mobileno.as_deref(),
        ci: result.ci.as_deref(),
        di: result.di.as_deref(),
        businessno: result.businessno.as_deref(),
        receivedata: result.receivedata.as_deref(),
    };
    let json = serde_json::to_vec(&body)
        .unwrap_or_else(|_| unreachable!("a struct of strings is always JSON"));
    (
        Extension(Note {
            waited: None,
            hint: None,
            audit: Audit::new(Event::Opened, &result.req_no),
        }),
        [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        json,
    )
        .into_response()
}
