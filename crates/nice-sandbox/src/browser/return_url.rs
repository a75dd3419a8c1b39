//! Where the browser goes back to: a web address or an app's.

use url::{Host, Url};

/// NICE's limit.
pub(crate) const MAX_LENGTH: usize = 250;

/// Schemes that run or read something instead of going to a shop.
const FORBIDDEN: [&str; 9] = [
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "javascript",
    "vbscript",
    "view-source",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReturnUrl {
    Web(String),
    App { scheme: String, url: String },
}

impl ReturnUrl {
    /// What a person may know the shop by.
    pub(crate) fn host(&self) -> String {
        match self {
            Self::Web(url) => Url::parse(url)
                .ok()
                .and_then(|url| {
                    let host = url.host_str()?;
                    Some(match url.port() {
                        Some(port) => format!("{host}:{port}"),
                        None => host.to_owned(),
                    })
                })
                .unwrap_or_default(),
            Self::App { scheme, .. } => scheme.clone(),
        }
    }

    /// The origin by which a browser knows the page there.
    pub(crate) fn origin(&self) -> Option<String> {
        match self {
            Self::Web(url) => Some(Url::parse(url).ok()?.origin().ascii_serialization()),
            Self::App { .. } => None,
        }
    }

    /// Whether it leads to this very machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let Self::Web(text) = self else {
            return false;
        };
        Url::parse(text).is_ok_and(|url| match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        })
    }

    /// ASCII, ready for a header.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Web(url) | Self::App { url, .. } => url,
        }
    }
}

/// Why a text is no address to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    NotAbsolute,
    /// Of a scheme that runs or reads something.
    Scheme(String),
}

pub(crate) fn parse(text: &str) -> Result<ReturnUrl, Refused> {
    // The parser would drop or change these silently, browsers and NICE may
    // not.
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
    {
        return Err(Refused::NotAbsolute);
    }
    let url = Url::parse(text).map_err(|_| Refused::NotAbsolute)?;
    let scheme = url.scheme().to_owned();
    if FORBIDDEN.contains(&scheme.as_str()) {
        return Err(Refused::Scheme(scheme));
    }
    let is_web = matches!(scheme.as_str(), "http" | "https");
    // The parser reads `https:shop.example`, too.
    let is_whole = !is_web || text[scheme.len()..].starts_with("://");
    if !is_whole || !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::NotAbsolute);
    }
    // As it was written, wherever it can be.
    let ascii = if text.is_ascii() {
        text.to_owned()
    } else {
        String::from(url)
    };
    Ok(if is_web {
        ReturnUrl::Web(ascii)
    } else {
        ReturnUrl::App { scheme, url: ascii }
    })
}
