//! The refusals of the service behind the gateway, which has let the call
//! through with 1200: `rsp_cd`, and `result_cd` of the crypto token.

use super::{Call, Fault, Kind, fault};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];

const fn response(
    name: &'static str,
    code: &'static str,
    title: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Fault {
    fault(name, Kind::Response(code), CRYPTO_TOKEN, title, ko, en)
}

const fn result(
    name: &'static str,
    code: &'static str,
    title: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Fault {
    fault(name, Kind::Result(code), CRYPTO_TOKEN, title, ko, en)
}

pub(super) const FAULTS: &[Fault] = &[
    response(
        "rsp_s603",
        "S603",
        "내부 DB 오류",
        "NICE의 DB 오류입니다. 새 req_no로 재시도하십시오.",
        "NICE's database failed. Try again with a new req_no.",
    ),
    response(
        "rsp_p013",
        "P013",
        "이용기관 개시상태 아님",
        "계약이 아직 개시되지 않았거나 끝났습니다. 운영자가 NICE에 문의해야 하므로 재시도하지 \
         마십시오.",
        "The contract isn't open yet, or no longer. An operator has to ask NICE; don't try again.",
    ),
    response(
        "rsp_e998",
        "E998",
        "서비스 권한 오류",
        "계약 정지 등으로 서비스 권한이 없습니다. 운영자가 NICE에 문의해야 하므로 재시도하지 \
         마십시오.",
        "No permission for the service, as when a contract is suspended. An operator has to ask \
         NICE; don't try again.",
    ),
    response(
        "rsp_e999",
        "E999",
        "내부 시스템 오류",
        "내부 오류이거나 계약 목록에 없는 API입니다. 새 req_no로 한 번만 재시도하고, 그래도 \
         안 되면 운영자가 확인해야 합니다.",
        "An internal error, or an API that isn't in the contract's list. One more try with a new \
         req_no, then an operator.",
    ),
    response(
        "rsp_exxx",
        "E001",
        "기타 시스템 오류",
        "NICE가 하나하나 밝히지 않는 나머지 E 코드를 대표하며, E001을 보냅니다. 모르는 코드는 \
         최종 실패로 보고, 코드를 로그에 남기고, 재시도하지 마십시오.",
        "Stands for the family of other E codes, which NICE doesn't list one by one; E001 is sent. \
         Treat what you don't know as final: log the code, don't try again.",
    ),
    response(
        "rsp_eapi2500",
        "EAPI2500",
        "맵핑 정보 없음",
        "NICE에 이 호출의 맵핑이 없습니다. 운영자가 확인할 문제이거나 요청의 버그이므로 \
         재시도하지 마십시오.",
        "NICE has no mapping for the call. An operator or a bug in the request; don't try again.",
    ),
    response(
        "rsp_eapi2510",
        "EAPI2510",
        "요청 맵핑 데이터 없음",
        "요청이 잘못되었거나 맵핑할 데이터가 없습니다. 클라이언트의 버그이므로 재시도하지 \
         마십시오.",
        "A bad request, or no data to map. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2530",
        "EAPI2530",
        "응답 전문 맵핑 오류",
        "NICE가 응답을 만들지 못했습니다. 새 req_no로 한 번만 재시도하십시오.",
        "NICE couldn't build its answer. One more try with a new req_no.",
    ),
    response(
        "rsp_eapi2540",
        "EAPI2540",
        "대응 응답 정보 없음",
        "NICE가 내줄 응답을 찾지 못했습니다. 새 req_no로 한 번만 재시도하십시오.",
        "NICE found no answer to give. One more try with a new req_no.",
    ),
    response(
        "rsp_eapi2550",
        "EAPI2550",
        "숫자 타입 입력 오류",
        "숫자여야 하는 값입니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A number was expected. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2560",
        "EAPI2560",
        "실수 타입 입력 오류",
        "실수여야 하는 값입니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A real number was expected. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2561",
        "EAPI2561",
        "실수 타입 길이 정보 문법 오류",
        "실수의 길이 정보를 읽을 수 없습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A real number's length can't be read. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2562",
        "EAPI2562",
        "실수 타입 논리 오류",
        "실수가 정의와 모순됩니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A real number contradicts its description. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2563",
        "EAPI2563",
        "실수 타입 파싱 오류",
        "실수를 읽을 수 없습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A real number can't be read. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2564",
        "EAPI2564",
        "실수 타입 정수부 오류",
        "실수의 정수부가 잘못되었습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A real number's integer part is wrong. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2565",
        "EAPI2565",
        "실수 타입 소수부 오류",
        "실수의 소수부가 잘못되었습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A real number's fraction is wrong. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi2600",
        "EAPI2600",
        "내부 시스템 오류",
        "내부 오류입니다. 새 req_no로 재시도하십시오.",
        "An internal error. Try again with a new req_no.",
    ),
    response(
        "rsp_eapi2700",
        "EAPI2700",
        "외부 연동 시스템 오류",
        "NICE가 조회하는 외부 시스템이 실패했습니다. 새 req_no로 재시도하십시오.",
        "A system that NICE asks failed. Try again with a new req_no.",
    ),
    response(
        "rsp_eapi2701",
        "EAPI2701",
        "외부 연동 시스템 시간 초과",
        "NICE가 조회하는 외부 시스템이 너무 느렸습니다. 새 req_no로 재시도하십시오.",
        "A system that NICE asks was too slow. Try again with a new req_no.",
    ),
    response(
        "rsp_eapi2702",
        "EAPI2702",
        "DISCONNECTION_OK",
        "NICE 내부 연결의 상태가 밖으로 나온 것입니다. 재시도하지 마십시오.",
        "A state of NICE's own connections that leaked out. Don't try again.",
    ),
    response(
        "rsp_eapi2703",
        "EAPI2703",
        "DISCONNECTION_FAIL",
        "NICE 내부 연결의 상태가 밖으로 나온 것입니다. 재시도하지 마십시오.",
        "A state of NICE's own connections that leaked out. Don't try again.",
    ),
    response(
        "rsp_eapi2704",
        "EAPI2704",
        "RESULT_OK",
        "성공처럼 보이지만 아닙니다. 성공은 P000뿐입니다. 재시도하지 마십시오.",
        "Reads like success and isn't: only P000 is. Don't try again.",
    ),
    response(
        "rsp_eapi2705",
        "EAPI2705",
        "RESULT_FAIL",
        "NICE 내부 연결의 상태가 밖으로 나온 것입니다. 재시도하지 마십시오.",
        "A state of NICE's own connections that leaked out. Don't try again.",
    ),
    response(
        "rsp_eapi2892",
        "EAPI2892",
        "반복부 수 오류",
        "반복되는 항목의 수가 틀렸습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A repeated group has the wrong count. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi5001",
        "EAPI5001",
        "스키마 정보 없음",
        "NICE에 이 호출의 스키마가 없습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "NICE has no schema for the call. A bug in the client: don't try again.",
    ),
    response(
        "rsp_eapi5002",
        "EAPI5002",
        "스키마 유효성 검증 실패",
        "요청이 NICE의 스키마에 맞지 않습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "The request doesn't fit NICE's schema. A bug in the client: don't try again.",
    ),
    result(
        "result_0001",
        "0001",
        "필수 입력값 오류",
        "req_dtim, req_no, enc_mode 중 하나가 비었거나 범위를 벗어났습니다. 클라이언트의 \
         버그이므로 재시도하지 마십시오.",
        "req_dtim, req_no or enc_mode is empty or out of its limits. A bug in the client: don't \
         try again.",
    ),
    result(
        "result_0003",
        "0003",
        "OTP 발급 대상 회원사 아님",
        "계약에 암호화토큰이 포함되어 있지 않습니다. 운영자가 NICE에 문의해야 하므로 \
         재시도하지 마십시오.",
        "The contract doesn't include crypto tokens. An operator has to ask NICE; don't try again.",
    ),
    result(
        "result_0099",
        "0099",
        "기타 오류",
        "구현마다 “기타 오류” 또는 “인증 필요”로 다르게 봅니다. 이 때문에 기관토큰을 새로 \
         발급하지 말고, 재시도하지 마십시오.",
        "Implementations disagree: \"other error\", or \"authentication required\". Don't issue a \
         new institution token because of it; don't try again.",
    ),
];
