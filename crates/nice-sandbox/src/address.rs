//! Where the browser is: the sandbox's own address as it was reached, and the
//! way from a page to the others.

use axum::http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN, REFERER},
};
use url::Url;

/// Scheme, host and port by which a browser reached the sandbox, also through
/// a proxy that says so: nothing real depends on it.
pub(crate) fn origin(headers: &HeaderMap) -> String {
    let first = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        value.split(',').next().map(str::trim)
    };
    let scheme = match first("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    // Goes into command lines to copy, so nothing but an address gets in.
    let is_host = |host: &&str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
    };
    let host = first("x-forwarded-host")
        .filter(is_host)
        .or_else(|| first(HOST.as_str()).filter(is_host))
        .unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// The origin of the page whose form or link came here.
pub(crate) fn page_origin(headers: &HeaderMap) -> Option<String> {
    [ORIGIN, REFERER].iter().find_map(|name| {
        let url = Url::parse(headers.get(name)?.to_str().ok()?).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
    })
}

/// From a page at this path to the root, so that all links work under any
/// prefix that a proxy strips.
pub(crate) fn root(uri: &Uri) -> String {
    let depth = uri.path().bytes().filter(|byte| *byte == b'/').count();
    match depth {
        0 | 1 => "./".to_owned(),
        _ => "../".repeat(depth - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_host_that_is_more_than_an_address_is_not_repeated() {
        assert_eq!(
            origin(&headers(&[("host", "a;reboot")])),
            "http://localhost"
        );
        assert_eq!(
            origin(&headers(&[("host", "[::1]:22001")])),
            "http://[::1]:22001"
        );
    }

    #[test]
    fn a_proxys_word_counts() {
        let proxied = [
            ("host", "127.0.0.1:8080"),
            ("x-forwarded-proto", "https, http"),
            ("x-forwarded-host", "dev.example:8443"),
        ];
        assert_eq!(origin(&headers(&proxied)), "https://dev.example:8443");
    }

    #[test]
    fn the_way_to_the_root_is_as_long_as_the_path() {
        for (path, way) in [
            ("/", "./"),
            ("/sandbox/", "../"),
            ("/sandbox/faults", "../"),
            ("/sandbox/window/answer", "../../"),
        ] {
            assert_eq!(root(&path.parse().unwrap()), way, "{path}");
        }
    }
}
