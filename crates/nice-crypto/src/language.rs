//! The two languages of messages.

/// The language of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The default: the shop's customers and NICE's operators read Korean.
    #[default]
    Korean,
    /// If the caller prefers it.
    English,
}

/// A sentence in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Korean.
    pub ko: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// The sentence in one language.
    #[must_use]
    pub const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Korean => self.ko,
            Language::English => self.en,
        }
    }
}

impl Language {
    /// The caller's, by their `Accept-Language` header.
    #[must_use]
    pub fn of_header(value: Option<&[u8]>) -> Self {
        value
            .and_then(|value| str::from_utf8(value).ok())
            .map(Self::preferred)
            .unwrap_or_default()
    }

    /// The preferred one by an `Accept-Language` value (RFC 9110, section
    /// 12.5.4); Korean if it names neither, or both with equal quality.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Self {
        let mut korean = 0.0_f32;
        let mut english = 0.0_f32;
        for range in accept_language.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let quality = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let primary = tag.split('-').next().unwrap_or_default();
            if primary.eq_ignore_ascii_case("ko") {
                korean = korean.max(quality);
            } else if primary.eq_ignore_ascii_case("en") {
                english = english.max(quality);
            }
        }
        if english > korean {
            Self::English
        } else {
            Self::Korean
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_quality_wins_and_korean_otherwise() {
        for (header, language) in [
            ("", Language::Korean),
            ("fr", Language::Korean),
            ("en", Language::English),
            ("EN-US,ko;q=0.9", Language::English),
            ("ko-KR,ko;q=0.9,en;q=0.8", Language::Korean),
            ("ko;q=0.1, en;q=0.2", Language::English),
            ("en;q=0", Language::Korean),
            ("english", Language::Korean),
        ] {
            assert_eq!(Language::preferred(header), language, "{header}");
        }
    }
}
