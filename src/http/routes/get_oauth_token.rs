//! `POST /v1/member/getOAuthToken`: begins a verification.

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
    audit::Event,
    http::{
        admitted::Admitted,
        app::{App, CallersHost, LongCallback},
        body::{Sent, TypedBody},
        cors::{self, X_CALLBACK_BYTES, X_NICE_WINDOW_URL, X_RETURN_ORIGIN},
        failure::Failure,
        note::{Audit, Note},
        reason::Reason,
        static_file::JSON,
    },
    verification::{
        Field, FieldFault, Issued, KeyCustody, RequestFields, ReturnUrls, Rule, VerificationRequest,
    },
};

/// Some proxies refuse longer addresses; in bytes.
const LONGEST_CALLBACK: usize = 2048;

/// The route's path.
pub(in crate::http) const PATH: &str = "/v1/member/getOAuthToken";

/// What the browser needs to open NICE's window.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VerificationResponse<'a> {
    /// 토큰버전아이디
    #[schema(required = false)]
    token_version_id: &'a str,
    /// 암호화된 데이터 정보
    #[schema(required = false)]
    enc_data: &'a str,
    /// 무결성체크값
    #[schema(required = false)]
    integrity_value: &'a str,
    /// 암포화 IV
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iv: Option<&'a str>,
    /// 암호화 KEY
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key: Option<&'a str>,
    /// 요청구분번호
    #[serde(rename = "reqNo")]
    #[schema(required = false)]
    req_no: &'a str,
}

#[utoipa::path(
    post,
    path = PATH,
    operation_id = "getOAuthToken",
    tag = "본인인증호출",
    summary = "본인인증에 필요한 토큰정보 및 암호화 DATA를 생성합니다.",
    description = "## 기능설명\n* 휴대폰 본인인증 팝업창을 호출하기위한 데이터를 가져옵니다.\n---\n## 상세설명\n* NICE API 방식으로 구현되어 있습니다.\n* 휴대폰번호를 입력하여 회원번호 목록을 조회합니다.\n---\n",
    params(("Authorization" = String, Header, description = "Access Token")),
    request_body(
        content(
            (RequestFields = "application/json"),
            (RequestFields = "application/x-www-form-urlencoded"),
        ),
    ),
    responses(
        (status = 200, description = "성공", body = VerificationResponse, content_type = "application/json"),
        (status = "default"), (status = 400), (status = 403), (status = 413), (status = 415), (status = 429),
        (status = 500), (status = 502), (status = 503), (status = 504),
    ),
    security((), ("bearer" = [])),
)]
pub(in crate::http) async fn get_oauth_token(
    State(app): State<Arc<App>>,
    _: Admitted,
    host: CallersHost,
    PermittedBody(body): PermittedBody,
) -> Result<Response, Failure> {
    let mut sent: Sent<RequestFields<'_>> = body.read()?;
    // The sandbox's default. Listed addresses have a default among them.
    if let (ReturnUrls::AnyWeb, Field::Absent) = (&app.return_urls, &sent.fields.returnurl) {
        sent.fields.returnurl = Field::text(app.own_callback(&host).into());
    }
    Ok(sent.mark(begin(&app, &host, &sent).await))
}

async fn begin(
    app: &App,
    host: &CallersHost,
    sent: &Sent<RequestFields<'_>>,
) -> Result<Response, Failure> {
    let request = sent.check(VerificationRequest::parse(&sent.fields, app.permitted()))?;
    if let Some(windows) = &app.windows {
        windows.note_ignored(&request);
    }
    let long_callback = request
        .callback_bytes()
        .filter(|bytes| *bytes > LONGEST_CALLBACK);
    if long_callback.is_some() && app.long_callback == LongCallback::Refuse {
        return Err(vec![FieldFault {
            field: "receivedata".into(),
            rule: Rule::LongCallback,
        }]
        .into());
    }
    let issued = app.issuer.issue(&request).await?;
    let mut answer = answer(&issued, app, host, long_callback.is_some());
    let headers = answer.headers_mut();
    if let Some(bytes) = long_callback {
        headers.insert(X_CALLBACK_BYTES, HeaderValue::from(bytes));
    }
    let origin = request.returnurl.origin();
    if let Some(origin) = origin.and_then(|origin| HeaderValue::try_from(origin).ok()) {
        headers.insert(X_RETURN_ORIGIN, origin);
    }
    Ok(answer)
}

/// A body; a form, which browsers send for any page without asking, only from
/// pages that may call.
pub(in crate::http) struct PermittedBody(TypedBody);

impl FromRequest<Arc<App>> for PermittedBody {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let may_send_forms = cors::may_send_forms(request.headers(), &app.cors_origins);
        let body = TypedBody::begin(request, &app.long_bodies).await?;
        if body.is_form() && !may_send_forms {
            return Err(Reason::OriginNotAllowed.into());
        }
        Ok(Self(body))
    }
}

fn answer(issued: &Issued, app: &App, host: &CallersHost, long_callback: bool) -> Response {
    let (iv, key) = match app.key_custody {
        KeyCustody::Client => (Some(issued.keys.iv_text()), Some(issued.keys.key_text())),
        KeyCustody::Server => (None, None),
    };
    let body = VerificationResponse {
        token_version_id: &issued.token_version_id,
        enc_data: &issued.sealed.enc_data,
        integrity_value: &issued.sealed.integrity_value,
        iv,
        key,
        req_no: issued.requestno.as_str(),
    };
    // Names, values and quotes, in one allocation.
    let mut json = Vec::with_capacity(384 + body.enc_data.len());
    serde_json::to_writer(&mut json, &body)
        .unwrap_or_else(|_| unreachable!("a struct of strings is always JSON"));
    (
        Extension(Note {
            waited: Some(issued.waited),
            hint: if issued.sitecode_differs {
                Some("the caller's sitecode differs from NICE's, which was used")
            } else {
                long_callback.then_some(
                    "the callback's address may get longer than 2,048 bytes; shorten receivedata",
                )
            },
            audit: Audit::new(Event::Begin, issued.requestno.as_str()),
        }),
        [
            (CONTENT_TYPE, HeaderValue::from_static(JSON)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (X_NICE_WINDOW_URL, app.window_url(host)),
        ],
        json,
    )
        .into_response()
}
