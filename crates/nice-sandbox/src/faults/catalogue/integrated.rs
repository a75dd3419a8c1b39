//! The newer API: every `result_code` but success, and answers that are almost right.
//! The titles of the codes are also what the sandbox says in `result_message`.

use super::{Call, Fault, Kind, NEWER_CALLS, Substitute};

/// A good answer of the newer API that the call itself makes otherwise.
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
    ($code:literal, $title:literal, $stands_for:literal) => {
        Fault {
            name: concat!("code_", $code),
            calls: NEWER_CALLS,
            title: $title,
            stands_for: $stands_for,
            kind: Kind::Code($code),
        }
    };
}

pub(super) const CODES: &[Fault] = &[
    code!(
        "1001",
        "Authorization header 오류",
        "The Authorization header is missing or malformed. A bug in the client: don't try again."
    ),
    code!(
        "1002",
        "파라미터 유효성 오류",
        "A value is missing, too long or out of its list. A bug in the client, or a value of its \
         caller: don't try again."
    ),
    code!(
        "1003",
        "접근 토큰 만료 오류",
        "The access token is over. Drop it, issue another, try once more."
    ),
    code!(
        "1004",
        "유효한 접근 토큰 아님",
        "NICE doesn't know the access token. Drop it, issue another, try once more."
    ),
    code!(
        "1006",
        "ClientID 권한 없음",
        "Credentials of another product, or a contract that isn't open. An operator has to ask \
         NICE; don't try again."
    ),
    code!(
        "1007",
        "허용되지 않은 IP 접근",
        "The address that the call came from isn't registered with NICE. An operator has to \
         register it: show the address, don't try again."
    ),
    code!(
        "1008",
        "유량 초과 오류",
        "Too many calls. Try again, waiting longer each time, with jitter; shed what can't wait."
    ),
    code!(
        "1009",
        "API 이용권한 없음",
        "The contract doesn't include this API. An operator has to ask NICE; don't try again."
    ),
    code!(
        "1010",
        "없는 URI 요청",
        "No call at this path. A mistake in the base URL, the version or the path: don't try again."
    ),
    code!(
        "1011",
        "요청 정보 확인 필요",
        "NICE can't make sense of the request. A bug in the client: don't try again."
    ),
    code!(
        "1012",
        "토큰 Scope 오류",
        "The token lacks a method. Drop it, issue another, try once more; if it stays, an \
         operator has to look at the contract."
    ),
    code!(
        "1013",
        "토큰 검증 기타 오류",
        "The token can't be checked. Drop it, issue another, try once more."
    ),
    code!(
        "1014",
        "내부 데이터 처리중 오류",
        "NICE's own data failed, the one 1xxx that isn't the caller's fault (HTTP 500). One more \
         try."
    ),
    code!(
        "2001",
        "내부 서버 오류",
        "NICE's server failed (HTTP 500). Token and url: try again, waiting longer each time; a \
         result is asked for once."
    ),
    code!(
        "2002",
        "통신 오류",
        "NICE couldn't reach a server of its own (HTTP 500). As with 2001."
    ),
    code!(
        "2003",
        "서비스 오류",
        "NICE's service failed (HTTP 500). As with 2001."
    ),
    code!(
        "2999",
        "알 수 없는 오류",
        "NICE doesn't know either (HTTP 500). As with 2001."
    ),
    code!(
        "3001",
        "JSON 형식의 메시지가 아님",
        "The body is no JSON. A bug in the client: don't try again."
    ),
    code!(
        "3002",
        "Base64 Decode Error",
        "The Basic value can't be decoded. A bug in the client: don't try again."
    ),
    code!(
        "3003",
        "Authorization Header 오류",
        "The Authorization header doesn't hold what it should. A bug in the client: don't try \
         again."
    ),
    code!(
        "3011",
        "내부 로직 오류",
        "NICE's logic failed, with HTTP 200. One more try, of a url with a new request_no."
    ),
    code!(
        "3012",
        "유효시간 초과 오류",
        "Too late. The person has to start over."
    ),
    code!(
        "3013",
        "내·외부 시스템 연결 오류",
        "NICE couldn't reach another system, with HTTP 200. Try again, waiting longer each time."
    ),
    code!(
        "3014",
        "시스템 오류",
        "NICE's system failed, with HTTP 200. One more try."
    ),
    code!(
        "3021",
        "유효하지 않은 항목",
        "A value isn't allowed. A bug in the client, or a value of its caller: don't try again."
    ),
    code!(
        "3022",
        "유효하지 않은 URI",
        "return_url or close_url was refused. A mistake in the settings: don't try again."
    ),
    code!(
        "3023",
        "파라미터 NULL",
        "A value is null. A bug in the client: don't try again."
    ),
    code!(
        "3024",
        "파라미터 불충분",
        "A value is missing. A bug in the client: don't try again."
    ),
    code!(
        "3025",
        "복호화 오류",
        "NICE couldn't decrypt something. Don't try again; start over."
    ),
    code!(
        "3026",
        "암호화 오류",
        "NICE couldn't encrypt the result. Don't try again; start over."
    ),
    code!(
        "3027",
        "무결성 오류",
        "NICE found its own data changed. Don't try again; start over."
    ),
    code!(
        "3028",
        "중복데이터 존재",
        "Probably a request_no that was used before. Try once more with a new one."
    ),
    code!(
        "3029",
        "요청한 정보를 찾을 수 없음",
        "An unknown transaction, or one that NICE has forgotten. The person has to start over."
    ),
    code!(
        "3031",
        "유효하지 않은 서비스 Scope",
        "svc_types names a method that the contract hasn't got. An operator has to look at the \
         contract; don't try again."
    ),
    code!(
        "3032",
        "인증 성공건이 아니거나 유효시간 초과",
        "The person wasn't verified, or the 10 minutes are over. Start over, don't try again."
    ),
    code!(
        "3033",
        "기 인증결과 제공 건",
        "The result was handed out before. Use what was stored; if nothing was, start over."
    ),
    code!(
        "3041",
        "토큰에 필요한 claim 없음",
        "The token lacks a claim. Drop it, issue another, try once more."
    ),
    code!(
        "3042",
        "발급된 토큰이 아님",
        "NICE didn't issue the token. Drop it, issue another, try once more."
    ),
    code!(
        "3043",
        "만료된 토큰",
        "The token is over. Drop it, issue another, try once more."
    ),
    code!(
        "3044",
        "토큰 scope 오류",
        "The token lacks a method. Drop it, issue another, try once more."
    ),
    code!(
        "3045",
        "토큰 서명 오류",
        "The token's signature is wrong. Drop it, issue another, try once more."
    ),
    code!(
        "3046",
        "토큰 기타 오류",
        "Something else is wrong with the token. Drop it, issue another, try once more."
    ),
];

