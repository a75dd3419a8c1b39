//! What the contract's document lacks: examples of each call and answer, and the
//! headers of the answers.

use serde_json::{Map, Value, json};

use crate::{
    http::{
        reason::{Call, Reason},
        routes::{get_oauth_token, get_verification_result, get_verification_status},
    },
    language::Language,
    nice::Cause,
};

/// The same as in `docs/api.md`, which a test compares.
const REQUEST: &str = r#"{"authtype":"M","methodtype":"get","receivedata":"b3JkZXItNDI"}"#;
const BEGUN: &str = r#"{"token_version_id":"20261125091225SB-NCSANDBOX-G0BKU-3SXH3G9IIC","enc_data":"VEeSV9mIbuw5iw2MqWvwwQ==","integrity_value":"0ipj9ptpPeVkgZhgdSkl0ObsFYgz6yS64x5k8KscslI=","iv":"jjSzo7PuosS9ZeE=","key":"vyuQMqqHh7U9lD56","reqNo":"yueMjcotx2Br2GQWt4k8qWLPAyiZvS"}"#;
const CALL: &str = r#"{"token_version_id":"20261125091225SB-NCSANDBOX-G0BKU-3SXH3G9IIC","enc_data":"l11RkoS5Ckyd4cD7rILUxA==","integrity_value":"Heg1SZFkMCJK60L9d/12mr18j4X/h5OfxbU4ns+7gGw=","reqNo":"yueMjcotx2Br2GQWt4k8qWLPAyiZvS"}"#;
const OPENED: &str = r#"{"reqNo":"yueMjcotx2Br2GQWt4k8qWLPAyiZvS","responseno":"SANDBOXKI31GAp7c1g6NCtdA","enctime":"20261125092745","sitecode":"SANDBOX00001","authtype":"M","name":"홍길동","birthdate":"19900101","gender":"1","nationalinfo":"0","mobileco":"1","mobileno":"01000000001","ci":"SANDBOX3vjMhL61LpHWyIVdFNU/EwigQSGJc5gIFGQJYpPd91+NyDS6vVKMOMjJ1hUTZNOx5kRf7g9SaUgeKWA==","di":"SANDBOXTyx2Gu3q/WLv+sAUXgfhgKh/gf+Bpv1DmdIoJJwqEFtWfJOSFS+z/5wg/","receivedata":"b3JkZXItNDI","age":{"years":36,"over14":true,"over19":true,"youthProtectionAdult":true}}"#;
const QUESTION: &str = r#"{"token_version_id":"20261125091225SB-NCSANDBOX-G0BKU-3SXH3G9IIC","reqNo":"yueMjcotx2Br2GQWt4k8qWLPAyiZvS"}"#;
const STATUS: &str = r#"{"reqNo":"yueMjcotx2Br2GQWt4k8qWLPAyiZvS","state":"opened","begunAt":"2026-11-25T09:12:25.000000+09:00","openedAt":"2026-11-25T09:27:46.000000+09:00"}"#;

/// Adds them in place.
pub(super) fn add(document: &mut Value) {
    for (call, path, sent, answered) in [
        (Call::Begin, get_oauth_token::PATH, REQUEST, BEGUN),
        (Call::Open, get_verification_result::PATH, CALL, OPENED),
        (
            Call::Status,
            get_verification_status::PATH,
            QUESTION,
            STATUS,
        ),
    ] {
        let operation = &mut document["paths"][path]["post"];
        for (_, media) in members(&mut operation["requestBody"]["content"]) {
            media["example"] = parsed(sent);
        }
        for (status, response) in members(&mut operation["responses"]) {
            response["headers"] = headers(status, call);
            let media = &mut response["content"]["application/json"];
            if status == "200" {
                media["example"] = parsed(answered);
            } else if status != "default" {
                media["examples"] = failures(status, call);
            }
        }
    }
}

fn headers(status: &str, call: Call) -> Value {
    let mut headers = Map::new();
    let mut add = |name: &str, kind: &str, description: &str, required: bool| {
        let mut header = json!({"description": description, "schema": {"type": kind}});
        if required {
            header["required"] = true.into();
        }
        headers.insert(name.to_owned(), header);
    };
    add(
        "x-request-id",
        "string",
        "요청 식별자. 로그에도 남습니다.",
        false,
    );
    add(
        "x-unknown-fields",
        "string",
        "본문에 있었지만 없는 필드여서 무시한 이름들.",
        false,
    );
    match (status, call) {
        ("200", Call::Begin) => {
            add(
                "x-nice-window-url",
                "string",
                "이 응답의 값을 보낼 표준창 주소. 호출을 전달하는 쇼핑몰 서버는 이 헤더도 전달해야 합니다.",
                true,
            );
            add(
                "x-return-origin",
                "string",
                "인증을 마친 뒤 돌아올 주소(returnurl)의 출처. 앱 스킴이면 없습니다. 팝업 키트는 화면의 출처와 다르면 멈춥니다. 호출을 전달하는 쇼핑몰 서버는 이 헤더도 전달해야 합니다.",
                false,
            );
            add(
                "x-callback-bytes",
                "integer",
                "get으로 돌아올 주소가 2,048바이트를 넘을 수 있을 때, 그 길이.",
                false,
            );
        }
        ("429" | "503", _) => add(
            "Retry-After",
            "integer",
            "다시 시도하기 전에 기다릴 시간(초).",
            true,
        ),
        _ => {}
    }
    headers.into()
}

/// An example for each reason that the call answers with this status.
fn failures(status: &str, call: Call) -> Value {
    let of_status = Reason::ALL.into_iter().filter(|reason| {
        let facts = reason.facts();
        facts.status.as_str() == status && facts.calls.contains(&call)
    });
    of_status
        .map(|reason| {
            (
                reason.facts().name.to_owned(),
                json!({"value": failure(&reason)}),
            )
        })
        .collect::<Map<_, _>>()
        .into()
}

/// As the envelope writes it; a test compares.
fn failure(reason: &Reason) -> Value {
    let facts = reason.facts();
    let mut payload = json!({
        "reason": facts.name,
        "requestId": "QyNbKWfOqXV0FCT87TzT",
        "retryable": facts.retryable,
        "kind": reason.kind().name(),
    });
    let (mut message, mut errors) = (reason.message(Language::Korean), json!([]));
    match reason {
        Reason::InvalidRequest(_) => {
            message =
                "요청 값이 올바르지 않습니다. errors에 있는 필드를 고쳐서 다시 보내 주십시오."
                    .into();
            errors = json!([{"field": "reqNo", "message": "필수 값입니다."}]);
        }
        Reason::NiceRefused(_) => {
            payload["cause"] = Cause::IpNotRegistered.name().into();
            message = Cause::IpNotRegistered.remedy().ko.into();
        }
        Reason::VerificationFailed(_) => payload["resultcode"] = "0031".into(),
        _ => {}
    }
    json!({
        "timestamp": "2026-11-25T09:12:27.019727+09:00",
        "code": "900",
        "message": message,
        "isProcess": false,
        "payload": payload,
        "error": true,
        "errors": errors,
    })
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| unreachable!("a constant"))
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}
