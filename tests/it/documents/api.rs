//! The reference of fields says what the description of the API says.

use serde_json::Value;

use super::markdown::blocks;
use crate::support::app::start;

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

#[tokio::test]
async fn every_example_is_what_the_service_reads_and_answers() {
    let app = start().await;
    for document in DOCUMENTS {
        let examples: Vec<Value> = blocks(document)
            .iter()
            .filter(|block| block.language == "json")
            .map(|block| serde_json::from_str(&block.text).unwrap())
            .collect();
        let [request, answered, call, result, invalid, failed] = &examples[..] else {
            panic!("{} examples", examples.len());
        };
        let answer = app.issue(request.to_string()).await;
        assert_eq!(answer.status(), 200);
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let names = |json: &Value| {
            json.as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&answer), names(answered));
        for name in names(call) {
            assert!(call[&name].is_string() && answered.get(&name).is_some());
        }
        assert_eq!(result["receivedata"], request["receivedata"]);
        let refused = app.issue(r#"{"authtype":"?"}"#).await.text().await.unwrap();
        let refused: Value = serde_json::from_str(&refused).unwrap();
        assert_eq!(names(&refused), names(invalid));
        assert_eq!(names(&refused), names(failed));
        assert_eq!(refused["payload"]["reason"], invalid["payload"]["reason"]);
    }
}
