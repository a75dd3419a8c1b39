//! Each entry of the catalogue, once.

use std::collections::HashSet;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Answer, CALLS, Nice, crypto_body, is_empty, now, read, refusal, refused, start};

#[tokio::test]
async fn each_entry_of_the_catalogue_can_be_seen() {
    let listing = start().await.listing().await;
    let mut tried = HashSet::new();
    for entry in listing["catalogue"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        for key in ["title", "stands_for_ko", "stands_for"] {
            assert!(!entry[key].as_str().unwrap().is_empty(), "{name}");
        }
        let calls: Vec<_> = entry["call"].as_array().unwrap().iter().collect();
        let calls: Vec<_> = calls.iter().map(|call| call.as_str().unwrap()).collect();
        // The newer API's are seen in its own tests.
        let older: Vec<_> = calls.iter().filter(|call| CALLS.contains(call)).collect();
        if older.is_empty() {
            continue;
        }
        for call in older {
            // Seen one by one in the tests below.
            if !matches!(
                name,
                "delay" | "stall" | "cut" | "half_body" | "half_open" | "slow_body"
            ) {
                check(&start().await, call, name).await;
            }
        }
        tried.insert(name.to_owned());
    }
    for name in expected_names() {
        assert!(tried.remove(&name), "{name} is missing");
    }
    assert_eq!(tried, HashSet::new(), "entries that no test knows");
}

/// Written down here once more, so that none gets lost.
fn expected_names() -> Vec<String> {
    let names = "http_400 http_401 http_402 http_403 http_404 http_500 http_501 http_502 http_503 \
         result_0001 result_0003 result_0099 rsp_s603 rsp_p013 rsp_e998 rsp_e999 rsp_exxx delay \
         stall slow_body half_open cut half_body garbage empty_body maintenance_page \
         wrong_content_type missing_field token_repeated huge redirect token_expired token_revoked \
         clock_ahead period_float period_string period_too_short period_too_long period_negative \
         period_not_a_number token_version_id_empty token_version_id_too_long \
         token_version_id_not_ascii token_val_empty token_val_too_long token_val_control \
         site_code_empty site_code_too_long access_token_empty access_token_too_long \
         access_token_not_ascii expires_in_float expires_in_string expires_in_negative";
    let gateway = "1300 1400 1401 1402 1403 1404 1500 1501 1502 1503 1700 1701 1702 1703 1705 1706 \
         1707 1711 1712 1713 1714 1715 1716 1717 1800 1801 1900 1901 1902 1903 1904 1905 1906 1907 \
         1908";
    let eapi = "2500 2510 2530 2540 2550 2560 2561 2562 2563 2564 2565 2600 2700 2701 2702 2703 \
         2704 2705 2892 5001 5002";
    names
        .split_whitespace()
        .map(str::to_owned)
        .chain(gateway.split_whitespace().map(|code| format!("gw_{code}")))
        .chain(
            eapi.split_whitespace()
                .map(|code| format!("rsp_eapi{code}")),
        )
        .collect()
}

async fn check(nice: &Nice, call: &str, fault: &str) {
    let old = nice.bearer();
    let answer = nice.suffer(call, fault).await;
    let context = format!("{fault} at {call}: {}", answer.status);
    match fault.split_once('_').unwrap_or((fault, "")) {
        ("http", status) => {
            assert_eq!(answer.status.to_string(), status);
            assert!(answer.content_type.starts_with("text/html"), "{context}");
            assert!(answer.text().starts_with("<!DOCTYPE html>"), "{context}");
        }
        ("gw", code) => {
            let status = match code {
                "1300" | "1800" => 400,
                code if ("1400".."1504").contains(&code) => code.parse::<u16>().unwrap() - 1000,
                _ => 200,
            };
            assert_eq!(
                (answer.status, answer.gateway().as_str()),
                (status, code),
                "{context}"
            );
            assert!(is_empty(&answer.body()));
            let message = answer.json()["dataHeader"]["GW_RSLT_MSG"].take();
            assert_ne!(message, "", "{context}");
        }
        ("rsp", code) => {
            let expected = match code {
                "exxx" => "E001".to_owned(),
                code => code.to_ascii_uppercase(),
            };
            assert_eq!(answer.gateway(), "1200");
            assert_eq!(answer.body()["rsp_cd"], expected);
            assert_eq!(answer.body()["token_val"], "");
        }
        ("result", code) => {
            assert_eq!(answer.gateway(), "1200");
            assert_eq!(answer.body()["rsp_cd"], "P000");
            assert_eq!(answer.body()["result_cd"], code);
        }
        ("token", "expired" | "revoked") => {
            assert_eq!(
                (answer.status, answer.gateway().as_str()),
                (400, "1800"),
                "{context}"
            );
            // The old one stays dead, the new one lives.
            let with_old = nice.crypto_with(&old, crypto_body("R1", "1"));
            assert_eq!(refusal(with_old).await, refused(400, "1800"));
            let issued = read(nice.good("institution_token")).await.body();
            assert_eq!(
                issued["access_token"].as_str().unwrap(),
                nice.sandbox.institution_token().expose()
            );
            assert_eq!(read(nice.good(call)).await.gateway(), "1200", "{context}");
        }
        _ => check_behaviour(nice, call, fault, &answer).await,
    }
    if fault != "clock_ahead" {
        assert_eq!(answer.date, "Wed, 14 Jan 2026 16:02:03 GMT", "{context}");
    }
}

