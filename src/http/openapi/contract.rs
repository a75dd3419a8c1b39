//! Where the macros say more, or less, than the contract: its word stands.

use serde_json::Value;

/// Rewrites the generated document in place.
pub(super) fn restore(document: &mut Value) {
    // No licence is chosen, and what Cargo.toml says of the program is not
    // the description of this API.
    if let Some(info) = document["info"].as_object_mut() {
        info.shift_remove("license");
        info.shift_remove("description");
    }
    // The contract's types have no text of their own; ours is for rustdoc.
    for schema in members(&mut document["components"]["schemas"]) {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove("description");
        }
    }
    // The macro makes a header of type `String` a required one.
    for operation in members(&mut document["paths"]).flat_map(members) {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if parameter["name"] == "Authorization" {
                parameter["required"] = Value::Bool(false);
            }
        }
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value
        .as_object_mut()
        .into_iter()
        .flat_map(|object| object.values_mut())
}
