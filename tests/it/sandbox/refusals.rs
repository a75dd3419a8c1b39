//! A refusal of one of the three calls is NICE's to the byte; a header says
//! what was wrong.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use member_verification::{clock::Clock, nice::path, sandbox::Sandbox};
use serde_json::{Value, json};

use crate::support::{
    client::client,
    sandbox::{sandbox, serve},
};

struct Nice {
    url: String,
    sandbox: Sandbox,
    clock: Clock,
}

async fn start() -> Nice {
    let clock = Clock::manual("2026-01-14T16:02:03Z".parse().unwrap());
    let sandbox = sandbox(clock.clone());
    let (address, _) = serve(sandbox.standalone()).await;
    Nice {
        url: format!("http://{address}"),
        sandbox,
        clock,
    }
}

/// The fault's name, and the answer.
struct Answer {
    fault: String,
    json: Value,
}

impl Nice {
    fn token(&self) -> String {
        self.sandbox.institution_token().expose().to_owned()
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }

    async fn call(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = client().post(format!("{}{path}", self.url)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let fault = answer.headers().get("x-sandbox-fault");
        Answer {
            fault: fault.map_or("", |fault| fault.to_str().unwrap()).to_owned(),
            json: serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(),
        }
    }

    /// With this text as the token's authorization.
    async fn crypto(&self, text: &str, body: impl Into<Vec<u8>>) -> Answer {
        let bearer = format!("bearer {}", STANDARD.encode(text));
        let headers = [
            ("authorization", bearer.as_str()),
            ("productid", "2101979031"),
        ];
        self.call(path::CRYPTO_TOKEN, &headers, body.into()).await
    }

    async fn crypto_body(&self, body: impl Into<Vec<u8>>) -> Answer {
        let text = format!("{}:{}:client", self.token(), self.now());
        self.crypto(&text, body).await
    }
}

fn body(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut fields = json!({"req_dtim": "20260115010203", "req_no": "R1", "enc_mode": "1"});
    change(&mut fields);
    json!({"dataHeader": {"CNTY_CD": "kr"}, "dataBody": fields})
        .to_string()
        .into()
}

fn good() -> Vec<u8> {
    body(|_| {})
}

#[tokio::test]
async fn each_wrong_authorization_is_named() {
    let nice = start().await;
    let (token, now) = (nice.token(), nice.now());
    for (text, code, fault) in [
        (format!("1:{now}:client"), "1800", "token_unknown"),
        (
            format!("{token}:{now}.5:client"),
            "1800",
            "timestamp_not_whole",
        ),
        (
            format!("{token}:{now}000:client"),
            "1800",
            "timestamp_in_milliseconds",
        ),
        (
            format!("{token}:{}:client", now + 9 * 3600),
            "1800",
            "timestamp_nine_hours_off",
        ),
        (
            format!("{token}:{}:client", now - 181),
            "1800",
            "timestamp_too_old",
        ),
        (
            format!("{token}:{}:client", now + 181),
            "1800",
            "timestamp_in_the_future",
        ),
        (
            format!("{token}:20260115010203:client"),
            "1800",
            "timestamp_is_a_date",
        ),
        (
            format!("{token}:now:client"),
            "1800",
            "timestamp_not_a_number",
        ),
        (format!("{token}::client"), "1800", "timestamp_missing"),
        (
            format!("{token}:{now}"),
            "1800",
            "authorization_not_three_parts",
        ),
        (
            format!("client:{now}:{token}"),
            "1700",
            "authorization_order",
        ),
        (format!("{token}:{now}:other"), "1700", "client_id_unknown"),
    ] {
        let answer = nice.crypto(&text, good()).await;
        assert_eq!(answer.json["dataHeader"]["GW_RSLT_CD"], code, "{fault}");
        assert_eq!(answer.fault, fault);
        // Not a word of it in the answer.
        assert!(!answer.json.to_string().contains(fault));
    }
    let revoke = format!("Basic {}", STANDARD.encode(format!("{token}:{now}:client")));
    nice.call(path::REVOKE, &[("authorization", &revoke)], Vec::new())
        .await;
    let answer = nice.crypto(&format!("{token}:{now}:client"), good()).await;
    assert_eq!(answer.fault, "token_revoked");
    let pair = |text: &str| format!("Basic {}", STANDARD.encode(text));
    for (header, fault) in [
        (pair("client:wrong"), "client_secret_wrong"),
        (pair("other:secret"), "client_id_unknown"),
        (pair("secret:client"), "client_id_and_secret_swapped"),
        (pair("client"), "authorization_without_colon"),
        (
            "Basic client:secret".to_owned(),
            "authorization_not_encoded",
        ),
        ("Basic %%%".to_owned(), "authorization_not_base64"),
        (
            pair("client:secret").replace("Basic", "Bearer"),
            "authorization_scheme",
        ),
    ] {
        let grant = b"grant_type=client_credentials".to_vec();
        let headers = [("authorization", header.as_str())];
        let answer = nice.call(path::INSTITUTION_TOKEN, &headers, grant).await;
        assert_eq!(answer.fault, fault, "{header}");
    }
    let answer = nice.call(path::CRYPTO_TOKEN, &[], good()).await;
    assert_eq!(answer.fault, "authorization_missing");
    // As a client had it that left out `/api`.
    let path = "/digital/niceid/v1.0/common/crypto/token";
    assert_eq!(nice.call(path, &[], good()).await.fault, "path_unknown");
    let url = format!("{}{}", nice.url, path::CRYPTO_TOKEN);
    let answer = client().get(url).send().await.unwrap();
    assert_eq!(answer.headers()["x-sandbox-fault"], "method_not_post");
    // The sandbox's page lists them, too.
    let page = client().get(format!("{}/sandbox/", nice.url));
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<code>1404</code></td><td><code>path_unknown</code>"));
}

#[tokio::test]
async fn each_wrong_body_is_named() {
    let nice = start().await;
    let set = |name: &str, value: Value| body(|fields| fields[name] = value);
    let bom = [b"\xef\xbb\xbf".as_slice(), &good()].concat();
    for (sent, code, fault) in [
        (Vec::new(), "1300", "body_missing"),
        (b"{".to_vec(), "1400", "body_not_json"),
        (b"req_no=R1&enc_mode=1".to_vec(), "1400", "body_is_a_form"),
        (bom, "1400", "body_has_a_bom"),
        (b"{}".to_vec(), "1500", "data_body_missing"),
        (
            br#"{"req_no":"R1"}"#.to_vec(),
            "1500",
            "fields_outside_data_body",
        ),
        (
            set("req_no", "R".repeat(31).into()),
            "0001",
            "req_no_too_long",
        ),
        (set("req_no", 7.into()), "0001", "req_no_not_text"),
        (set("req_no", Value::Null), "0001", "req_no_missing"),
        (
            set("req_dtim", "2026-01-15".into()),
            "0001",
            "req_dtim_not_14_digits",
        ),
        (set("enc_mode", "2".into()), "0001", "enc_mode_not_1"),
    ] {
        let answer = nice.crypto_body(sent).await;
        let given = match code.len() {
            4 if code == "0001" => &answer.json["dataBody"]["result_cd"],
            _ => &answer.json["dataHeader"]["GW_RSLT_CD"],
        };
        assert_eq!(given, code, "{fault}");
        assert_eq!(answer.fault, fault);
    }
    // By the measure of requestno: bytes of CP949.
    for (number, result) in [("가".repeat(15), "0000"), ("가".repeat(16), "0001")] {
        let answer = nice.crypto_body(set("req_no", number.into())).await;
        assert_eq!(answer.json["dataBody"]["result_cd"], result);
    }
}

#[tokio::test]
async fn data_header_repeats_what_was_sent() {
    let nice = start().await;
    for (sent, header) in [
        (
            json!({"CNTY_CD": "kr"}),
            json!({"CNTY_CD": "kr", "GW_RSLT_CD": "1200", "GW_RSLT_MSG": "오류 없음"}),
        ),
        (
            json!({"CNTY_CD": "ko", "TRAN_ID": "t-1"}),
            json!({"CNTY_CD": "ko", "TRAN_ID": "t-1", "GW_RSLT_CD": "1200", "GW_RSLT_MSG": "오류 없음"}),
        ),
        (
            Value::Null,
            json!({"GW_RSLT_CD": "1200", "GW_RSLT_MSG": "오류 없음"}),
        ),
    ] {
        let mut request: Value = serde_json::from_slice(&good()).unwrap();
        request["dataHeader"] = sent;
        let answer = nice.crypto_body(request.to_string()).await;
        assert_eq!(answer.json["dataHeader"], header);
        assert_eq!(answer.fault, "");
    }
}

#[tokio::test]
async fn the_institution_token_stays_and_its_life_counts_down() {
    let nice = start().await;
    let pair = format!("Basic {}", STANDARD.encode("client:secret"));
    let headers = [("authorization", pair.as_str())];
    let grant = "grant_type=client_credentials&scope=default";
    let issue = async |path: String, body: &str| {
        let answer = nice.call(&path, &headers, body.into()).await;
        let mut json = answer.json;
        assert_eq!(
            json["dataHeader"],
            json!({"GW_RSLT_CD": "1200", "GW_RSLT_MSG": "오류 없음"})
        );
        let body = json["dataBody"].take();
        (
            body["access_token"].clone(),
            body["expires_in"].as_i64().unwrap(),
        )
    };
    let plain = || path::INSTITUTION_TOKEN.to_owned();
    let first = issue(plain(), grant).await;
    let later: Timestamp = nice.clock.now() + jiff::SignedDuration::from_secs(38);
    nice.clock.set(later);
    assert_eq!(issue(plain(), grant).await, (first.0.clone(), first.1 - 38));
    // One storefront sends the parameters in the query alone.
    let by_query = issue(format!("{}?{grant}", plain()), "").await;
    assert_eq!(by_query.0, first.0);
    let answer = nice.call(&plain(), &headers, b"{}".to_vec()).await;
    assert_eq!(answer.fault, "body_is_json");
}
