//! What works here but may not work, or not as meant, at NICE: shown on the
//! window's page and in the header `x-sandbox-notice`.

use crate::words::{Both, nearly_equal};

/// A name for programs, and the words for people.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) code: &'static str,
    /// What it is about, in header characters; may be empty.
    pub(crate) about: String,
    pub(crate) text: Both,
}

impl Notice {
    pub(crate) fn new(
        code: &'static str,
        about: impl Into<String>,
        ko: String,
        en: String,
    ) -> Self {
        Self {
            code,
            about: about.into(),
            text: Both::new(ko, en),
        }
    }

    pub(crate) fn misspelt(given: &str, meant: &str) -> Self {
        Self::new(
            "field_misspelt",
            given,
            format!("{given} 은(는) NICE가 모르는 이름이라 무시됩니다. {meant} 을(를) 뜻하셨나요?"),
            format!("{given} is not one of NICE's fields and is ignored: did you mean {meant}?"),
        )
    }

    pub(crate) fn unknown(given: &str) -> Self {
        Self::new(
            "field_unknown",
            given,
            format!("{given} 은(는) NICE가 모르는 이름이라 무시됩니다."),
            format!("{given} is not one of NICE's fields and is ignored."),
        )
    }

    /// Names that may hold anything, so that they are only counted.
    pub(crate) fn unknown_more(count: usize) -> Self {
        Self::new(
            "field_unknown",
            count.to_string(),
            format!("NICE가 모르는 이름이 {count}개 더 있습니다."),
            format!("{count} more names are not fields of NICE's."),
        )
    }

    pub(crate) fn other_origin(page: &str, returnurl: &str) -> Self {
        Self::new(
            "origin_differs",
            page,
            format!(
                "이 창을 연 화면은 {page} 이고 returnurl은 {returnurl} 입니다. 출처가 다르면 돌아온 \
                 화면이 연 화면에 결과를 전하지 못합니다. localhost와 127.0.0.1, http와 https, 포트는 \
                 서로 다른 출처입니다."
            ),
            format!(
                "The page that opened this window is on {page}, returnurl on {returnurl}. If the origins differ, the page that comes back can't reach the page that opened the window. localhost and 127.0.0.1, http and https, and two ports are different origins."
            ),
        )
    }
}

/// The names that a request has and NICE doesn't know.
pub(crate) fn of_unknown_names<'a>(
    names: impl Iterator<Item = &'a str>,
    known: &[&str],
) -> Vec<Notice> {
    const MAX: usize = 10;
    let strangers: Vec<_> = names.filter(|name| !known.contains(name)).collect();
    let mut notices: Vec<_> = strangers
        .iter()
        .filter(|name| is_name(name))
        .take(MAX)
        .map(
            |name| match known.iter().find(|field| nearly_equal(name, field)) {
                Some(field) => Notice::misspelt(name, field),
                None => Notice::unknown(name),
            },
        )
        .collect();
    let more = strangers.len() - notices.len();
    if more > 0 {
        notices.push(Notice::unknown_more(more));
    }
    notices
}

/// A name that NICE doesn't know and that was meant for this field.
pub(crate) fn nearly_right<'a>(
    mut names: impl Iterator<Item = &'a str>,
    known: &[&str],
    field: &str,
) -> Option<&'a str> {
    names.find(|name| !known.contains(name) && is_name(name) && nearly_equal(name, field))
}

/// Whether a name may be shown: it could hold anything.
fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// The value of `x-sandbox-notice`.
pub(crate) fn header(notices: &[Notice]) -> String {
    notices
        .iter()
        .map(|Notice { code, about, .. }| match about.as_str() {
            "" => (*code).to_owned(),
            about => format!("{code}={about}"),
        })
        .collect::<Vec<_>>()
        .join(", ")
}
