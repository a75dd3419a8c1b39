//! Good calls, and how strict the sandbox is without a fault.

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::nice::path;
use serde_json::json;

use super::{CALLS, basic, crypto_body, now, read, refusal, refused, start};

#[tokio::test]
async fn good_calls_look_like_nice() {
    let nice = start().await;
    for call in CALLS {
        let answer = read(nice.good(call)).await;
        assert_eq!(answer.status, 200, "{call}");
        assert_eq!(answer.content_type, "application/json;charset=UTF8");
        assert_eq!(answer.date, "Wed, 14 Jan 2026 16:02:03 GMT");
        assert_eq!(answer.gateway(), "1200");
    }
}

#[tokio::test]
async fn a_crypto_token_is_whole() {
    let body = read(start().await.good("crypto_token")).await.body();
    assert_eq!(body["rsp_cd"], "P000");
    assert_eq!(body["result_cd"], "0000");
    assert_eq!(body["period"].as_u64(), Some(3600));
    assert_eq!(body["site_code"], "SANDBOX00001");
    let token = STANDARD.decode(body["token_val"].as_str().unwrap());
    assert_eq!(token.unwrap().len(), 32);
    let version = body["token_version_id"].as_str().unwrap();
    let groups: Vec<&str> = version.split('-').collect();
    assert_eq!(groups[..2], ["20260115010203SB", "NCSANDBOX"], "{version}");
    assert_eq!(version.len(), 43, "{version}");
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    assert!(
        version.chars().all(|c| is_plain(c) || c == '-'),
        "{version}"
    );
}

#[tokio::test]
async fn the_institution_token_outlives_the_sandbox() {
    let first = read(start().await.good("institution_token")).await.body();
    let second = read(start().await.good("institution_token")).await.body();
    assert_eq!(first["access_token"].as_str().unwrap().len(), 36);
    assert_eq!(first["access_token"], second["access_token"]);
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let nice = start().await;
    let with = |authorization: String| {
        nice.post(path::INSTITUTION_TOKEN)
            .header("authorization", authorization)
            .body("grant_type=client_credentials&scope=default")
    };
    assert_eq!(
        refusal(with(basic("client:wrong"))).await,
        refused(200, "1801")
    );
    assert_eq!(
        refusal(with(basic("nobody:secret"))).await,
        refused(200, "1700")
    );
    assert_eq!(
        refusal(with("Basic %%%".to_owned())).await,
        refused(401, "1401")
    );
    for path in [path::INSTITUTION_TOKEN, path::REVOKE, path::CRYPTO_TOKEN] {
        assert_eq!(
            refusal(nice.post(path).body("{}")).await,
            refused(401, "1401"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_wrong_product_is_refused() {
    let nice = start().await;
    let without = nice
        .post(path::CRYPTO_TOKEN)
        .header("authorization", nice.bearer())
        .body(crypto_body("R1", "1"));
    assert_eq!(refusal(without).await, refused(200, "1706"));
    let other = nice
        .post(path::CRYPTO_TOKEN)
        .header("authorization", nice.bearer())
        .header("productid", "2101979032")
        .body(crypto_body("R1", "1"));
    assert_eq!(refusal(other).await, refused(200, "1706"));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let nice = start().await;
    let path = "/digital/niceid/v1.0/common/crypto/token";
    assert_eq!(refusal(nice.post(path)).await, refused(404, "1404"));
    let get = nice.request("GET", path::CRYPTO_TOKEN);
    assert_eq!(refusal(get).await, refused(404, "1404"));
}

#[tokio::test]
async fn timestamps_are_whole_seconds_within_three_minutes() {
    let nice = start().await;
    let now = now().as_second();
    for (seconds, accepted) in [
        (now.to_string(), true),
        ((now - 180).to_string(), true),
        ((now + 180).to_string(), true),
        ((now - 181).to_string(), false),
        ((now + 181).to_string(), false),
        (format!("{now}.5"), false),
        (format!("{now}000"), false),
        (String::new(), false),
    ] {
        let header = nice.token_header("bearer", &seconds);
        let answer = read(nice.crypto_with(&header, crypto_body("R1", "1"))).await;
        let expected = if accepted {
            (200, "1200")
        } else {
            (400, "1800")
        };
        assert_eq!(
            (answer.status, answer.gateway().as_str()),
            expected,
            "{seconds}"
        );
    }
}

#[tokio::test]
async fn requests_out_of_spec_get_0001() {
    let nice = start().await;
    for (req_no, enc_mode, expected) in [
        ("R".repeat(30), "1", "0000"),
        ("R".repeat(31), "1", "0001"),
        (String::new(), "1", "0001"),
        ("R1".to_owned(), "2", "0001"),
        ("R1".to_owned(), "", "0001"),
    ] {
        let body = crypto_body(&req_no, enc_mode);
        let answer = read(nice.crypto_with(&nice.bearer(), body.clone())).await;
        assert_eq!((answer.status, answer.gateway().as_str()), (200, "1200"));
        assert_eq!(answer.body()["rsp_cd"], "P000");
        assert_eq!(answer.body()["result_cd"], expected, "{body}");
    }
}

#[tokio::test]
async fn empty_and_malformed_bodies_are_refused() {
    let nice = start().await;
    let crypto = |body: &'static str| nice.crypto_with(&nice.bearer(), body);
    assert_eq!(refusal(crypto("")).await, refused(400, "1300"));
    assert_eq!(refusal(crypto("{")).await, refused(400, "1400"));
    assert_eq!(refusal(crypto("{}")).await, refused(500, "1500"));
    let institution = |body: &'static str| {
        nice.post(path::INSTITUTION_TOKEN)
            .header("authorization", basic("client:secret"))
            .body(body)
    };
    assert_eq!(refusal(institution("")).await, refused(400, "1300"));
    assert_eq!(
        refusal(institution("scope=default")).await,
        refused(400, "1400")
    );
}

#[tokio::test]
async fn a_revoked_token_is_dead() {
    for prefix in ["bearer", "Basic"] {
        let nice = start().await;
        let old = nice.bearer();
        let seconds = now().as_second().to_string();
        let revoke = nice
            .post(path::REVOKE)
            .header("authorization", nice.token_header(prefix, &seconds));
        assert_eq!(read(revoke).await.body(), json!({"result": true}));
        let with_old = nice.crypto_with(&old, crypto_body("R1", "1"));
        assert_eq!(refusal(with_old).await, refused(400, "1800"));
        assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
    }
}
