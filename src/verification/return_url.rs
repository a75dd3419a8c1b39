//! Where NICE sends the browser back to. The person's data arrives at this
//! address, so it is compared character for character, never by pattern.

use std::sync::Arc;

use thiserror::Error;
use url::Url;

use super::{Respelt, Rule, spelling};

/// NICE's limit, in characters.
const MAX_LENGTH: usize = 250;

/// Schemes that run code or read files instead of opening a shop.
const FORBIDDEN_SCHEMES: [&str; 9] = [
    "javascript",
    "data",
    "file",
    "blob",
    "vbscript",
    "about",
    "filesystem",
    "view-source",
    "chrome",
];

/// An address that NICE may send the browser back to. Each request has a clone
/// of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnUrl {
    text: Arc<str>,
    origin: Option<Arc<str>>,
}

impl ReturnUrl {
    fn new(text: &str, url: &Url) -> Self {
        let origin = is_web(url.scheme()).then(|| url.origin().ascii_serialization());
        Self {
            text: text.into(),
            origin: origin.map(Arc::from),
        }
    }

    /// The text, at most 250 characters, exactly as it was configured or sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The origin that the browser comes back to, as pages see it; an app has none.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Reads one entry of `RETURN_URLS`.
    ///
    /// # Errors
    ///
    /// [`InvalidReturnUrl`] says what is wrong with it.
    pub fn configured(text: &str) -> Result<Self, InvalidReturnUrl> {
        if text.contains('*') {
            return Err(InvalidReturnUrl::Pattern);
        }
        let url = absolute(text)?;
        let path = text.split(['?', '#']).next().unwrap_or_default();
        if path.matches("://").count() > 1 {
            return Err(InvalidReturnUrl::Several);
        }
        Ok(Self::new(text, &url))
    }

    /// Whether a browser goes to the same place by both: they differ at most in
    /// the host's case or punycode, and in a default port.
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        matches!((Url::parse(&self.text), Url::parse(&other.text)), (Ok(one), Ok(other)) if one == other)
    }

    /// Matches no address that a caller could send.
    pub(crate) fn nowhere() -> Self {
        Self {
            text: "".into(),
            origin: None,
        }
    }

    /// Whether this is an app's address, to which NICE returns by GET only.
    pub(super) fn is_app(&self) -> bool {
        self.origin.is_none()
    }

    fn respelt(&self, sent: &str) -> Rule {
        Rule::RespeltUrl(Box::new(Respelt {
            sent: spelling::shown(sent),
            listed: self.as_str().to_owned(),
        }))
    }

    /// Any http or https address, for the sandbox.
    fn web(text: &str) -> Result<Self, InvalidReturnUrl> {
        let url = absolute(text)?;
        if !is_web(url.scheme()) {
            return Err(InvalidReturnUrl::ForbiddenScheme);
        }
        Ok(Self::new(text, &url))
    }
}

fn absolute(text: &str) -> Result<Url, InvalidReturnUrl> {
    if text.chars().count() > MAX_LENGTH {
        return Err(InvalidReturnUrl::TooLong);
    }
    // The parser drops these silently; browsers and NICE may not.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) || text.contains('\\') {
        return Err(InvalidReturnUrl::NotAbsolute);
    }
    let url = Url::parse(text).map_err(|_| InvalidReturnUrl::NotAbsolute)?;
    if FORBIDDEN_SCHEMES.contains(&url.scheme()) {
        return Err(InvalidReturnUrl::ForbiddenScheme);
    }
    // The parser corrects `https:shop.example` and `https:///shop.example`,
    // and drops an empty user name; browsers and NICE may not.
    let authority = text
        .get(url.scheme().len()..)
        .and_then(|rest| rest.strip_prefix("://"))
        .and_then(|rest| rest.split(['/', '?', '#']).next())
        .ok_or(InvalidReturnUrl::NotAbsolute)?;
    if authority.is_empty() && is_web(url.scheme()) {
        return Err(InvalidReturnUrl::NotAbsolute);
    }
    if authority.contains('@') {
        return Err(InvalidReturnUrl::UserInfo);
    }
    Ok(url)
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidReturnUrl {
    /// Over NICE's limit.
    #[error("is longer than 250 characters")]
    TooLong,
    /// Relative, malformed, or with spaces, control characters, backslashes.
    #[error("is not an absolute URL such as https://shop.example/nice/callback")]
    NotAbsolute,
    /// `javascript:` and the like; in the sandbox anything but http(s).
    #[error("has a scheme that NICE must not return to")]
    ForbiddenScheme,
    /// `https://*.shop.example/`, which would match only itself.
    #[error("is a pattern: addresses are matched whole, list each of them")]
    Pattern,
    /// `https://shop.example/cb;https://shop.example/other`.
    #[error("contains a second address; separate addresses by commas")]
    Several,
    /// `https://user@host/`.
    #[error("contains a user name or password")]
    UserInfo,
}

/// Which addresses a caller may name.
#[derive(Clone, Debug)]
pub enum ReturnUrls {
    /// These, and no others; the first is the default.
    Listed {
        /// The default.
        first: ReturnUrl,
        /// The others.
        others: Vec<ReturnUrl>,
    },
    /// `*`, sandbox only: any http(s) address. There is no default.
    AnyWeb,
}

impl ReturnUrls {
    /// The addresses that are listed.
    pub fn listed(&self) -> impl Iterator<Item = &str> {
        let (first, others) = match self {
            Self::Listed { first, others } => (Some(first), &others[..]),
            Self::AnyWeb => (None, &[][..]),
        };
        first.into_iter().chain(others).map(ReturnUrl::as_str)
    }

    /// Whether callers may name any address.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::AnyWeb)
    }

    /// The address for a request whose `returnurl` is `text`.
    ///
    /// # Errors
    ///
    /// The [`Rule`] that the text breaks.
    pub fn choose(&self, text: Option<&str>) -> Result<ReturnUrl, Rule> {
        match (self, text) {
            (_, Some(text)) if text.chars().count() > MAX_LENGTH => {
                Err(Rule::MaxLength(MAX_LENGTH))
            }
            (Self::Listed { first, .. }, None) => Ok(first.clone()),
            (Self::Listed { first, others }, Some(text)) => {
                let mut listed = std::iter::once(first).chain(others);
                let exact = listed.clone().find(|listed| listed.as_str() == text);
                exact.cloned().ok_or_else(|| {
                    let near = listed.find(|listed| spelling::is_near(listed.as_str(), text));
                    near.map_or(Rule::ListedUrl, |listed| listed.respelt(text))
                })
            }
            (Self::AnyWeb, Some(text)) => ReturnUrl::web(text).map_err(|_| Rule::WebUrl),
            (Self::AnyWeb, None) => Err(Rule::Required),
        }
    }
}
