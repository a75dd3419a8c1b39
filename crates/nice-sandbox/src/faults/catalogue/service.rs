//! The refusals of the service behind the gateway, which has let the call
//! through with 1200: `rsp_cd`, and `result_cd` of the crypto token.

use super::{Call, Fault, Kind};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];

const fn response(
    name: &'static str,
    code: &'static str,
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls: CRYPTO_TOKEN,
        title,
        stands_for,
        kind: Kind::Response(code),
    }
}

const fn result(
    name: &'static str,
    code: &'static str,
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls: CRYPTO_TOKEN,
        title,
        stands_for,
        kind: Kind::Result(code),
    }
}

pub(super) const FAULTS: &[Fault] = &[
    response(
        "rsp_s603",
        "S603",
        "내부 DB 오류",
        "NICE's database failed. Try again with a new req_no.",
    ),
    response(
        "rsp_p013",
        "P013",
        "이용기관 개시상태 아님",
        "The contract isn't open yet, or no longer. An operator has to ask NICE; don't try again.",
    ),
    response(
        "rsp_e998",
        "E998",
        "서비스 권한 오류",
        "No permission for the service, as when a contract is suspended. An operator has to ask \
         NICE; don't try again.",
    ),
    response(
        "rsp_e999",
        "E999",
        "내부 시스템 오류",
        "An internal error, or an API that isn't in the contract's list. One more try with a new \
         req_no, then an operator.",
    ),
    response(
        "rsp_exxx",
        "E001",
        "기타 시스템 오류",
        "Stands for the family of other E codes, which NICE doesn't list one by one; E001 is sent. \
         Treat what you don't know as final: log the code, don't try again.",
    ),
    response(
        "rsp_eapi2500",
        "EAPI2500",
        "맵핑 정보 없음",
        "NICE has no mapping for the call. An operator or a bug in the request; don't try again.",
    ),
    response(
        "rsp_eapi2510",
        "EAPI2510",
        "요청 맵핑 데이터 없음",
        "A bad request, or no data to map. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2530",
        "EAPI2530",
        "응답 전문 맵핑 오류",
        "NICE couldn't build its answer. One more try with a new req_no.",
    ),
    response(
        "rsp_eapi2540",
        "EAPI2540",
        "대응 응답 정보 없음",
        "NICE found no answer to give. One more try with a new req_no.",
    ),
    response(
        "rsp_eapi2550",
        "EAPI2550",
        "숫자 타입 입력 오류",
        "A number was expected. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2560",
        "EAPI2560",
        "실수 타입 입력 오류",
        "A real number was expected. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2561",
        "EAPI2561",
        "실수 타입 길이 정보 문법 오류",
        "A real number's length can't be read. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2562",
        "EAPI2562",
        "실수 타입 논리 오류",
        "A real number contradicts its description. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2563",
        "EAPI2563",
        "실수 타입 파싱 오류",
        "A real number can't be read. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2564",
        "EAPI2564",
        "실수 타입 정수부 오류",
        "A real number's integer part is wrong. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2565",
        "EAPI2565",
        "실수 타입 소수부 오류",
        "A real number's fraction is wrong. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2600",
        "EAPI2600",
        "내부 시스템 오류",
        "An internal error. Try again with a new req_no.",
    ),
    response(
        "rsp_eapi2700",
        "EAPI2700",
        "외부 연동 시스템 오류",
        "A system that NICE asks failed. Try again with a new req_no.",
    ),
    response(
        "rsp_eapi2701",
        "EAPI2701",
        "외부 연동 시스템 시간 초과",
        "A system that NICE asks was too slow. Try again with a new req_no.",
    ),
    response(
        "rsp_eapi2702",
        "EAPI2702",
        "DISCONNECTION_OK",
        "A state of NICE's own connections that leaked out. Don't try again.",
    ),
    response(
        "rsp_eapi2703",
        "EAPI2703",
        "DISCONNECTION_FAIL",
        "A state of NICE's own connections that leaked out. Don't try again.",
    ),
    response(
        "rsp_eapi2704",
        "EAPI2704",
        "RESULT_OK",
        "Reads like success and isn't: only P000 is. Don't try again.",
    ),
    response(
        "rsp_eapi2705",
        "EAPI2705",
        "RESULT_FAIL",
        "A state of NICE's own connections that leaked out. Don't try again.",
    ),
    response(
        "rsp_eapi2892",
        "EAPI2892",
        "반복부 수 오류",
        "A repeated group has the wrong count. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi5001",
        "EAPI5001",
        "스키마 정보 없음",
        "NICE has no schema for the call. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi5002",
        "EAPI5002",
        "스키마 유효성 검증 실패",
        "The request doesn't fit NICE's schema. A bug in the client: don't try again.",
    ),
    result(
        "result_0001",
        "0001",
        "필수 입력값 오류",
        "req_dtim, req_no or enc_mode is empty or out of its limits. A bug in the client: don't \
         try again.",
    ),
    result(
        "result_0003",
        "0003",
        "OTP 발급 대상 회원사 아님",
        "The contract doesn't include crypto tokens. An operator has to ask NICE; don't try again.",
    ),
    result(
        "result_0099",
        "0099",
        "기타 오류",
        "Implementations disagree: \"other error\", or \"authentication required\". Don't issue a \
         new institution token because of it; don't try again.",
    ),
];
