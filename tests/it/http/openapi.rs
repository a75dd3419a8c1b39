//! The document: fresh, true to the contract, and served.

use member_verification::http::Reason;
use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use crate::support::{
    app::{check_envelope, start},
    program::{run, text},
};

const COMMITTED: &str = include_str!("../../../openapi/member-api.json");
const COMMITTED_3_0: &str = include_str!("../../../openapi/member-api-3.0.json");
const COLLECTION: &str = include_str!("../../../openapi/member-api.postman_collection.json");
const CONTRACT: &str = include_str!("../../../openapi/x2bee-member-api.json");

const REFRESH: &str = "print it again: cargo run -- openapi > openapi/member-api.json; \
                       cargo run -- openapi --version 3.0 > openapi/member-api-3.0.json; \
                       cargo run -- openapi --postman > \
                       openapi/member-api.postman_collection.json";

#[tokio::test]
async fn the_committed_documents_are_what_the_program_prints() {
    let current = run(&["openapi"], &[]).await;
    assert_eq!(text(&current.stdout), COMMITTED, "{REFRESH}");
    let older = run(&["openapi", "--version", "3.0"], &[]).await;
    assert_eq!(text(&older.stdout), COMMITTED_3_0, "{REFRESH}");
    let collection = run(&["openapi", "--postman"], &[]).await;
    assert_eq!(text(&collection.stdout), COLLECTION, "{REFRESH}");
}

/// The contract with the corrections that the design allows, and no others.
fn corrected_contract() -> Value {
    let mut document: Value = serde_json::from_str(CONTRACT).unwrap();
    document["servers"] = json!([{"url": "/api/member"}]);
    let operation = &mut document["paths"]["/v1/member/getOAuthToken"]["post"];
    operation["parameters"][0]["schema"] = json!({"type": "string"});
    operation["security"] = json!([{}, {"bearer": []}]);
    let content = &mut operation["requestBody"]["content"];
    content["application/x-www-form-urlencoded"] = content["application/json"].clone();
    let responses = operation["responses"].as_object_mut().unwrap();
    let refusal = responses.remove("900").unwrap();
    for status in [
        "default", "400", "403", "413", "415", "429", "500", "502", "503", "504",
    ] {
        responses.insert(status.to_owned(), refusal.clone());
    }
    for response in responses.values_mut() {
        let content = response["content"].as_object_mut().unwrap();
        let any = content.remove("*/*").unwrap();
        content.insert("application/json".to_owned(), any);
    }
    document["components"]["securitySchemes"] =
        json!({"bearer": {"type": "http", "scheme": "bearer"}});
    document
}

/// Takes out what this service adds to the contract: the opening of results.
fn without_opening(document: &mut Value) {
    let removed = [
        document["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/v1/member/getVerificationResult"),
        document["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/v1/member/getVerificationStatus"),
        document["components"]["schemas"]
            .as_object_mut()
            .unwrap()
            .remove("VerificationResult"),
        document["components"]["schemas"]
            .as_object_mut()
            .unwrap()
            .remove("VerificationResultRequest"),
        document["components"]["securitySchemes"]
            .as_object_mut()
            .unwrap()
            .remove("resultKey"),
    ];
    assert!(removed.iter().all(Option::is_some));
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    for of_the_opening in [
        "Age",
        "Matches",
        "ExpectedPerson",
        "VerificationStatus",
        "VerificationStatusRequest",
        "VerificationStage",
    ] {
        assert!(schemas.remove(of_the_opening).is_some(), "{of_the_opening}");
    }
}

/// Takes out the headers and the examples, wherever they may be.
fn without_illustrations(document: &mut Value) {
    let operation = &mut document["paths"]["/v1/member/getOAuthToken"]["post"];
    let responses = operation["responses"].as_object_mut().unwrap();
    for response in responses.values_mut() {
        let response = response.as_object_mut().unwrap();
        assert!(response.remove("headers").unwrap()["x-request-id"].is_object());
    }
    let bodies = responses
        .values_mut()
        .map(|response| &mut response["content"]);
    let bodies: Vec<&mut Value> = bodies.collect();
    for content in bodies {
        for media in content.as_object_mut().unwrap().values_mut() {
            let media = media.as_object_mut().unwrap();
            media.remove("example");
            media.remove("examples");
        }
    }
    let content = operation["requestBody"]["content"].as_object_mut().unwrap();
    for media in content.values_mut() {
        media.as_object_mut().unwrap().remove("example").unwrap();
    }
}

/// Takes out what may be added to the request's types.
fn without_additions(fields: &mut Map<String, Value>) {
    for field in fields.values_mut() {
        let field = field.as_object_mut().unwrap();
        assert_eq!(field["type"], json!(["string", "null"]));
        field.insert("type".to_owned(), json!("string"));
        field.remove("maxLength");
        if let Some(pattern) = field.remove("pattern") {
            let pattern = pattern.as_str().unwrap();
            assert!(
                pattern.ends_with("?$") || pattern.ends_with("*$"),
                "{pattern} admits nothing"
            );
        }
    }
}

#[test]
fn the_document_is_the_contract_with_the_allowed_corrections() {
    let mut ours: Value = serde_json::from_str(COMMITTED).unwrap();
    without_opening(&mut ours);
    without_illustrations(&mut ours);
    let request = &mut ours["components"]["schemas"]["VerificationMakeKeyRequest"]["properties"];
    without_additions(request.as_object_mut().unwrap());
    assert_eq!(ours, corrected_contract());
}

