//! 통합인증, NICE's newer API: an access token with its ticket, the address of a
//! window, and the result, which is fetched once.

mod client;
mod hosts;
mod method;
mod wire;

pub use client::{IntegratedClient, Opening};
pub use hosts::WindowHosts;
pub use method::SvcType;
pub use wire::{AccessToken, AuthUrl, FreshToken, SealedAnswer, path};

/// Whether a client id is one of 통합인증: `NI` and a UUID. The standard
/// window's are UUIDs.
#[must_use]
pub fn is_client_id(id: &str) -> bool {
    let is_uuid = |text: &str| {
        text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    };
    id.strip_prefix("NI").is_some_and(is_uuid)
}
