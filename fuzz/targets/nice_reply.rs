//! NICE's replies, and whatever somebody in its place may say: a value that
//! is taken keeps its documented length, alphabet or range, and a text that
//! goes into the log is one short line.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use member_verification::nice::{
    Code, CryptoToken, InstitutionToken,
    wire::{self, Rejected},
};

fuzz_target!(|reply: &[u8]| {
    match InstitutionToken::read(reply) {
        Ok(token) => {
            check_text(token.access_token.expose(), 512);
            assert!(token.expires_in >= Duration::from_mins(1));
            // A later time of day can still be computed.
            assert!(token.expires_in <= Duration::from_secs(4_000_000_000));
        }
        Err(rejected) => check_rejected(rejected),
    }
    match CryptoToken::read(reply) {
        Ok(token) => {
            check_text(&token.token_version_id, 64);
            check_text(token.token_val.expose(), 512);
            check_text(&token.site_code, 16);
            let period = Duration::from_mins(1)..=Duration::from_hours(24);
            assert!(period.contains(&token.period), "{:?}", token.period);
        }
        Err(rejected) => check_rejected(rejected),
    }
    if let Err(rejected) = wire::read_revoked(reply) {
        check_rejected(rejected);
    }
});

fn check_text(text: &str, most: usize) {
    assert!((1..=most).contains(&text.len()));
    assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
}

fn check_rejected(rejected: Rejected) {
    let Rejected::Refusal((code, message)) = rejected else {
        return;
    };
    check_line(&message);
    check_line(code.text());
    match &code {
        Code::Gateway(code) => assert_ne!(code, "1200"),
        Code::Response(code) => assert_ne!(code, "P000"),
        Code::Result(code) => assert_ne!(code, "0000"),
    }
    let _ = (code.verdict(), code.to_string());
}

fn check_line(text: &str) {
    assert!(text.chars().count() <= 200 && !text.chars().any(char::is_control));
}
