//! The document as a collection of requests for Postman, in its format 2.1, which Bruno,
//! Insomnia and newman read too. Run in its order against the sandbox, it verifies a person.

use serde_json::{Map, Value, json};

use crate::http::routes::{get_oauth_token, get_verification_result, get_verification_status};

const DESCRIPTION: &str = "`member-verification serve --sandbox`를 실행한 뒤 위에서부터 차례로 \
    보내면 한 사람의 본인인증이 끝까지 진행됩니다. 값은 스크립트가 다음 요청으로 전달합니다.\n\n\
    Start `member-verification serve --sandbox`, then send the requests in their order, or run \
    the collection: a person is verified. Scripts carry the values from one to the next. With \
    `RESULT_API_KEY` set, put the key into the variable `apiKey`.";
const WINDOW: &str = "브라우저가 할 일입니다. 샌드박스의 창이 `persona`와 `outcome`으로 바로 \
    응답합니다. NICE의 실제 창은 사람이 응답해야 하므로 이렇게 호출할 수 없습니다.\n\n\
    The browser's part. The sandbox's window answers at once as `persona` with `outcome`; \
    NICE's own window can't be called like this.";
const BACK: &str = "브라우저가 쇼핑몰의 `returnurl`로 돌아갑니다. 리디렉션은 따라가지 않습니다.\n\n\
    The browser goes back to the shop's `returnurl`. Redirects are not followed.";

/// The default address of `serve --sandbox`.
const HOST: &str = "http://127.0.0.1:8080";
/// What one request's script keeps for the next.
const CARRIED: [&str; 4] = ["token_version_id", "enc_data", "integrity_value", "reqNo"];
const SEALED: [&str; 3] = ["token_version_id", "enc_data", "integrity_value"];
/// The contract's own parameter, which no call needs.
const NOT_NEEDED: &str = "Authorization";

const BEGIN_SCRIPT: &str = include_str!("collection/begin.js");
const WINDOW_SCRIPT: &str = include_str!("collection/window.js");
const BACK_SCRIPT: &str = include_str!("collection/back.js");
const OPEN_SCRIPT: &str = include_str!("collection/open.js");
const STATUS_SCRIPT: &str = include_str!("collection/status.js");

/// Makes the collection of the document's calls, in its order, with the browser's part between.
pub(super) fn of(document: &Value) -> Value {
    let calls = document["paths"].as_object().into_iter().flatten();
    let items: Vec<Value> = calls
        .flat_map(|(path, methods)| {
            let call = call(document, path, &methods["post"]);
            let browser = (path == get_oauth_token::PATH).then(browser);
            std::iter::once(call).chain(browser.into_iter().flatten())
        })
        .collect();
    let base_url = format!("{HOST}{}", text(&document["servers"][0]["url"]));
    json!({
        "info": {
            "name": document["info"]["title"],
            "description": DESCRIPTION,
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": items,
        "variable": [
            {"key": "baseUrl", "value": base_url.trim_end_matches('/')},
            {"key": "apiKey", "value": ""},
            {"key": "persona", "value": "hong"},
            {"key": "outcome", "value": "success"},
        ],
    })
}

fn script_of(path: &str) -> &'static str {
    match path {
        get_oauth_token::PATH => BEGIN_SCRIPT,
        get_verification_result::PATH => OPEN_SCRIPT,
        get_verification_status::PATH => STATUS_SCRIPT,
        _ => "",
    }
}

/// A call of the document, with its example as the body.
fn call(document: &Value, path: &str, call: &Value) -> Value {
    let mut headers = vec![json!({"key": "Content-Type", "value": "application/json"})];
    for scheme in call["security"].as_array().into_iter().flatten() {
        for name in scheme.as_object().into_iter().flat_map(Map::keys) {
            let scheme = &document["components"]["securitySchemes"][name];
            if scheme["in"] == "header" {
                headers.push(json!({"key": scheme["name"], "value": "{{apiKey}}"}));
            }
        }
    }
    for parameter in call["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "header" && parameter["name"] != NOT_NEEDED {
            headers.push(json!({
                "key": parameter["name"],
                "value": "{{$guid}}",
                "description": parameter["description"],
                "disabled": true,
            }));
        }
    }
    let mut body = call["requestBody"]["content"]["application/json"]["example"].clone();
    for name in CARRIED {
        if let Some(value) = body.get_mut(name) {
            *value = variable(name);
        }
    }
    let described = [&call["summary"], &call["description"]]
        .map(text)
        .join("\n\n");
    json!({
        "name": call["operationId"],
        "event": [test(script_of(path))],
        "request": {
            "description": described,
            "method": "POST",
            "url": format!("{{{{baseUrl}}}}{path}"),
            "header": headers,
            "body": {"mode": "raw", "raw": format!("{body:#}"), "options": {"raw": {"language": "json"}}},
        },
    })
}

/// Through the sandbox's window and back to the shop, as a browser goes.
fn browser() -> [Value; 2] {
    let mut form = vec![json!({"key": "m", "value": "service"})];
    form.extend(SEALED.map(|name| json!({"key": name, "value": variable(name)})));
    form.push(json!({"key": "sandbox_persona", "value": "{{persona}}"}));
    form.push(json!({"key": "sandbox_outcome", "value": "{{outcome}}"}));
    let window = json!({
        "name": "browser: the window",
        "event": [test(WINDOW_SCRIPT)],
        "request": {
            "description": WINDOW,
            "method": "POST",
            "url": "{{windowUrl}}",
            "header": [
                // Without it the window answers with the page for a person.
                {"key": "Accept", "value": "application/json"},
                {"key": "Origin", "value": "{{windowOrigin}}"},
            ],
            "body": {"mode": "urlencoded", "urlencoded": form},
        },
    });
    let back = json!({
        "name": "browser: back to the shop",
        "event": [test(BACK_SCRIPT)],
        "protocolProfileBehavior": {"followRedirects": false},
        "request": {"description": BACK, "method": "GET", "url": "{{backUrl}}"},
    });
    [window, back]
}

/// The script that runs after the answer.
fn test(script: &str) -> Value {
    let lines: Vec<&str> = script.lines().collect();
    json!({"listen": "test", "script": {"type": "text/javascript", "exec": lines}})
}

fn variable(name: &str) -> Value {
    format!("{{{{{name}}}}}").into()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