const ACCESS_TOKEN: &[Call] = &[Call::AccessToken];
const AUTH_URL: &[Call] = &[Call::AuthUrl];
const AUTH_RESULT: &[Call] = &[Call::AuthResult];
const WITH_AN_ACCESS_TOKEN: &[Call] = &[Call::AuthUrl, Call::AuthResult];

const fn fault(
    name: &'static str,
    kind: Kind,
    calls: &'static [Call],
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls,
        title,
        stands_for,
        kind,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "access_token_expired",
        Kind::AccessTokenDead,
        WITH_AN_ACCESS_TOKEN,
        "접근 토큰이 도중에 만료 (1003)",
        "The access token of this call is over from now on, as if NICE had ended it early: 1003. \
         Drop it, issue another, try once more. Happens once unless \"times\" says more.",
    ),
    fault(
        "ticket_rotated",
        Kind::AccessTokenDeadAfter,
        AUTH_URL,
        "auth/url 다음에 토큰과 ticket이 바뀜",
        "The good answer, after which its access token is over: the result is asked for with \
         another token, and sealed under that one's ticket and iterators. Keep token, ticket and \
         iterators together, as one value.",
    ),
    fault(
        "ticket_of_url",
        Kind::Twist(Twist::TicketOfUrl),
        AUTH_RESULT,
        "결과가 auth/url 때의 ticket으로 암호화됨",
        "The result is sealed under the ticket of the token that auth/url came with, the other \
         reading of NICE's guide. If the integrity value doesn't fit, try that ticket: the HMAC \
         tells which is right.",
    ),
    fault(
        "integrity_over_all",
        Kind::Twist(Twist::IntegrityOverAll),
        AUTH_RESULT,
        "무결성 값이 코드+메시지+enc_data에 대한 값",
        "integrity_value covers result_code, result_message and enc_data in a row, as one \
         sentence of NICE's guide has it. Check enc_data alone first, then this; both are HMACs \
         under NICE's key.",
    ),
    fault(
        "integrity_wrong",
        Kind::Twist(Twist::IntegrityWrong),
        AUTH_RESULT,
        "무결성 값 불일치",
        "integrity_value fits nothing. Decrypt nothing, believe nothing: the verification has \
         failed, and the result is spent.",
    ),
    fault(
        "answer_lost",
        Kind::AnswerLost,
        NEWER_CALLS,
        "처리된 뒤 응답 유실",
        "NICE handles the call, and the answer is lost. A token or a url: try again, with a new \
         request_no. A result: one more try, and 3033 then means that it is lost; the person has \
         to start over.",
    ),
    fault(
        "ci_absent",
        Kind::Twist(Twist::CiAbsent),
        AUTH_RESULT,
        "결과에 ci 없음",
        "A contract without ci. Have an optional field, not an exception.",
    ),
    fault(
        "mobile_co_unknown",
        Kind::Twist(Twist::MobileCoUnknown),
        AUTH_RESULT,
        "알 수 없는 mobile_co",
        "mobile_co is 9, which no list has. Take the person all the same, with an unknown carrier.",
    ),
    fault(
        "extra_fields",
        Kind::Twist(Twist::ExtraFields),
        AUTH_RESULT,
        "모르는 항목이 더 있는 결과",
        "The result has more fields, one of them an object. Ignore what you don't know.",
    ),
    fault(
        "numbers_for_strings",
        Kind::Twist(Twist::Numbers),
        AUTH_RESULT,
        "문자열 대신 숫자인 결과",
        "birthdate, gender and the like are numbers. Take numbers where the guide says text.",
    ),
    fault(
        "request_no_reuse_taken",
        Kind::Twist(Twist::NumberReused),
        AUTH_URL,
        "사용한 request_no를 받음",
        "A request_no that was used before is taken, where the sandbox says 3028 otherwise: \
         whether NICE looks isn't known. Use a new one each time.",
    ),
    fault(
        "ends_as_text",
        Kind::Value("expires_in", Substitute::AsText),
        ACCESS_TOKEN,
        "expires_in이 문자열",
        "expires_in is a text of digits, as NICE's modules have it. Read it all the same.",
    ),
    fault(
        "ends_in_seconds",
        Kind::Value("expires_in", Substitute::Thousandth),
        ACCESS_TOKEN,
        "expires_in이 초 단위 시각",
        "expires_in is seconds since 1970, not milliseconds. From 1e12 it is milliseconds, from \
         1e9 seconds, below it a length of time.",
    ),
    fault(
        "ends_relative",
        Kind::Value("expires_in", Substitute::Whole(86_400)),
        ACCESS_TOKEN,
        "expires_in이 남은 초",
        "expires_in is the seconds that are left. As with ends_in_seconds.",
    ),
    fault(
        "ends_absent",
        Kind::Value("expires_in", Substitute::Absent),
        ACCESS_TOKEN,
        "expires_in이 null",
        "expires_in is null. Use the token for a short time, half an hour say.",
    ),
    fault(
        "iterators_as_text",
        Kind::Value("iterators", Substitute::AsText),
        ACCESS_TOKEN,
        "iterators가 문자열",
        "iterators is a text of digits. Read it all the same.",
    ),
    fault(
        "iterators_zero",
        Kind::Value("iterators", Substitute::Whole(0)),
        ACCESS_TOKEN,
        "iterators가 0",
        "iterators is 0. Refuse the token as garbage.",
    ),
    fault(
        "iterators_too_many",
        Kind::Value("iterators", Substitute::Whole(2_000_000_000)),
        ACCESS_TOKEN,
        "iterators가 너무 큼",
        "iterators is two thousand million: deriving the keys would hold up a thread for \
         minutes. Refuse what is more than a million.",
    ),
    fault(
        "ticket_empty",
        Kind::Value("ticket", Substitute::Text("")),
        ACCESS_TOKEN,
        "ticket이 빈 문자열",
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
        "auth_url is http. Send no browser there.",
    ),
    fault(
        "auth_url_script",
        Kind::Value("auth_url", Substitute::Text("javascript:alert(1)")),
        AUTH_URL,
        "auth_url이 스크립트",
        "auth_url is a script. Send no browser there.",
    ),
    fault(
        "transaction_id_too_long",
        Kind::Value("transaction_id", Substitute::Letters(101)),
        AUTH_URL,
        "transaction_id가 너무 김",
        "transaction_id has 101 characters; 55 are usual. Refuse it as garbage.",
    ),
    fault(
        "enc_data_short",
        Kind::Value("enc_data", Substitute::Text("AAECAwQFBgcICQoLDA0OD3g")),
        AUTH_RESULT,
        "enc_data가 너무 짧음",
        "enc_data is shorter than IV and tag together. Refuse it, without reading beyond its end.",
    ),
];