#[test]
fn the_older_document_knows_no_newer_words() {
    let older: Value = serde_json::from_str(COMMITTED_3_0).unwrap();
    assert_eq!(older["openapi"], "3.0.3");
    let field =
        &older["components"]["schemas"]["VerificationMakeKeyRequest"]["properties"]["requestno"];
    assert_eq!(
        (&field["type"], &field["nullable"]),
        (&json!("string"), &json!(true))
    );
    assert!(!COMMITTED_3_0.contains(r#""null""#));
    // Generators name modules and files by them.
    for operations in older["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            assert_eq!(operation["tags"], json!([older["tags"][0]["name"]]));
        }
    }
    assert!(older["tags"][0]["name"].as_str().unwrap().is_ascii());
}

#[tokio::test]
async fn the_documents_are_served() {
    let app = start().await;
    for (path, expected) in [
        ("/openapi.json", COMMITTED),
        ("/openapi-3.0.json", COMMITTED_3_0),
        ("/openapi-contract.json", CONTRACT),
    ] {
        let response = app.request("GET", path).send().await.unwrap();
        assert_eq!(
            response.headers()["content-type"],
            "application/json; charset=utf-8"
        );
        assert_eq!(response.text().await.unwrap(), expected, "{path}");
    }
}

#[tokio::test]
async fn swagger_ui_loads_only_from_this_service() {
    let app = start().await;
    let page = app.request("GET", "/docs/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    // For phones, and for whom it is read out.
    assert!(page.contains("<html lang=\"ko\">"), "{page}");
    assert!(page.contains("<meta name=\"viewport\""), "{page}");
    assert!(page.contains("<title>본인인증 API</title>"), "{page}");
    assert!(!page.contains("//"), "an address of another host: {page}");
    for file in page.split('"').filter(|part| {
        part.rsplit_once('.')
            .is_some_and(|(_, kind)| ["js", "css"].contains(&kind))
    }) {
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        let response = app.request("GET", &path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
    let initializer = app
        .request("GET", "/docs/swagger-initializer.js")
        .send()
        .await
        .unwrap();
    // Behind a proxy's prefix, too.
    let initializer = initializer.text().await.unwrap();
    assert!(initializer.contains("\"openapi.json\""), "{initializer}");
    let address = app.request("GET", "/docs").send().await.unwrap();
    assert_eq!(address.url().path(), "/docs/");
}

/// The files are kept packed; every browser unpacks them.
#[tokio::test]
async fn swagger_ui_is_sent_packed() {
    let app = start().await;
    let script = app.request("GET", "/docs/swagger-ui-bundle.js").send();
    let script = script.await.unwrap();
    assert_eq!(script.headers()["content-encoding"], "gzip");
    assert_eq!(
        script.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    let packed = script.bytes().await.unwrap();
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(&packed[..])).unwrap();
    assert!(text.contains("SwaggerUIBundle"));
}

/// What a page for trying the API sends before anything is changed.
#[tokio::test]
async fn the_page_tries_a_request_that_is_answered() {
    let app = start().await;
    let answer = app.request("GET", "/docs/openapi.json").send().await;
    let text = answer.unwrap().text().await.unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let call = &mut document["paths"]["/v1/member/getOAuthToken"]["post"];
    let example = &call["requestBody"]["content"]["application/json"]["example"];
    assert_eq!(app.issue(example.to_string()).await.status(), 200);
    // What the contract says and no call needs is left out; else it is the
    // document itself.
    assert_eq!(
        (&call["parameters"], &call["security"]),
        (&Value::Null, &Value::Null)
    );
    assert!(
        call["description"]
            .as_str()
            .unwrap()
            .contains("x-nice-window-url")
    );
    let mut served: Value = serde_json::from_str(COMMITTED).unwrap();
    for name in ["parameters", "security", "description"] {
        call.as_object_mut().unwrap().remove(name);
        let call = &mut served["paths"]["/v1/member/getOAuthToken"]["post"];
        call.as_object_mut().unwrap().remove(name).unwrap();
    }
    let schemes = &mut served["components"]["securitySchemes"];
    schemes.as_object_mut().unwrap().remove("bearer").unwrap();
    assert_eq!(document, served);
}

/// Each example of a failure is what the service answers for its reason.
#[test]
fn each_failure_has_the_example_of_its_reasons() {
    let document: Value = serde_json::from_str(COMMITTED).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for path in document["paths"].as_object().unwrap().values() {
        let responses = path["post"]["responses"].as_object().unwrap();
        for (status, response) in responses {
            if ["200", "default"].contains(&status.as_str()) {
                continue;
            }
            let examples = &response["content"]["application/json"]["examples"];
            assert!(!examples.as_object().unwrap().is_empty(), "{status}");
            for (name, example) in examples.as_object().unwrap() {
                let value = &example["value"];
                let code = StatusCode::from_u16(status.parse().unwrap()).unwrap();
                check_envelope(code, value, (code.as_u16(), name));
                assert!(value["payload"]["kind"].is_string());
                seen.insert(name.clone());
            }
            let waits = response["headers"]["Retry-After"].is_object();
            assert_eq!(waits, ["429", "503"].contains(&status.as_str()), "{status}");
        }
    }
    // All but those that no call of the API answers.
    let others = ["NOT_FOUND", "METHOD_NOT_ALLOWED"];
    let all = Reason::ALL.map(|reason| reason.facts().name);
    let all = all.iter().filter(|name| !others.contains(name));
    assert_eq!(seen, all.map(ToString::to_string).collect());
}
