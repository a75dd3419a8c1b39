//! `NICE_PROXY`, parsed.

use std::fmt;

use url::Url;

use crate::secret::Secret;

/// An outbound proxy. Its address may contain a password, so it prints only
/// host and port.
#[derive(Clone)]
pub struct NiceProxy {
    url: Secret,
    host: String,
    port: u16,
    has_login: bool,
}

const EXAMPLE: &str = "http://10.0.0.1:3128";

impl NiceProxy {
    /// Reads `http://[user:password@]host[:port]`, or `https://…`.
    ///
    /// # Errors
    ///
    /// What is wrong. The text repeats no user name and no password.
    pub fn parse(text: &Secret) -> Result<Self, String> {
        let text = text.expose();
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(without_scheme(text));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => {}
            "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => {
                return Err(format!(
                    "is a SOCKS proxy, which this service does not speak; write the address \
                     of an HTTP proxy, such as {EXAMPLE}"
                ));
            }
            // Anything before it may be part of a password.
            other if other.len() <= 12 && other.bytes().all(|b| b.is_ascii_alphabetic()) => {
                return Err(format!(
                    "begins with {other}://, which is no proxy's; write http:// or https://, \
                     such as {EXAMPLE}"
                ));
            }
            _ => return Err(format!("is no http:// address; write it like {EXAMPLE}")),
        }
        let unclear = || {
            format!(
                "is not the URL of a proxy; write it like http://user:password@10.0.0.1:3128, \
                 and @ : / ? # % within the password as %40 %3A %2F %3F %23 %25 (such as {EXAMPLE} \
                 without a login)"
            )
        };
        // The parser corrects slashes, and reads a backslash as one.
        if rest.starts_with('/') || rest.contains(['\\', ' ']) {
            return Err(unclear());
        }
        let url = Url::parse(text).map_err(|_| unclear())?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.matches('@').count() > 1 {
            return Err(unclear());
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(format!(
                "goes on after the port; end it there, such as {EXAMPLE} (within a password, \
                 / ? # are written %2F %3F %23)"
            ));
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let port = url.port_or_known_default().filter(|port| *port != 0);
        let (Some(host), Some(port)) = (host, port) else {
            return Err(unclear());
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            has_login: !url.username().is_empty() || url.password().is_some(),
            url: Secret::new(text.to_owned()),
        })
    }

    pub(super) fn reqwest(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        reqwest::Proxy::all(self.url.expose())
    }

    /// Host and port: what this machine connects to.
    #[must_use]
    pub fn hop(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// Whether the address names a user.
    #[must_use]
    pub const fn has_login(&self) -> bool {
        self.has_login
    }
}

impl fmt::Display for NiceProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for NiceProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NiceProxy({self})")
    }
}

/// Repeats the address only if it can't contain a password.
fn without_scheme(text: &str) -> String {
    let is_host = |host: &str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte))
    };
    match text.rsplit_once(':') {
        Some((host, port)) if is_host(host) && port.parse::<u16>().is_ok() => {
            format!("is no http:// address; write http://{text}")
        }
        _ => format!("is no http:// address; write it like {EXAMPLE}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<NiceProxy, String> {
        NiceProxy::parse(&Secret::new(text.to_owned()))
    }

    #[test]
    fn an_http_proxy_is_taken_with_and_without_a_login() {
        for (text, hop, has_login) in [
            ("http://10.0.0.1:3128", "10.0.0.1:3128", false),
            ("HTTP://proxy.example/", "proxy.example:80", false),
            ("https://proxy.example:8443", "proxy.example:8443", false),
            ("http://[fd00::1]:3128", "[fd00::1]:3128", false),
            ("http://user:p%40ss@10.0.0.1:3128", "10.0.0.1:3128", true),
        ] {
            let proxy = parsed(text).unwrap();
            assert_eq!(
                (proxy.to_string().as_str(), proxy.has_login()),
                (hop, has_login)
            );
            assert!(proxy.reqwest().is_ok(), "{text}");
            assert!(!format!("{proxy:?}").contains("p%40ss"));
        }
    }

    #[test]
    fn all_else_is_refused_in_words_and_never_repeated_with_a_password() {
        for (text, what) in [
            (
                "10.0.0.1:3128",
                "is no http:// address; write http://10.0.0.1:3128",
            ),
            ("proxy.example:3128", "write http://proxy.example:3128"),
            ("10.0.0.1", "is no http:// address"),
            ("user:hush@10.0.0.1:3128", "is no http:// address"),
            ("hush:3128x", "is no http:// address"),
            ("http:10.0.0.1:3128", "is no http:// address"),
            ("http:/10.0.0.1:3128", "is no http:// address"),
            ("http:///10.0.0.1:3128", "is not the URL"),
            ("http://", "is not the URL"),
            ("http://:3128", "is not the URL"),
            ("http://10.0.0.1:0", "is not the URL"),
            ("http://10.0.0.1:66000", "is not the URL"),
            ("http://10.0.0.1:port", "is not the URL"),
            ("http://10.0.0.1 :3128", "is not the URL"),
            ("http://10.0.0.1\\hush", "is not the URL"),
            ("http://user:hu@sh@10.0.0.1:3128", "is not the URL"),
            ("http://user:hu#sh@10.0.0.1:3128", "is not the URL"),
            (
                "http://user:12#hush@10.0.0.1:3128",
                "goes on after the port",
            ),
            ("http://10.0.0.1:3128/hush", "goes on after the port"),
            ("http://10.0.0.1:3128?hush", "goes on after the port"),
            ("http://10.0.0.1:3128#hush", "goes on after the port"),
            ("socks5://10.0.0.1:1080", "SOCKS"),
            ("SOCKS5H://user:hush@10.0.0.1:1080", "SOCKS"),
            ("htp://user:hush@10.0.0.1:3128", "begins with htp://"),
            ("tcp://10.0.0.1:3128", "begins with tcp://"),
            ("ftp://10.0.0.1:3128", "begins with ftp://"),
            ("user:hush://x", "is no http:// address"),
        ] {
            let told = parsed(text).unwrap_err();
            assert!(told.contains(what), "{text}: {told}");
            assert!(!told.contains("hush"), "{told}");
        }
    }
}
