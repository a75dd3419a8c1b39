//! Paths that no route has: which one the caller most likely meant.

use axum::http::Uri;
use percent_encoding::percent_decode_str;

use super::{
    app::{App, CALLBACK},
    body::{Shown, is_near},
    failure::Failure,
    reason::{Reason, UnknownPath},
    routes::{get_oauth_token, get_verification_result, get_verification_status, health},
};
use crate::verification::facade::BRIDGE;

/// Paths that callers type.
const KNOWN: [&str; 13] = [
    get_oauth_token::PATH,
    get_verification_result::PATH,
    get_verification_status::PATH,
    CALLBACK,
    BRIDGE,
    "/docs/",
    "/demo",
    "/popup.js",
    "/openapi.json",
    "/openapi-3.0.json",
    "/openapi-contract.json",
    health::LIVE,
    health::READY,
];

/// Whose names are so much their own that a path that ends in one means it,
/// whatever stands in front.
const CALLS: [&str; 5] = [
    get_oauth_token::PATH,
    get_verification_result::PATH,
    get_verification_status::PATH,
    CALLBACK,
    BRIDGE,
];

/// The failure of a path that no route has.
pub(super) fn not_found(app: &App, uri: &Uri) -> Failure {
    let path = uri.path();
    Reason::NotFound(UnknownPath {
        sent: Shown::path(path),
        near: near(path, &app.base_path),
    })
    .into()
}

/// The same, when a library has refused the path and did not keep it.
pub(super) fn unknown() -> Failure {
    Reason::NotFound(UnknownPath {
        sent: Shown::NOTHING,
        near: None,
    })
    .into()
}

/// The known path that is the same but for slashes, case, escapes, and the
/// prefix of `BASE_PATH`; or the call whose name is nearly the last part.
fn near(path: &str, base_path: &str) -> Option<String> {
    let sent = plain(path);
    let base = plain(base_path);
    let (prefix, rest) = match sent.strip_prefix(&base) {
        Some(rest) if !base.is_empty() && rest.starts_with('/') => (base_path, rest),
        Some(_) | None => ("", &*sent),
    };
    let same = KNOWN.iter().find(|known| plain(known) == rest);
    let known = same.or_else(|| CALLS.iter().find(|call| is_near(last(&sent), last(call))))?;
    // The probes have no prefix.
    let has_prefix = !known.starts_with("/health/");
    Some(format!("{}{known}", if has_prefix { prefix } else { "" }))
}

/// `//V1%2Fmember/` as `/v1/member`.
fn plain(path: &str) -> String {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let parts = decoded.split(['/', '\\']).filter(|part| !part.is_empty());
    // Java writes `;jsessionid=…` behind.
    let parts = parts.map(|part| part.split(';').next().unwrap_or_default());
    parts.fold(String::new(), |path, part| {
        path + "/" + &part.trim().to_ascii_lowercase()
    })
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_near_another_but_for_slashes_case_and_escapes() {
        let begin = "/v1/member/getOAuthToken";
        for (sent, known) in [
            ("/v1/member/getOAuthToken/", Some(begin)),
            ("//v1/member/getOAuthToken", Some(begin)),
            ("/v1//member///getOAuthToken//", Some(begin)),
            ("/v1/member/getoauthtoken", Some(begin)),
            ("/V1/MEMBER/GETOAUTHTOKEN/", Some(begin)),
            ("/v1%2Fmember%2fgetOAuthToken", Some(begin)),
            ("/v1/member/getOAuthToken%20", Some(begin)),
            (
                "/api/member/v1/member/getoauthtoken/",
                Some("/api/member/v1/member/getOAuthToken"),
            ),
            (
                "/API/member//v1/member/verificationCallback/",
                Some("/api/member/v1/member/verificationCallback"),
            ),
            ("/v1/member/getOAuthToken;jsessionid=0A1B", Some(begin)),
            ("/getOAuthToken", Some(begin)),
            ("/api/v1/member/getOAuthToken", Some(begin)),
            ("/v1/member/get-oauth-token", Some(begin)),
            ("/v1/member/getOAuthTokens", Some(begin)),
            ("/v2/members/getOauthTokne/", Some(begin)),
            (
                "/api/member/member/getOAuthToken",
                Some("/api/member/v1/member/getOAuthToken"),
            ),
            ("/shop/token", None),
            ("/getToken", None),
            ("/Popup.js", Some("/popup.js")),
            ("/api/member/Docs", Some("/api/member/docs/")),
            ("/api/member/health/live", Some(health::LIVE)),
            ("/health/live/", Some(health::LIVE)),
            ("/", None),
            ("/v1/member", None),
            ("/wp-login.php", None),
            ("/%ff", None),
        ] {
            assert_eq!(near(sent, "/api/member").as_deref(), known, "{sent}");
        }
    }
}
