//! The same document in Korean, for those who call the service and those who
//! run it: reasons and causes with what the service itself says to people.

use super::{codes_of_cause, integrated_codes_of, integrated_rows, lines};
use crate::{
    http::{Invalid, Reason},
    nice::Cause,
};

const INTRODUCTION: &str = r#"# 오류

<!-- Printed by `member-verification errors --language ko`; change the program, not this. -->

[English](errors.md): 한도별 `OVERLOADED`, NICE 코드 전체, 결과 검사 항목까지 있습니다.

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

const STATUS: &str = "
형식이 잘못된 HTTP(요청 줄 오류, 너무 긴 헤더, 끊긴 연결)에는 이 형식으로 응답하지 않습니다.

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

const INTEGRATED: &str = "
## 통합인증의 코드

| `result_code` | 조치 |
|---|---|
";

pub(super) fn markdown() -> String {
    [
        INTRODUCTION,
        &reasons(),
        STATUS,
        &causes(),
        INTEGRATED,
        &integrated_codes(),
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
        format!("{} | {remedy}", row.code)
    })
}
