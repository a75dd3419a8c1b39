//! Restores the contract's wording where the macros write more or less.

use serde_json::{Value, json};

/// Rewrites the generated document in place.
pub(super) fn restore(document: &mut Value) {
    // There is no licence, and the package's description is not the API's.
    if let Some(info) = document["info"].as_object_mut() {
        info.shift_remove("license");
        info.shift_remove("description");
    }
    // The contract's types have no description; ours are for rustdoc.
    for schema in members(&mut document["components"]["schemas"]) {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove("description");
        }
    }
    for operation in members(&mut document["paths"]).flat_map(members) {
        // The handlers list only the statuses of their failures.
        for response in members(&mut operation["responses"]) {
            if response.get("description").is_none() {
                *response = json!({
                    "description": "업무처리 오류 내용",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Response"}}
                    }
                });
            }
        }
        // The macro makes a header of type `String` required; none is.
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            parameter["required"] = Value::Bool(false);
        }
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value
        .as_object_mut()
        .into_iter()
        .flat_map(|object| object.values_mut())
}