async fn check_behaviour(nice: &Nice, call: &str, fault: &str, answer: &Answer) {
    match fault {
        "garbage" => {
            assert_eq!(answer.status, 200);
            assert_eq!(answer.content_type, "application/json;charset=UTF8");
            assert!(serde_json::from_slice::<Value>(&answer.bytes).is_err());
            assert!(str::from_utf8(&answer.bytes).is_err());
        }
        "wrong_content_type" => {
            assert_eq!(answer.content_type, "text/html");
            assert_eq!(answer.gateway(), "1200");
        }
        "empty_body" => {
            assert_eq!((answer.status, answer.text()), (200, ""));
            assert_eq!(answer.content_type, "application/json;charset=UTF8");
        }
        "maintenance_page" => {
            assert_eq!(answer.status, 200);
            assert!(answer.content_type.starts_with("text/html"));
            assert!(answer.text().starts_with("<!DOCTYPE html>"));
        }
        "token_repeated" => check_repetition(nice, answer).await,
        "missing_field" => {
            let token = if call == "crypto_token" {
                "token_val"
            } else {
                "access_token"
            };
            assert_eq!(answer.gateway(), "1200");
            let body = answer.body();
            assert!(!body.as_object().unwrap().contains_key(token), "{body}");
            let whole = read(nice.good(call)).await.body();
            assert_eq!(
                body.as_object().unwrap().len() + 1,
                whole.as_object().unwrap().len()
            );
        }
        "huge" => {
            assert!(answer.bytes.len() > 1024 * 1024);
            assert_eq!(answer.gateway(), "1200");
        }
        "redirect" => assert_eq!(answer.status, 302),
        "clock_ahead" => check_clock_ahead(nice, call, answer).await,
        _ => check_value(nice, call, fault, answer).await,
    }
}

/// The good answer, but for one value.
async fn check_value(nice: &Nice, call: &str, fault: &str, answer: &Answer) {
    let (field, written) = written(fault);
    assert_eq!(answer.gateway(), "1200");
    let body = answer.body();
    // As it is written, since 3600.0 and 3600 are the same number.
    assert_eq!(body[field].to_string(), written, "{body}");
    let whole = read(nice.good(call)).await.body();
    for (name, good) in whole.as_object().unwrap() {
        let as_good =
            body[name].is_string() == good.is_string() && (body[name] == "") == (good == "");
        assert!(name == field || as_good, "{name}: {body}");
    }
}

fn written(fault: &str) -> (&'static str, String) {
    let letters = |count: usize| format!("\"{}\"", "S".repeat(count));
    let (field, written) = match fault {
        "period_float" => ("period", "3600.0"),
        "period_string" => ("period", "\"3600\""),
        "period_too_short" => ("period", "59"),
        "period_too_long" => ("period", "86401"),
        "period_negative" => ("period", "-3600"),
        "period_not_a_number" => ("period", "\"soon\""),
        "token_version_id_empty" => ("token_version_id", "\"\""),
        "token_version_id_too_long" => return ("token_version_id", letters(65)),
        "token_version_id_not_ascii" => ("token_version_id", "\"토큰-SB\""),
        "token_val_empty" => ("token_val", "\"\""),
        "token_val_too_long" => return ("token_val", letters(513)),
        "token_val_control" => ("token_val", "\"QUJD\\nRUZH\""),
        "site_code_empty" => ("site_code", "\"\""),
        "site_code_too_long" => return ("site_code", letters(17)),
        "access_token_empty" => ("access_token", "\"\""),
        "access_token_too_long" => return ("access_token", letters(513)),
        "access_token_not_ascii" => ("access_token", "\"기관토큰\""),
        "expires_in_float" => ("expires_in", "1576800000.0"),
        "expires_in_string" => ("expires_in", "\"1576800000\""),
        "expires_in_negative" => ("expires_in", "-1"),
        _ => panic!("{fault} isn't tested"),
    };
    (field, written.to_owned())
}

/// `answer` is the first one, so it has nothing to repeat; it is repeated.
async fn check_repetition(nice: &Nice, answer: &Answer) {
    let first = answer.body();
    let good = read(nice.good("crypto_token")).await.body();
    assert_ne!(good["token_version_id"], first["token_version_id"]);
    let again = nice.suffer("crypto_token", "token_repeated").await.body();
    assert_eq!(again["token_version_id"], first["token_version_id"]);
    assert_ne!(again["token_val"], first["token_val"]);
}

async fn check_clock_ahead(nice: &Nice, call: &str, answer: &Answer) {
    assert_eq!(answer.date, "Wed, 14 Jan 2026 16:12:03 GMT");
    let expected = if call == "institution_token" {
        "1200"
    } else {
        "1800"
    };
    assert_eq!(answer.gateway(), expected);
    // A client that goes by the Date header gets through.
    let ahead = (now() + SignedDuration::from_mins(10)).as_second();
    nice.put(json!([{"call": "crypto_token", "fault": "clock_ahead", "times": 1}]))
        .await;
    let header = nice.token_header("bearer", &ahead.to_string());
    let corrected = read(nice.crypto_with(&header, crypto_body("R1", "1"))).await;
    assert_eq!(corrected.gateway(), "1200");
    // And it is over with the fault.
    assert_eq!(
        read(nice.good("crypto_token")).await.date,
        "Wed, 14 Jan 2026 16:02:03 GMT"
    );
}
