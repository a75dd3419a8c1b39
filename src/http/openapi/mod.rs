//! The OpenAPI document, generated from the handlers.
//!
//! `openapi/x2bee-member-api.json` is the contract itself, unchanged. The
//! document corrects what validators and code generators reject in it; a test
//! compares the two and allows only these corrections.

mod collection;
mod contract;
mod down_convert;
mod examples;

use std::sync::Arc;

use serde_json::Value;
use utoipa::{
    OpenApi,
    openapi::{
        Server,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    app::App,
    envelope::Envelope,
    routes::{get_oauth_token, get_verification_result, get_verification_status},
};

/// The contract, byte for byte.
pub(super) const CONTRACT: &[u8] = include_bytes!("../../../openapi/x2bee-member-api.json");

/// What `getOAuthToken` does. The contract's text speaks of another call.
const DESCRIPTION: &str = "NICE 표준창을 여는 데 필요한 값을 만듭니다.\n\n\
    * 본문은 `{}`만 보내도 됩니다. 모든 필드는 선택입니다.\n\
    * `token_version_id`, `enc_data`, `integrity_value`를 `m=service`와 함께 응답 헤더 \
    `x-nice-window-url`의 주소로 보냅니다.\n\
    * `reqNo`는 쇼핑몰 서버가 세션에 보관했다가 결과를 열 때 보냅니다.";

/// The version of OpenAPI that a document is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.1, as generated from the handlers.
    #[default]
    V3_1,
    /// 3.0, converted from it, for generators that support no other.
    V3_0,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "X2BEE Member API", version = "v1"),
    components(schemas(Envelope)),
    modifiers(&Schemes)
)]
struct Document;

/// `bearer` repeats the contract's own `Authorization` parameter as a
/// security scheme: tools ignore the parameter and use the scheme.
struct Schemes;

impl utoipa::Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let result_key = ApiKey::Header(ApiKeyValue::new("X-Api-Key"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme("resultKey", SecurityScheme::ApiKey(result_key));
    }
}

/// The routes that browsers call, with their documentation.
pub(super) fn for_browsers() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(get_oauth_token::get_oauth_token))
}

/// The routes that the shop's own server calls, with their documentation.
pub(super) fn for_servers() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_verification_result::get_verification_result))
        .routes(routes!(get_verification_status::get_verification_status))
}

/// The document as indented JSON. `base_path` is its server, so that "Try it
/// out" calls this service.
#[must_use]
pub fn print(base_path: &str, version: Version) -> String {
    format!("{:#}\n", document(base_path, version))
}

/// The calls as a collection of requests for Postman, Bruno, Insomnia and newman, as
/// indented JSON.
#[must_use]
pub fn print_collection(base_path: &str) -> String {
    format!("{:#}\n", collection::of(&to_try(base_path)))
}

/// The document of the page to try the calls from.
pub(super) fn print_to_try(base_path: &str) -> String {
    to_try(base_path).to_string()
}

/// The document without what the contract says and no call needs, and with what it says of
/// `getOAuthToken` put right.
fn to_try(base_path: &str) -> Value {
    let mut document = document(base_path, Version::V3_1);
    let call = &mut document["paths"][get_oauth_token::PATH]["post"];
    if let Some(call) = call.as_object_mut() {
        call.shift_remove("parameters");
        call.shift_remove("security");
        call.insert("description".to_owned(), DESCRIPTION.into());
    }
    let schemes = &mut document["components"]["securitySchemes"];
    if let Some(schemes) = schemes.as_object_mut() {
        schemes.shift_remove("bearer");
    }
    document
}

fn document(base_path: &str, version: Version) -> Value {
    let mut document = for_browsers().merge(for_servers()).into_openapi();
    let url = if base_path.is_empty() { "/" } else { base_path };
    document.servers = Some(vec![Server::new(url)]);
    let mut json = serde_json::to_value(document)
        .unwrap_or_else(|_| unreachable!("a document is always JSON"));
    contract::restore(&mut json);
    examples::add(&mut json);
    if version == Version::V3_0 {
        down_convert::to_3_0(&mut json);
    }
    json
}
