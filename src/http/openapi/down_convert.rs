//! Converts OpenAPI 3.1 to 3.0. In this document only `null` differs, and that
//! a `$ref` has no siblings. Tags are ASCII there: older generators name
//! modules and files by them.

use serde_json::{Map, Value, json};

const TAG: &str = "member";

/// Rewrites the document in place.
pub(super) fn to_3_0(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    rewrite(document);
    document["tags"] = json!([
        {"name": TAG, "x-displayName": "본인인증", "description": "본인인증의 시작, 결과, 진행 상태"}
    ]);
    for operations in members(&mut document["paths"]) {
        for operation in members(operations) {
            operation["tags"] = json!([TAG]);
        }
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(Map::values_mut)
}

/// `"type": ["string", "null"]` becomes `"type": "string", "nullable": true`; a
/// `$ref` with a description goes into `allOf`.
fn rewrite(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get("type") {
                let named: Vec<Value> = types.iter().filter(|t| *t != "null").cloned().collect();
                let nullable = named.len() < types.len();
                if let [only] = named.as_slice() {
                    object.insert("type".to_owned(), only.clone());
                }
                if nullable {
                    object.insert("nullable".to_owned(), json!(true));
                }
            }
            if object.len() > 1
                && let Some(reference) = object.shift_remove("$ref")
            {
                object.insert("allOf".to_owned(), json!([{"$ref": reference}]));
            }
            object.values_mut().for_each(rewrite);
        }
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        _ => {}
    }
}
