//! What there is to suffer: the sandbox's own list.

use serde_json::Value;

use super::{
    expectation::{Call, Hit},
    scene::{Scene, Upstream},
};

/// Each fault at each of the calls that serving makes. `revoke` is not
/// among them: only an operator makes it.
pub(crate) async fn hits() -> Vec<Hit> {
    let scene = Scene::new(Upstream::Closes).await;
    let listing = scene.faults("GET", None).await;
    let listing: Value = serde_json::from_str(&listing).unwrap();
    let mut hits = Vec::new();
    for entry in listing["catalogue"].as_array().unwrap() {
        let fault = entry["name"].as_str().unwrap();
        for call in [Call::InstitutionToken, Call::CryptoToken] {
            if entry["call"]
                .as_array()
                .unwrap()
                .contains(&call.name().into())
            {
                hits.push(Hit::new(call, fault));
            }
        }
    }
    assert!(hits.len() > 150, "{hits:?}");
    hits
}
