//! Where the browser is: the sandbox's own address as it was reached, and the
//! way from a page to the others.

use axum::http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN, REFERER},
};
use url::Url;

use crate::MOUNT;

/// In bytes. A returnurl has 250.
const LONGEST_PREFIX: usize = 100;

/// Scheme, host and port of the caller's address for the sandbox, and a prefix
/// that a proxy has stripped, as the proxy's headers say. Nothing real depends
/// on it.
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
    let is_of = |text: &str, others: &[u8]| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    };
    let is_host = |host: &&str| !host.is_empty() && is_of(host, b".-_:[]");
    let host = first("x-forwarded-host")
        .filter(is_host)
        .or_else(|| first(HOST.as_str()).filter(is_host))
        .unwrap_or("localhost");
    format!("{scheme}://{host}{}", stripped_prefix(headers))
}

/// What proxies have taken off the path, as they say: each adds its own behind
/// those of the proxies in front of it. Nothing if it is no path, or too long
/// to leave room for an address.
#[must_use]
pub fn stripped_prefix(headers: &HeaderMap) -> String {
    let mut prefix = String::new();
    for value in headers.get_all("x-forwarded-prefix") {
        for part in value.as_bytes().split(|byte| b",/".contains(byte)) {
            match part.trim_ascii() {
                b"" => {}
                b"." | b".." => return String::new(),
                part if part.iter().copied().all(is_of_a_name) => {
                    prefix.push('/');
                    prefix.extend(part.iter().copied().map(char::from));
                }
                _ => return String::new(),
            }
        }
    }
    if prefix.len() > LONGEST_PREFIX {
        prefix.clear();
    }
    prefix
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_~".contains(&byte)
}

/// The same with the prefix that a proxy has kept: everything before
/// `/sandbox/…`.
pub(crate) fn base(headers: &HeaderMap, uri: &Uri) -> String {
    format!("{}{}", origin(headers), prefix(uri.path()))
}

/// What a service has in front of `/sandbox/…`; nothing for NICE's own paths.
fn prefix(path: &str) -> &str {
    path.rfind(MOUNT).map_or("", |at| &path[..at])
}

/// The origin of the page whose form or link came here.
pub(crate) fn page_origin(headers: &HeaderMap) -> Option<String> {
    [ORIGIN, REFERER].iter().find_map(|name| {
        let url = Url::parse(headers.get(name)?.to_str().ok()?).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
    })
}

/// From a page at this path to what is above `/sandbox/`, so that all links work
/// under any prefix, whether a proxy strips or keeps it.
pub(crate) fn root(uri: &Uri) -> String {
    let path = &uri.path()[prefix(uri.path()).len()..];
    let depth = path.bytes().filter(|byte| *byte == b'/').count();
    match depth {
        0 | 1 => "./".to_owned(),
        _ => "../".repeat(depth - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = match str::from_utf8(&[b'a'; LONGEST_PREFIX]) {
        Ok(text) => text,
        Err(_) => "",
    };

    fn reached(pairs: &[(&'static str, &'static str)], path: &str) -> String {
        base(&headers(pairs), &path.parse().unwrap())
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_host_that_is_more_than_an_address_is_not_repeated() {
        for (host, expected) in [
            ("a;reboot", "http://localhost"),
            ("[::1]:22001", "http://[::1]:22001"),
        ] {
            assert_eq!(reached(&[("host", host)], "/sandbox/"), expected);
        }
    }

    #[test]
    fn a_proxys_word_counts() {
        let proxied = [
            ("host", "127.0.0.1:8080"),
            ("x-forwarded-proto", "https, http"),
            ("x-forwarded-host", "dev.example:8443"),
        ];
        assert_eq!(reached(&proxied, "/sandbox/"), "https://dev.example:8443");
    }

    #[test]
    fn a_prefix_is_kept_in_the_path_or_told_in_a_header() {
        let host = ("host", "dev.example");
        for (prefix, path, expected) in [
            (
                "",
                "/api/member/sandbox/faults",
                "http://dev.example/api/member",
            ),
            ("/auth/", "/sandbox/", "http://dev.example/auth"),
            ("/auth", "/v1/sandbox/", "http://dev.example/auth/v1"),
            ("auth", "/sandbox/", "http://dev.example/auth"),
            (" auth/ ", "/sandbox/", "http://dev.example/auth"),
            ("/", "/sandbox/", "http://dev.example"),
            ("", "/sandbox/", "http://dev.example"),
            ("//auth//v1//", "/sandbox/", "http://dev.example/auth/v1"),
            ("/out, /in/", "/sandbox/", "http://dev.example/out/in"),
            ("/a;reboot", "/sandbox/", "http://dev.example"),
            ("/auth, $(reboot)", "/sandbox/", "http://dev.example"),
            ("https://evil.example", "/sandbox/", "http://dev.example"),
            ("@evil.example", "/sandbox/", "http://dev.example"),
            ("/../admin", "/sandbox/", "http://dev.example"),
            ("/a/./b", "/sandbox/", "http://dev.example"),
            ("/a?b#c", "/sandbox/", "http://dev.example"),
            ("\\evil.example", "/sandbox/", "http://dev.example"),
            (LONG, "/sandbox/", "http://dev.example"),
        ] {
            let told = [host, ("x-forwarded-prefix", prefix)];
            assert_eq!(reached(&told, path), expected, "{prefix} {path}");
        }
    }

    #[test]
    fn two_lines_of_a_prefix_are_as_one() {
        let told = [
            ("host", "dev.example"),
            ("x-forwarded-prefix", "/out"),
            ("x-forwarded-prefix", "in"),
        ];
        assert_eq!(reached(&told, "/sandbox/"), "http://dev.example/out/in");
    }

    #[test]
    fn the_way_to_the_root_is_as_long_as_the_path() {
        for (path, way) in [
            ("/", "./"),
            ("/sandbox/", "../"),
            ("/sandbox/faults", "../"),
            ("/sandbox/window/answer", "../../"),
            ("/api/member/sandbox/window/answer", "../../"),
            ("/api/member/sandbox/", "../"),
            ("/CheckPlusSafeModel/service.cb", "../"),
        ] {
            assert_eq!(root(&path.parse().unwrap()), way, "{path}");
        }
    }
}
