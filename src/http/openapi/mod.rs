//! The document of the API, made from the handlers.
//!
//! It is the contract with what validators and generators reject put right;
//! `openapi/x2bee-member-api.json` is the contract itself, untouched. A test
//! compares the two and allows just these corrections.

mod contract;
mod down_convert;
mod schemas;

use std::sync::Arc;

use serde_json::{Value, json};
use utoipa::{
    OpenApi,
    openapi::{
        RefOr, Schema, Server,
        schema::ObjectBuilder,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use schemas::{VerificationMakeKeyRequest, VerificationResultRequest};

use super::{
    app::App,
    routes::{get_oauth_token, get_verification_result},
};

/// The contract, byte for byte.
pub(super) const CONTRACT: &[u8] = include_bytes!("../../../openapi/x2bee-member-api.json");

/// The version of OpenAPI that a document is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.1, as made from the handlers.
    #[default]
    V3_1,
    /// 3.0, derived from it, for generators that know no other.
    V3_0,
}

#[derive(OpenApi)]
#[openapi(info(title = "X2BEE Member API", version = "v1"), modifiers(&Schemes))]
struct Document;

/// `bearer` stands beside the contract's own header parameter, which tools
/// leave out: they take `Authorization` from a security scheme alone.
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

/// What browsers call, with its description.
pub(super) fn for_browsers() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(get_oauth_token::get_oauth_token))
}

/// What the shop's own server calls, with its description.
pub(super) fn for_servers() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_verification_result::get_verification_result))
}

/// The document as indented JSON, with `base_path` as its server, so that
/// "Try it out" calls this very service.
#[must_use]
pub fn print(base_path: &str, version: Version) -> String {
    format!("{:#}\n", document(base_path, version))
}

/// The document for "Try it out", with a request that is answered: what
/// Swagger UI makes up from the patterns would be refused.
pub(super) fn print_to_try(base_path: &str) -> String {
    let mut document = document(base_path, Version::V3_1);
    let call = &mut document["paths"]["/v1/member/getOAuthToken"]["post"];
    call["requestBody"]["content"]["application/json"]["example"] = json!({"authtype": "M"});
    document.to_string()
}

fn document(base_path: &str, version: Version) -> Value {
    let mut document = for_browsers().merge(for_servers()).into_openapi();
    let url = if base_path.is_empty() { "/" } else { base_path };
    document.servers = Some(vec![Server::new(url)]);
    let mut json = serde_json::to_value(document)
        .unwrap_or_else(|_| unreachable!("a document is always JSON"));
    contract::restore(&mut json);
    if version == Version::V3_0 {
        down_convert::to_3_0(&mut json);
    }
    json
}

/// The contract's `payload`: anything.
pub(super) fn any() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
        .description(Some("payload"))
        .into()
}
