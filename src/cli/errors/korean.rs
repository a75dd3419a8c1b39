//! The same document in Korean, for those who call the service and those who
//! run it: reasons and causes with what the service itself says to people.

use super::{codes, codes_of, codes_of_cause, integrated_codes_of, integrated_rows, lines};
use crate::{
    http::{Invalid, Overload, Reason},
    nice::{Cause, Verdict},
    verification::Rejection,
};

const INTRODUCTION: &str = r#"# 오류

<!-- Printed by `member-verification errors --language ko`; change the program, not this. -->

[English](errors.md)

모든 실패는 코드가 `900`인 같은 형식으로 응답합니다. `payload.reason`은 프로그램용이고,
`message`는 사람에게 할 일을 알려 줍니다. 기본은 한국어이며, `Accept-Language`가 영어를
원하면 영어입니다.

```json
{"timestamp":"2026-11-25T09:12:27.019727+09:00","code":"900","message":"요청 값이 올바르지 않습니다. errors에 있는 필드를 고쳐서 다시 보내 주십시오.","isProcess":false,"payload":{"reason":"INVALID_REQUEST","requestId":"QyNbKWfOqXV0FCT87TzT","retryable":false,"kind":"final"},"error":true,"errors":[{"field":"authtype","message":"M, C, X, U, F, S 중 하나여야 합니다."}]}
```

`payload.requestId`는 `x-request-id` 헤더와 로그에도 있습니다. 서비스를 운영하는 사람에게
이 값을 알려 주십시오.

## `reason`

*재시도*는 같은 호출을 나중에 다시 보내면 성공할 수 있는지(`payload.retryable`)입니다. 429와
503에는 기다릴 시간(초)이 `Retry-After` 헤더에 있습니다.

*`kind`*는 다시 시도할 만한지를 팝업 키트와 같은 값으로 알려 줍니다. `retry`는 호출이나
새 본인인증이 성공할 수 있다는 뜻, `final`은 무언가를 고치기 전에는 소용없다는 뜻,
`cancelled`는 사용자가 그만두었다는 뜻입니다. `resultcode`가 0072인 `VERIFICATION_FAILED`도
`cancelled`입니다.

| `reason` | HTTP | 재시도 | `kind` | `message` |
|---|---|---|---|---|
"#;

