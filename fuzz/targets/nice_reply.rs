//! NICE's replies, and whatever somebody in its place may say: a value that
//! is taken keeps its documented length, alphabet or range, a text that goes
//! into the log is one short line, and no secret is printed.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use member_verification::nice::{
    CryptoToken, InstitutionToken, Rejected,
    integrated::{AuthUrl, FreshToken, SealedAnswer, WindowHosts},
    read_revoked,
};
use serde_json::Value;

fuzz_target!(|reply: &[u8]| {
    let institution_token = InstitutionToken::read(reply);
    let crypto_token = CryptoToken::read(reply);
    let revoked = read_revoked(reply);
    // Fields that are ignored may hold what nobody else can read.
    if let Ok(sent) = serde_json::from_slice::<Value>(reply) {
        let body = &sent["dataBody"];
        if let Ok(token) = &institution_token {
            check_institution_token(token, body);
        }
        if let Ok(token) = &crypto_token {
            check_crypto_token(token, body);
        }
        if let Ok(revoked) = &revoked {
            let text = body["result"].as_str().unwrap_or_default();
            let said = body["result"] == true || text.eq_ignore_ascii_case("true");
            assert_eq!(*revoked, said);
        }
        let is_taken = institution_token.is_ok() || crypto_token.is_ok() || revoked.is_ok();
        assert!(!is_taken || code(&sent["dataHeader"]["GW_RSLT_CD"]) == "1200");
    }
    let rejected = [institution_token.err(), crypto_token.err(), revoked.err()];
    rejected.into_iter().flatten().for_each(check_rejected);
    integrated(reply);
});

/// The same for the three calls of 통합인증.
fn integrated(reply: &[u8]) {
    let now = "2026-01-15T00:30:00Z".parse().unwrap();
    let hosts = WindowHosts::parse(WindowHosts::DEFAULT.split(',')).unwrap();
    let token = FreshToken::read(reply, now);
    let window = AuthUrl::read(reply, "REQ20260115093000000001", &hosts);
    let answer = SealedAnswer::read(reply);
    if let Ok(FreshToken { token, life }) = &token {
        for text in [&token.access_token, &token.ticket] {
            let text = text.expose();
            assert!((1..=4096).contains(&text.len()));
            assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
        }
        assert!((1..=1_000_000).contains(&token.iterators.get()));
        assert!(
            !life.is_zero() && *life <= Duration::from_hours(24),
            "{life:?}"
        );
        let shown = format!("{token:?}");
        assert!(shown.contains("access_token: Secret(redacted), ticket: Secret(redacted)"));
    }
    if let Ok(window) = &window {
        assert_eq!(window.auth_url.scheme(), "https");
        assert!(WindowHosts::DEFAULT.contains(window.auth_url.host_str().unwrap()));
        assert!(window.auth_url.username().is_empty() && window.auth_url.port().is_none());
        assert!((1..=200).contains(&window.transaction_id.len()));
    }
    if let Ok(answer) = &answer {
        assert!(!answer.enc_data.is_empty() && !answer.integrity_value.is_empty());
    }
    let rejected = [token.err(), window.err(), answer.err()];
    rejected.into_iter().flatten().for_each(check_rejected);
}

fn check_institution_token(token: &InstitutionToken, body: &Value) {
    let life = token.expires_in;
    check_text(token.access_token.expose(), &body["access_token"], 512);
    // A later time of day can still be computed.
    assert!((60..=4_000_000_000).contains(&life.as_secs()), "{life:?}");
    if let Some(seconds) = seconds(&body["expires_in"]) {
        assert_eq!(life, Duration::from_secs_f64(seconds.clamp(60.0, 4e9)));
    }
    let shown =
        format!("InstitutionToken {{ access_token: Secret(redacted), expires_in: {life:?} }}");
    assert_eq!(format!("{token:?}"), shown);
}

fn check_crypto_token(token: &CryptoToken, body: &Value) {
    assert_eq!(code(&body["rsp_cd"]), "P000");
    assert_eq!(code(&body["result_cd"]), "0000");
    check_text(&token.token_version_id, &body["token_version_id"], 64);
    check_text(token.token_val.expose(), &body["token_val"], 512);
    check_text(&token.site_code, &body["site_code"], 16);
    let period = seconds(&body["period"]).unwrap();
    assert!((60.0..=86_400.0).contains(&period), "{period}");
    assert_eq!(token.period, Duration::from_secs_f64(period));
    let shown = format!(
        "CryptoToken {{ token_version_id: {:?}, token_val: Secret(redacted), \
         site_code: {:?}, period: {:?} }}",
        token.token_version_id, token.site_code, token.period
    );
    assert_eq!(format!("{token:?}"), shown);
}

/// A number, or a text that is one.
fn seconds(value: &Value) -> Option<f64> {
    let text = value.as_str().and_then(|text| text.trim().parse().ok());
    value
        .as_f64()
        .or(text)
        .filter(|seconds| seconds.is_finite())
}

/// As its table has it: without blanks and prefix, and a number with its zeros.
fn code(sent: &Value) -> String {
    let text = sent
        .as_str()
        .map_or_else(|| sent.to_string(), str::to_owned);
    let text = text.trim();
    let mut prefixes = ["GW_", "API_"].iter();
    let text = prefixes
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    format!("{text:0>4}")
}

fn check_text(text: &str, sent: &Value, most: usize) {
    // A number is written in more than one way.
    assert!(sent.is_number() || sent == text);
    assert!((1..=most).contains(&text.len()));
    assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
}

fn check_rejected(rejected: Rejected) {
    if let Rejected::Refusal(code, message) = rejected {
        let _ = code.verdict();
        let code = code.to_string();
        let successes = [
            "GW_RSLT_CD 1200",
            "rsp_cd P000",
            "result_cd 0000",
            "result_code 0000",
        ];
        assert!(!successes.contains(&&*code));
        for text in [message, code] {
            // The code's is longer by its field's name.
            assert!(text.chars().count() <= 200 + "result_code ".len());
            assert!(!text.chars().any(char::is_control));
        }
    }
}
