use std::env;

use member_verification_client::{
    apis::{
        Error,
        configuration::Configuration,
        member_api::{GetOAuthTokenError, get_o_auth_token},
    },
    models::VerificationMakeKeyRequest,
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut client = Configuration::new();
    client.base_path = env::var("SERVICE_API").unwrap_or("http://127.0.0.1:8080/api/member".into());
    let request = VerificationMakeKeyRequest {
        authtype: Some("M".into()),
        returnurl: env::args().nth(1),
        ..Default::default()
    };
    match get_o_auth_token(&client, request, None).await {
        Ok(begun) => println!("begun: {}", begun.req_no.unwrap_or_default()),
        Err(Error::ResponseError(answer)) => {
            // Every status has the same envelope, so the first variant takes them all.
            let Some(GetOAuthTokenError::Status400(refused)) = answer.entity else {
                return println!("refused: {} {}", answer.status, answer.content);
            };
            println!("refused: {} {:?}", answer.status, refused.payload);
            for mistake in refused.errors.unwrap_or_default() {
                let (field, message) = (mistake.field, mistake.message);
                println!(
                    "- {}: {}",
                    field.unwrap_or_default(),
                    message.unwrap_or_default()
                );
            }
        }
        Err(error) => println!("failed: {error}"),
    }
}