const OVERLOADED: &str = "
형식이 잘못된 HTTP(요청 줄 오류, 너무 긴 헤더, 끊긴 연결)에는 이 형식으로 응답하지 않습니다. 응답 전에
떠난 호출자는 로그와 지표에만 상태 499로 남습니다: [operations.md](operations.md#callers-who-leave).

## `OVERLOADED`

어느 한도에 걸렸는지 호출자에게는 알려 주지 않고, 로그의 `error`에 남깁니다.

| 로그의 `error` 첫머리 | 언제 | 조치 |
|---|---|---|
";

const STATUS: &str = "
## `ERROR_STATUS`

| 값 | 실패의 HTTP 상태 |
|---|---|
| http | 위 표와 같습니다. 기본값입니다 |
| ok200 | 항상 200. `error`만 보는 호출자용입니다 |
| wire900 | 규격에 적힌 900 `Business Error`. 오류로 보지 않는 HTTP 클라이언트와 502로 바꾸는 프록시가 있습니다 |

## `NICE_REFUSED`의 `cause`

`payload.cause`는 운영자가 고쳐야 할 것을 알려 줍니다. `member-verification check`도 같은 것을
알려 주고, NICE의 코드와 메시지는 로그에 있습니다. 통합인증에서는 쇼핑몰의 호출이 NICE로 가지
않으므로, NICE의 거부는 인증 창의 화면과 로그, `check`에 나타납니다. 조치는 [아래](#통합인증의-코드)에 있습니다.

| `cause` | NICE 코드(표준창) | 조치(표준창) | 통합인증의 `result_code` |
|---|---|---|---|
";

const RETRIES: &str = "
GW는 `dataHeader.GW_RSLT_CD`이고, `rsp_cd`와 `result_cd`는 `dataBody`에 있습니다. `result_code`는
통합인증(`NICE_API=integrated`)의 코드입니다.

모든 코드가 `cause`가 되는 것은 아닙니다.

| NICE 코드 | 서비스가 하는 일 |
|---|---|
";

const CODES: &str = "
재시도는 모든 호출에 걸친 예산 안에서만 하므로, 장애 때 NICE의 부하가 세 배가 되지 않습니다. 예산을 다 쓰면
첫 시도에서 실패합니다. 통합인증의 결과는 한 번만 받을 수 있으므로, 결과 호출은 NICE에 닿지 않은 것이
확실하거나 NICE가 토큰을 거부한 경우에만 다시 합니다.

## 표준창의 코드

| 필드 | 코드 | 의미 |
|---|---|---|
";

const INTEGRATED: &str = "
## 통합인증의 코드

표에 없는 코드는 첫 숫자로 판단합니다. 2는 재시도하고, 3은 처음부터 다시 하며, 나머지는 `UNKNOWN`입니다.

| `result_code` | 의미 | 조치 |
|---|---|---|
";

const CHECKS: &str = "
## 결과의 검사

어느 검사에서 실패했든 호출자는 `RESULT_REJECTED`를 받습니다. 차이를 알려 주면 공격자에게 도움이 되기
때문입니다. 로그의 `error`와 지표 `member_verification_verifications_total`에 검사의 이름이 있고,
샌드박스에서는 `x-sandbox-why` 헤더에도 있습니다.

| 검사 | 실패하는 경우 | 흔한 원인 |
|---|---|---|
";

pub(super) fn markdown() -> String {
    [
        INTRODUCTION,
        &reasons(),
        OVERLOADED,
        &limits(),
        STATUS,
        &causes(),
        RETRIES,
        &retries(),
        CODES,
        &codes(|row| row.meaning.ko),
        INTEGRATED,
        &integrated_codes(),
        CHECKS,
        &checks(),
    ]
    .concat()
}

fn reasons() -> String {
    lines(Reason::ALL, |reason| {
        let facts = reason.facts();
        let retry = if facts.retryable { "예" } else { "아니요" };
        let (name, status) = (facts.name, facts.status.as_u16());
        let message = match &reason {
            Reason::InvalidRequest(_) => {
                let fields = Reason::InvalidRequest(Invalid::Fields(Vec::new()));
                fields.facts().message.ko
            }
            Reason::NiceRefused(_) => "`cause`에 따라 다릅니다. 아래 표를 보십시오.",
            _ => facts.message.ko,
        };
        let kind = reason.kind().name();
        format!("`{name}` | {status} | {retry} | `{kind}` | {message}")
    })
}

fn causes() -> String {
    lines(Cause::ALL, |cause| {
        let codes = codes_of_cause(cause, "1800, 시계 차이가 2분을 넘을 때", "그 밖의 코드");
        let remedy = cause.remedy().ko;
        let integrated = integrated_codes_of(cause).unwrap_or_else(|| "–".to_owned());
        format!("`{}` | {codes} | {remedy} | {integrated}", cause.name())
    })
}

fn integrated_codes() -> String {
    lines(integrated_rows(), |row| {
        let remedy = row.remedy.map_or("–", |remedy| remedy.ko);
        format!("{} | {} | {remedy}", row.code, row.meaning.ko)
    })
}

fn limits() -> String {
    lines(Overload::ALL, |limit| {
        let (when, advice) = match limit {
            Overload::Connections => (
                "연결이 MAX_CONNECTIONS만큼 열려 있을 때",
                "과도한 요청이 있는지 확인하고, 아니라면 MAX_CONNECTIONS와 열린 파일 한도를 늘리거나 \
                 인스턴스를 추가합니다",
            ),
            Overload::LongBodies => (
                "8 KiB 넘게 받은 본문이 브라우저용 경로나 쇼핑몰 서버용 경로에 128개 있을 때. 더 짧은 \
                 본문은 통과합니다",
                "느린 송신자를 찾고, BODY_TIMEOUT을 줄이거나 앞단의 프록시가 본문을 모아서 보내게 \
                 합니다(nginx는 그렇게 합니다)",
            ),
            Overload::Sessions => (
                "본인인증 SESSION_MAX개가 메모리에 있을 때",
                "과도한 요청이 있는지 확인하고(RATE_LIMIT), 아니라면 SESSION_MAX를 늘리거나(하나에 \
                 320바이트, 통합인증은 4 KiB까지) SESSION_TTL을 줄이거나 Redis를 씁니다",
            ),
            Overload::Stopping => (
                "서비스가 종료되는 중일 때",
                "할 일이 없습니다. 다음 인스턴스가 응답합니다",
            ),
        };
        format!("{} | {when} | {advice}", limit.facts().error)
    })
}

fn retries() -> String {
    let verdicts = [
        (
            Verdict::TokenRefused,
            "기관토큰, 접근 토큰 또는 시계의 문제입니다. 저장된 토큰을 다시 읽고, 한 번 새로 발급해 다시 \
             시도합니다. 그래도 안 되면 CREDENTIALS이고, 1800에서 시계가 2분 넘게 차이 나면 \
             CLOCK_SKEW입니다",
        ),
        (
            Verdict::ScopeRefused,
            "접근 토큰이 인증 수단보다 먼저 발급된 것일 수 있습니다. 한 번 새로 발급해 다시 시도합니다. \
             그래도 안 되면 PRODUCT_NOT_SUBSCRIBED입니다",
        ),
        (
            Verdict::Backoff,
            "간격을 늘려 가며 두 번 더 시도하고, 그래도 안 되면 `NICE_UNAVAILABLE`",
        ),
        (
            Verdict::RetryOnce,
            "한 번 더 시도하고, 그래도 안 되면 `NICE_UNAVAILABLE`",
        ),
        (Verdict::Fault, "바로 `NICE_UNAVAILABLE`"),
        (
            Verdict::StartOver,
            "없습니다. 이용자가 처음부터 다시 해야 합니다",
        ),
    ];
    lines(verdicts, |(verdict, what)| {
        format!("{} | {what}", codes_of(verdict, |_| true))
    })
}

fn checks() -> String {
    const NICE_CHANGED: &str = "NICE가 무언가를 바꾸었습니다";
    lines(Rejection::ALL, |check| {
        let (fails_when, most_often) = match check {
            Rejection::Integrity => (
                "무결성 값이 `enc_data`와 맞지 않을 때",
                "값이 도중에 바뀌었습니다. `+`를 두 번 이스케이프했거나 값이 잘렸습니다",
            ),
            Rejection::Decryption => (
                "`enc_data`가 base64가 아니거나 복호화되지 않을 때",
                NICE_CHANGED,
            ),
            Rejection::Charset => (
                "JSON 객체도 아니고 CP949(windows-949)도 아닐 때",
                NICE_CHANGED,
            ),
            Rejection::Json(_) => (
                "JSON 객체가 아닐 때. 어느 필드부터인지는 로그에 있습니다",
                NICE_CHANGED,
            ),
            Rejection::Twice(_) => (
                "아는 필드가 두 번 있을 때. 어느 필드인지는 로그에 있습니다",
                NICE_CHANGED,
            ),
            Rejection::Resultcode => ("`resultcode`가 없을 때", "요청을 결과로 되돌려 보냈습니다"),
            Rejection::Requestno => ("다른 세션의 결과일 때", "두 본인인증의 값이 섞였습니다"),
            Rejection::ReqNo => (
                "호출의 `reqNo`가 다른 세션의 것일 때",
                "쇼핑몰이 브라우저를 거쳐 온 `reqNo`나 다른 탭의 것을 보냈습니다",
            ),
            Rejection::Sitecode => (
                "다른 계약의 결과일 때",
                "이 서비스가 쓰는 NICE의 결과가 아닙니다",
            ),
            Rejection::Reflection => (
                "NICE에 보낸 암호문 그대로일 때",
                "요청을 결과로 되돌려 보냈습니다",
            ),
            Rejection::Shape(_) => (
                "결과를 세션에 묶는 필드가 없거나 형식이 틀릴 때, 이름이 없을 때, `birthdate`가 날짜가 \
                 아닐 때. 어느 필드인지는 로그에 있습니다",
                NICE_CHANGED,
            ),
        };
        format!("`{}` | {fails_when} | {most_often}", check.facts().name)
    })
}
