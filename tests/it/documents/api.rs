//! The reference of fields says what the description of the API says.

use serde_json::{Value, json};

use super::markdown::blocks;
use crate::support::{
    program::Service,
    told::Told,
    window::{self, Begun},
};

const DOCUMENTS: [&str; 2] = [
    include_str!("../../../docs/api.md"),
    include_str!("../../../docs/api.ko.md"),
];
const DESCRIPTION: &str = include_str!("../../../openapi/member-api.json");

#[test]
fn every_field_has_a_row_in_both_languages() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    for schema in [
        "VerificationMakeKeyRequest",
        "VerificationResponse",
        "VerificationResult",
    ] {
        let properties = &description["components"]["schemas"][schema]["properties"];
        for field in properties.as_object().unwrap().keys() {
            for document in DOCUMENTS {
                let is_told = document
                    .lines()
                    .any(|row| row.starts_with('|') && row.contains(&format!("`{field}`")));
                assert!(is_told, "{schema}.{field}");
            }
        }
    }
}

/// A document's examples, in its order.
fn examples(document: &str) -> [Value; 6] {
    let examples: Vec<Value> = blocks(document)
        .iter()
        .filter(|block| block.language == "json")
        .map(|block| serde_json::from_str(&block.text).unwrap())
        .collect();
    examples
        .try_into()
        .unwrap_or_else(|examples: Vec<_>| panic!("{} examples", examples.len()))
}

fn names(json: &Value) -> Vec<&str> {
    json.as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// Begins as the document does; verifies with these parameters; opens.
async fn go_through(service: &Service, request: &Value, choices: &[(&str, &str)]) -> (Begun, Told) {
    let begun = Begun::at(service, request).await;
    let returned = begun.verify(choices).await;
    let opened = window::open(service, &begun.call(&returned)).await;
    (begun, opened)
}

#[tokio::test]
async fn every_example_is_what_the_service_reads_and_answers() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    for document in DOCUMENTS {
        let [request, answered, call, result, invalid, failed] = examples(document);
        let (begun, opened) = go_through(&service, &request, &[]).await;
        assert_eq!(names(&begun.answer), names(&answered));
        let call_names = names(&call);
        for name in ["token_version_id", "enc_data", "integrity_value", "reqNo"] {
            assert!(call_names.contains(&name), "{name}");
        }
        assert_eq!(opened.status, 200, "{opened:?}");
        let opened = opened.json();
        assert_eq!(names(&opened), names(&result));
        for same in ["name", "sitecode", "receivedata", "birthdate"] {
            assert_eq!(opened[same], result[same], "{same}");
        }

        let fails = [("sandbox_outcome", "fail"), ("sandbox_resultcode", "0031")];
        let (_, refused) = go_through(&service, &request, &fails).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        same_failure(&refused.json(), &failed);
        let wrong = json!({"authtype": "?"});
        let refused = window::issue(&service, &wrong).await;
        same_failure(&refused.json(), &invalid);
    }
}

/// But for what differs from answer to answer, and the language.
fn same_failure(answered: &Value, shown: &Value) {
    assert_eq!(names(answered), names(shown));
    assert_eq!(names(&answered["payload"]), names(&shown["payload"]));
    for same in ["reason", "retryable", "kind", "resultcode"] {
        assert_eq!(answered["payload"][same], shown["payload"][same], "{same}");
    }
}

#[test]
fn the_description_has_the_same_examples() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let [request, answered, call, result, ..] = examples(DOCUMENTS[0]);
    for (path, sent, came) in [
        ("/v1/member/getOAuthToken", request, answered),
        ("/v1/member/getVerificationResult", call, result),
    ] {
        let operation = &description["paths"][path]["post"];
        let of = |part: &Value| part["content"]["application/json"]["example"].clone();
        assert_eq!(of(&operation["requestBody"]), sent);
        assert_eq!(of(&operation["responses"]["200"]), came);
    }
}
