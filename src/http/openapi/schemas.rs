//! Shapes that only the document needs: the request is read by hand.

use utoipa::ToSchema;

/// The request of `getOAuthToken`. Each field may be absent, null or empty.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the document is made of it; nothing is ever read into it"
)]
pub(in crate::http) struct VerificationMakeKeyRequest {
    /// 서비스 요청 고유번호
    #[schema(max_length = 30, pattern = r"^[A-Za-z0-9._:-]*$")]
    requestno: Option<String>,
    /// 인증결과를 받을 url
    #[schema(max_length = 250)]
    returnurl: Option<String>,
    /// 암호화 토큰요청 API에 응답받은 SITE_CODE
    #[schema(pattern = r"^[^\x00]*$")]
    sitecode: Option<String>,
    /// 인증수단 고정
    #[schema(max_length = 1, pattern = r"^[MCXUFS]?$")]
    authtype: Option<String>,
    /// 통신사우선선택
    #[schema(max_length = 1, pattern = r"^[SKL]?$")]
    mobilceco: Option<String>,
    /// Http method타입
    #[schema(max_length = 4, pattern = r"^([Gg][Ee][Tt]|[Pp][Oo][Ss][Tt])?$")]
    methodtype: Option<String>,
    /// 팝업여부
    #[schema(max_length = 1, pattern = r"^[YN]?$")]
    popupyn: Option<String>,
    /// 인증 후 전달받을 데이터 세팅 (요청값 그대로 리턴)
    #[schema(max_length = 1000, pattern = r"^[^\x00]*$")]
    receivedata: Option<String>,
}

/// The request of `getVerificationResult`. All fields are required.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the document is made of it; nothing is ever read into it"
)]
pub(in crate::http) struct VerificationResultRequest {
    /// 토큰버전아이디
    #[schema(min_length = 1, pattern = r"^[^\x00]*$")]
    token_version_id: String,
    /// 암호화된 결과
    #[schema(min_length = 1, pattern = r"^[^\x00]*$")]
    enc_data: String,
    /// 무결성체크값
    #[schema(min_length = 1, pattern = r"^[^\x00]*$")]
    integrity_value: String,
    /// getOAuthToken을 호출할 때 쇼핑몰 서버가 보관한 요청구분번호
    #[schema(rename = "reqNo", min_length = 1, pattern = r"^[^\x00]*$")]
    req_no: String,
}
