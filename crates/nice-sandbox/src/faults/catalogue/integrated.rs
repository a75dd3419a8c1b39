//! The newer API: every `result_code` but success, and answers that are almost right.
//! The titles of the codes are also what the sandbox says in `result_message`.

use super::{Call, Fault, Kind, NEWER_CALLS, Substitute, fault};

/// A good answer of the newer API that the call itself changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twist {
    /// The integrity value covers code, message and `enc_data`.
    IntegrityOverAll,
    /// The integrity value is another's.
    IntegrityWrong,
    /// The result is under the ticket of the token that `auth/url` came with.
    TicketOfUrl,
    /// The result has no `ci`.
    CiAbsent,
    /// `mobile_co` is a number that no list has.
    MobileCoUnknown,
    /// The result has fields that no list has.
    ExtraFields,
    /// The result has numbers where the guide has texts.
    Numbers,
    /// A `request_no` that was used before is taken.
    NumberReused,
}

macro_rules! code {
    ($code:literal, $title:literal, $ko:literal, $en:literal) => {
        Fault {
            name: concat!("code_", $code),
            calls: NEWER_CALLS,
            title: $title,
            stands_for_ko: $ko,
            stands_for: $en,
            kind: Kind::Code($code),
        }
    };
}

pub(super) const CODES: &[Fault] = &[
    code!(
        "1001",
        "Authorization header 오류",
        "Authorization 헤더가 없거나 형식이 잘못되었습니다. 클라이언트의 버그이므로 \
         재시도하지 마십시오.",
        "The Authorization header is missing or malformed. A bug in the client: don't try again."
    ),
    code!(
        "1002",
        "파라미터 유효성 오류",
        "값이 없거나, 너무 길거나, 정해진 목록에 없습니다. 클라이언트의 버그이거나 호출자가 \
         준 값의 문제이므로 재시도하지 마십시오.",
        "A value is missing, too long or out of its list. A bug in the client, or a value of its \
         caller: don't try again."
    ),
    code!(
        "1003",
        "접근 토큰 만료 오류",
        "접근 토큰이 끝났습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "The access token is over. Drop it, issue another, try once more."
    ),
    code!(
        "1004",
        "유효한 접근 토큰 아님",
        "NICE가 모르는 접근 토큰입니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "NICE doesn't know the access token. Drop it, issue another, try once more."
    ),
    code!(
        "1006",
        "ClientID 권한 없음",
        "다른 상품의 인증 정보이거나 개시되지 않은 계약입니다. 운영자가 NICE에 문의해야 \
         하므로 재시도하지 마십시오.",
        "Credentials of another product, or a contract that isn't open. An operator has to ask \
         NICE; don't try again."
    ),
    code!(
        "1007",
        "허용되지 않은 IP 접근",
        "호출한 IP가 NICE에 등록되어 있지 않습니다. 운영자가 등록해야 합니다. IP를 보여 주고, \
         재시도하지 마십시오.",
        "The address that the call came from isn't registered with NICE. An operator has to \
         register it: show the address, don't try again."
    ),
    code!(
        "1008",
        "유량 초과 오류",
        "호출이 너무 많습니다. 무작위 간격을 섞어 늘려 가며 재시도하고, 기다릴 수 없는 요청은 \
         버리십시오.",
        "Too many calls. Try again, waiting longer each time, with jitter; shed what can't wait."
    ),
    code!(
        "1009",
        "API 이용권한 없음",
        "계약에 이 API가 없습니다. 운영자가 NICE에 문의해야 하므로 재시도하지 마십시오.",
        "The contract doesn't include this API. An operator has to ask NICE; don't try again."
    ),
    code!(
        "1010",
        "없는 URI 요청",
        "이 경로에는 호출이 없습니다. base URL, 버전, 경로 중 하나가 틀렸으므로 재시도하지 \
         마십시오.",
        "No call at this path. A mistake in the base URL, the version or the path: don't try again."
    ),
    code!(
        "1011",
        "요청 정보 확인 필요",
        "NICE가 요청을 이해하지 못했습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "NICE can't make sense of the request. A bug in the client: don't try again."
    ),
    code!(
        "1012",
        "토큰 Scope 오류",
        "토큰에 이 인증 수단이 없습니다. 버리고 새로 발급해 한 번 더 시도하고, 계속되면 \
         운영자가 계약을 확인해야 합니다.",
        "The token lacks a method. Drop it, issue another, try once more; if it stays, an \
         operator has to look at the contract."
    ),
    code!(
        "1013",
        "토큰 검증 기타 오류",
        "토큰을 검증할 수 없습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "The token can't be checked. Drop it, issue another, try once more."
    ),
    code!(
        "1014",
        "내부 데이터 처리중 오류",
        "NICE의 내부 데이터 오류입니다. 1xxx 중 유일하게 호출자의 잘못이 아닙니다(HTTP 500). \
         한 번만 재시도하십시오.",
        "NICE's own data failed, the one 1xxx that isn't the caller's fault (HTTP 500). One more \
         try."
    ),
    code!(
        "2001",
        "내부 서버 오류",
        "NICE 서버가 실패했습니다(HTTP 500). 토큰과 url은 간격을 늘려 가며 재시도하고, 결과는 \
         한 번만 요청하십시오.",
        "NICE's server failed (HTTP 500). Token and url: try again, waiting longer each time; a \
         result is asked for once."
    ),
    code!(
        "2002",
        "통신 오류",
        "NICE가 자신의 다른 서버에 닿지 못했습니다(HTTP 500). 2001과 같이 하십시오.",
        "NICE couldn't reach a server of its own (HTTP 500). As with 2001."
    ),
    code!(
        "2003",
        "서비스 오류",
        "NICE의 서비스가 실패했습니다(HTTP 500). 2001과 같이 하십시오.",
        "NICE's service failed (HTTP 500). As with 2001."
    ),
    code!(
        "2999",
        "알 수 없는 오류",
        "NICE도 원인을 모릅니다(HTTP 500). 2001과 같이 하십시오.",
        "NICE doesn't know either (HTTP 500). As with 2001."
    ),
    code!(
        "3001",
        "JSON 형식의 메시지가 아님",
        "본문이 JSON이 아닙니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "The body is no JSON. A bug in the client: don't try again."
    ),
    code!(
        "3002",
        "Base64 Decode Error",
        "Basic 값을 디코딩할 수 없습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "The Basic value can't be decoded. A bug in the client: don't try again."
    ),
    code!(
        "3003",
        "Authorization Header 오류",
        "Authorization 헤더에 있어야 할 것이 없습니다. 클라이언트의 버그이므로 재시도하지 \
         마십시오.",
        "The Authorization header doesn't hold what it should. A bug in the client: don't try \
         again."
    ),
    code!(
        "3011",
        "내부 로직 오류",
        "NICE의 내부 로직이 실패했습니다(HTTP 200). 한 번만 재시도하고, url은 새 request_no로 \
         요청하십시오.",
        "NICE's logic failed, with HTTP 200. One more try, of a url with a new request_no."
    ),
    code!(
        "3012",
        "유효시간 초과 오류",
        "시간이 지났습니다. 이용자가 처음부터 다시 해야 합니다.",
        "Too late. The person has to start over."
    ),
    code!(
        "3013",
        "내·외부 시스템 연결 오류",
        "NICE가 다른 시스템에 닿지 못했습니다(HTTP 200). 간격을 늘려 가며 재시도하십시오.",
        "NICE couldn't reach another system, with HTTP 200. Try again, waiting longer each time."
    ),
    code!(
        "3014",
        "시스템 오류",
        "NICE의 시스템이 실패했습니다(HTTP 200). 한 번만 재시도하십시오.",
        "NICE's system failed, with HTTP 200. One more try."
    ),
    code!(
        "3021",
        "유효하지 않은 항목",
        "허용되지 않는 값입니다. 클라이언트의 버그이거나 호출자가 준 값의 문제이므로 \
         재시도하지 마십시오.",
        "A value isn't allowed. A bug in the client, or a value of its caller: don't try again."
    ),
    code!(
        "3022",
        "유효하지 않은 URI",
        "return_url이나 close_url이 거부되었습니다. 설정 오류이므로 재시도하지 마십시오.",
        "return_url or close_url was refused. A mistake in the settings: don't try again."
    ),
    code!(
        "3023",
        "파라미터 NULL",
        "null인 값이 있습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A value is null. A bug in the client: don't try again."
    ),
    code!(
        "3024",
        "파라미터 불충분",
        "빠진 값이 있습니다. 클라이언트의 버그이므로 재시도하지 마십시오.",
        "A value is missing. A bug in the client: don't try again."
    ),
    code!(
        "3025",
        "복호화 오류",
        "NICE가 무언가를 복호화하지 못했습니다. 재시도하지 말고 처음부터 다시 하십시오.",
        "NICE couldn't decrypt something. Don't try again; start over."
    ),
    code!(
        "3026",
        "암호화 오류",
        "NICE가 결과를 암호화하지 못했습니다. 재시도하지 말고 처음부터 다시 하십시오.",
        "NICE couldn't encrypt the result. Don't try again; start over."
    ),
    code!(
        "3027",
        "무결성 오류",
        "NICE가 자신의 데이터가 바뀐 것을 발견했습니다. 재시도하지 말고 처음부터 다시 \
         하십시오.",
        "NICE found its own data changed. Don't try again; start over."
    ),
    code!(
        "3028",
        "중복데이터 존재",
        "이미 쓴 request_no일 가능성이 큽니다. 새 값으로 한 번 더 시도하십시오.",
        "Probably a request_no that was used before. Try once more with a new one."
    ),
    code!(
        "3029",
        "요청한 정보를 찾을 수 없음",
        "모르는 거래이거나 NICE가 이미 지운 거래입니다. 이용자가 처음부터 다시 해야 합니다.",
        "An unknown transaction, or one that NICE has forgotten. The person has to start over."
    ),
    code!(
        "3031",
        "유효하지 않은 서비스 Scope",
        "svc_types에 계약에 없는 인증 수단이 있습니다. 운영자가 계약을 확인해야 하므로 \
         재시도하지 마십시오.",
        "svc_types names a method that the contract hasn't got. An operator has to look at the \
         contract; don't try again."
    ),
    code!(
        "3032",
        "인증 성공건이 아니거나 유효시간 초과",
        "본인으로 확인되지 않았거나 10분이 지났습니다. 재시도하지 말고 처음부터 다시 \
         하십시오.",
        "The person wasn't verified, or the 10 minutes are over. Start over, don't try again."
    ),
    code!(
        "3033",
        "기 인증결과 제공 건",
        "이미 내준 결과입니다. 저장해 둔 것을 쓰고, 없으면 처음부터 다시 하십시오.",
        "The result was handed out before. Use what was stored; if nothing was, start over."
    ),
    code!(
        "3041",
        "토큰에 필요한 claim 없음",
        "토큰에 필요한 claim이 없습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "The token lacks a claim. Drop it, issue another, try once more."
    ),
    code!(
        "3042",
        "발급된 토큰이 아님",
        "NICE가 발급한 토큰이 아닙니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "NICE didn't issue the token. Drop it, issue another, try once more."
    ),
    code!(
        "3043",
        "만료된 토큰",
        "토큰이 만료되었습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "The token is over. Drop it, issue another, try once more."
    ),
    code!(
        "3044",
        "토큰 scope 오류",
        "토큰에 이 인증 수단이 없습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "The token lacks a method. Drop it, issue another, try once more."
    ),
    code!(
        "3045",
        "토큰 서명 오류",
        "토큰의 서명이 틀렸습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "The token's signature is wrong. Drop it, issue another, try once more."
    ),
    code!(
        "3046",
        "토큰 기타 오류",
        "토큰에 그 밖의 문제가 있습니다. 버리고 새로 발급해 한 번 더 시도하십시오.",
        "Something else is wrong with the token. Drop it, issue another, try once more."
    ),
];

const ACCESS_TOKEN: &[Call] = &[Call::AccessToken];
const AUTH_URL: &[Call] = &[Call::AuthUrl];
const AUTH_RESULT: &[Call] = &[Call::AuthResult];
const WITH_AN_ACCESS_TOKEN: &[Call] = &[Call::AuthUrl, Call::AuthResult];

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "access_token_expired",
        Kind::AccessTokenDead,
        WITH_AN_ACCESS_TOKEN,
        "접근 토큰이 도중에 만료 (1003)",
        "NICE가 일찍 끝낸 것처럼, 이 호출의 접근 토큰이 지금부터 무효입니다(1003). 버리고 \
         새로 발급해 한 번 더 시도하십시오. \"times\"를 주지 않으면 한 번만 일어납니다.",
        "The access token of this call is over from now on, as if NICE had ended it early: 1003. \
         Drop it, issue another, try once more. Happens once unless \"times\" says more.",
    ),
    fault(
        "ticket_rotated",
        Kind::AccessTokenDeadAfter,
        AUTH_URL,
        "auth/url 다음에 토큰과 ticket이 바뀜",
        "정상 응답을 보낸 뒤 그 접근 토큰이 끝납니다. 결과는 다른 토큰으로 요청하게 되고, 그 \
         토큰의 ticket과 iterators로 암호화됩니다. 토큰, ticket, iterators를 한 묶음으로 \
         보관하십시오.",
        "The good answer, after which its access token is over: the result is asked for with \
         another token, and sealed under that one's ticket and iterators. Keep token, ticket and \
         iterators together, as one value.",
    ),
    fault(
        "ticket_of_url",
        Kind::Twist(Twist::TicketOfUrl),
        AUTH_RESULT,
        "결과가 auth/url 때의 ticket으로 암호화됨",
        "auth/url을 요청한 토큰의 ticket으로 결과를 암호화합니다. NICE 가이드의 다른 \
         해석입니다. 무결성 값이 맞지 않으면 그 ticket으로 시도하십시오. 어느 쪽이 맞는지는 \
         HMAC이 알려 줍니다.",
        "The result is sealed under the ticket of the token that auth/url came with, the other \
         reading of NICE's guide. If the integrity value doesn't fit, try that ticket: the HMAC \
         tells which is right.",
    ),
    fault(
        "integrity_over_all",
        Kind::Twist(Twist::IntegrityOverAll),
        AUTH_RESULT,
        "무결성 값이 코드+메시지+enc_data에 대한 값",
        "NICE 가이드의 한 문장대로 integrity_value가 result_code, result_message, enc_data를 \
         이어 붙인 값의 HMAC입니다. enc_data만으로 먼저 확인하고 이 방법을 확인하십시오. 둘 \
         다 NICE의 키로 만든 HMAC입니다.",
        "integrity_value covers result_code, result_message and enc_data in a row, as one \
         sentence of NICE's guide has it. Check enc_data alone first, then this; both are HMACs \
         under NICE's key.",
    ),
    fault(
        "integrity_wrong",
        Kind::Twist(Twist::IntegrityWrong),
        AUTH_RESULT,
        "무결성 값 불일치",
        "integrity_value가 어느 쪽에도 맞지 않습니다. 복호화하지도 믿지도 마십시오. \
         본인인증은 실패했고 결과는 다시 받을 수 없습니다.",
        "integrity_value fits nothing. Decrypt nothing, believe nothing: the verification has \
         failed, and the result is spent.",
    ),
    fault(
        "answer_lost",
        Kind::AnswerLost,
        NEWER_CALLS,
        "처리된 뒤 응답 유실",
        "NICE는 호출을 처리했지만 응답이 사라졌습니다. 토큰과 url은 새 request_no로 \
         재시도하십시오. 결과는 한 번 더 요청하고, 이때의 3033은 결과를 잃었다는 뜻이므로 \
         이용자가 처음부터 다시 해야 합니다.",
        "NICE handles the call, and the answer is lost. A token or a url: try again, with a new \
         request_no. A result: one more try, and 3033 then means that it is lost; the person has \
         to start over.",
    ),
    fault(
        "ci_absent",
        Kind::Twist(Twist::CiAbsent),
        AUTH_RESULT,
        "결과에 ci 없음",
        "ci가 없는 계약입니다. 예외를 내지 말고 없을 수 있는 필드로 다루십시오.",
        "A contract without ci. Have an optional field, not an exception.",
    ),
    fault(
        "mobile_co_unknown",
        Kind::Twist(Twist::MobileCoUnknown),
        AUTH_RESULT,
        "알 수 없는 mobile_co",
        "mobile_co가 어느 목록에도 없는 9입니다. 통신사를 모르는 것으로 하고 그대로 \
         받으십시오.",
        "mobile_co is 9, which no list has. Take the person all the same, with an unknown carrier.",
    ),
    fault(
        "extra_fields",
        Kind::Twist(Twist::ExtraFields),
        AUTH_RESULT,
        "모르는 항목이 더 있는 결과",
        "결과에 모르는 필드가 더 있고 하나는 객체입니다. 모르는 것은 무시하십시오.",
        "The result has more fields, one of them an object. Ignore what you don't know.",
    ),
    fault(
        "numbers_for_strings",
        Kind::Twist(Twist::Numbers),
        AUTH_RESULT,
        "문자열 대신 숫자인 결과",
        "birthdate, gender 등이 숫자로 옵니다. 가이드에 문자열로 되어 있어도 숫자를 \
         받으십시오.",
        "birthdate, gender and the like are numbers. Take numbers where the guide says text.",
    ),
    fault(
        "request_no_reuse_taken",
        Kind::Twist(Twist::NumberReused),
        AUTH_URL,
        "사용한 request_no를 받음",
        "이미 쓴 request_no를 받아 줍니다. 평소의 샌드박스는 3028로 거부하지만 NICE가 \
         확인하는지는 알려져 있지 않습니다. 매번 새 값을 쓰십시오.",
        "A request_no that was used before is taken, where the sandbox says 3028 otherwise: \
         whether NICE looks isn't known. Use a new one each time.",
    ),
    fault(
        "ends_as_text",
        Kind::Value("expires_in", Substitute::AsText),
        ACCESS_TOKEN,
        "expires_in이 문자열",
        "expires_in이 NICE 모듈처럼 숫자로 된 문자열입니다. 그대로 읽으십시오.",
        "expires_in is a text of digits, as NICE's modules have it. Read it all the same.",
    ),
    fault(
        "ends_in_seconds",
        Kind::Value("expires_in", Substitute::Thousandth),
        ACCESS_TOKEN,
        "expires_in이 초 단위 시각",
        "expires_in이 밀리초가 아니라 1970년부터의 초입니다. 1e12 이상이면 밀리초, 1e9 \
         이상이면 초, 그보다 작으면 기간입니다.",
        "expires_in is seconds since 1970, not milliseconds. From 1e12 it is milliseconds, from \
         1e9 seconds, below it a length of time.",
    ),
    fault(
        "ends_relative",
        Kind::Value("expires_in", Substitute::Whole(86_400)),
        ACCESS_TOKEN,
        "expires_in이 남은 초",
        "expires_in이 남은 초입니다. ends_in_seconds와 같이 구별하십시오.",
        "expires_in is the seconds that are left. As with ends_in_seconds.",
    ),
    fault(
        "ends_absent",
        Kind::Value("expires_in", Substitute::Absent),
        ACCESS_TOKEN,
        "expires_in이 null",
        "expires_in이 null입니다. 30분 정도의 짧은 시간 동안만 쓰십시오.",
        "expires_in is null. Use the token for a short time, half an hour say.",
    ),
    fault(
        "iterators_as_text",
        Kind::Value("iterators", Substitute::AsText),
        ACCESS_TOKEN,
        "iterators가 문자열",
        "iterators가 숫자로 된 문자열입니다. 그대로 읽으십시오.",
        "iterators is a text of digits. Read it all the same.",
    ),
    fault(
        "iterators_zero",
        Kind::Value("iterators", Substitute::Whole(0)),
        ACCESS_TOKEN,
        "iterators가 0",
        "iterators가 0입니다. 잘못된 토큰으로 거부하십시오.",
        "iterators is 0. Refuse the token as garbage.",
    ),
    fault(
        "iterators_too_many",
        Kind::Value("iterators", Substitute::Whole(2_000_000_000)),
        ACCESS_TOKEN,
        "iterators가 너무 큼",
        "iterators가 20억입니다. 키를 만드느라 스레드 하나가 몇 분 동안 멈춥니다. 백만을 \
         넘으면 거부하십시오.",
        "iterators is two thousand million: deriving the keys would hold up a thread for \
         minutes. Refuse what is more than a million.",
    ),
    fault(
        "ticket_empty",
        Kind::Value("ticket", Substitute::Text("")),
        ACCESS_TOKEN,
        "ticket이 빈 문자열",
        "ticket이 비어 있습니다. 잘못된 토큰으로 거부하십시오.",
        "ticket is empty. Refuse the token as garbage.",
    ),
    fault(
        "auth_url_elsewhere",
        Kind::Value(
            "auth_url",
            Substitute::Text("https://elsewhere.invalid/ido/cert/request/S1"),
        ),
        AUTH_URL,
        "auth_url이 다른 호스트",
        "auth_url이 NICE가 아닌 호스트입니다. 브라우저를 보내지 말고, 호스트를 NICE의 목록과 \
         비교하십시오.",
        "auth_url leads to a host that isn't NICE's. Send no browser there: compare the host \
         with NICE's list.",
    ),
    fault(
        "auth_url_plain",
        Kind::Value(
            "auth_url",
            Substitute::Text("http://auth.niceid.co.kr/ido/cert/request/S1"),
        ),
        AUTH_URL,
        "auth_url이 http",
        "auth_url이 http입니다. 브라우저를 보내지 마십시오.",
        "auth_url is http. Send no browser there.",
    ),
    fault(
        "auth_url_script",
        Kind::Value("auth_url", Substitute::Text("javascript:alert(1)")),
        AUTH_URL,
        "auth_url이 스크립트",
        "auth_url이 스크립트입니다. 브라우저를 보내지 마십시오.",
        "auth_url is a script. Send no browser there.",
    ),
    fault(
        "transaction_id_too_long",
        Kind::Value("transaction_id", Substitute::Letters(101)),
        AUTH_URL,
        "transaction_id가 너무 김",
        "transaction_id가 101자입니다. 보통은 55자입니다. 잘못된 값으로 거부하십시오.",
        "transaction_id has 101 characters; 55 are usual. Refuse it as garbage.",
    ),
    fault(
        "enc_data_short",
        Kind::Value("enc_data", Substitute::Text("AAECAwQFBgcICQoLDA0OD3g")),
        AUTH_RESULT,
        "enc_data가 너무 짧음",
        "enc_data가 IV와 tag를 합친 것보다 짧습니다. 끝을 넘어 읽지 말고 거부하십시오.",
        "enc_data is shorter than IV and tag together. Refuse it, without reading beyond its end.",
    ),
];
