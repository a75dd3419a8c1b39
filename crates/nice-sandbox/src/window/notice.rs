//! What works here and may not work, or not as meant, at NICE: told on the
//! window's page and in the header `x-sandbox-notice`.

use crate::words::Both;

/// A name for programs, and the words for people.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) code: &'static str,
    /// What it is about, in header characters; may be empty.
    pub(super) about: String,
    pub(super) text: Both,
}

impl Notice {
    pub(super) const LONG_CALLBACK: &str = "callback_too_long";

    fn new(code: &'static str, about: impl Into<String>, ko: String, en: String) -> Self {
        Self {
            code,
            about: about.into(),
            text: Both::new(ko, en),
        }
    }

    pub(super) fn misspelt(given: &str, meant: &str) -> Self {
        Self::new(
            "field_misspelt",
            given,
            format!("{given} 은(는) NICE가 모르는 이름이라 무시됩니다. {meant} 을(를) 뜻하셨나요?"),
            format!("{given} is no field of NICE's and is ignored: did you mean {meant}?"),
        )
    }

    pub(super) fn unknown(given: &str) -> Self {
        Self::new(
            "field_unknown",
            given,
            format!("{given} 은(는) NICE가 모르는 이름이라 무시됩니다."),
            format!("{given} is no field of NICE's and is ignored."),
        )
    }

    /// Names that may hold anything, so that they are only counted.
    pub(super) fn unknown_more(count: usize) -> Self {
        Self::new(
            "field_unknown",
            count.to_string(),
            format!("NICE가 모르는 이름이 {count}개 더 있습니다."),
            format!("{count} more names are no fields of NICE's."),
        )
    }

    pub(super) fn no_requestno() -> Self {
        Self::new(
            "requestno_absent",
            "",
            "requestno가 없습니다. NICE는 받아 주지만, 결과가 어느 요청의 것인지 확인할 수 없습니다."
                .to_owned(),
            "There is no requestno. NICE takes that, but then nothing ties the result to the \
             request."
                .to_owned(),
        )
    }

    pub(super) fn trimmed_return_url() -> Self {
        Self::new(
            "returnurl_trimmed",
            "",
            "returnurl 앞뒤에 공백이 있어 잘라 냈습니다.".to_owned(),
            "returnurl has blanks around it, which were cut off.".to_owned(),
        )
    }

    pub(super) fn fragment() -> Self {
        Self::new(
            "returnurl_fragment",
            "",
            "returnurl에 #이 있습니다. NICE는 값을 # 뒤에 붙이므로 서버는 값을 받지 못하고, 화면의 \
             스크립트가 # 뒤에서 읽어야 합니다."
                .to_owned(),
            "returnurl has a #. NICE appends the values behind it: no server gets them, the page's \
             script has to read them there."
                .to_owned(),
        )
    }

    pub(super) fn long_callback(length: usize) -> Self {
        Self::new(
            Self::LONG_CALLBACK,
            length.to_string(),
            format!(
                "get으로 돌아가는 주소가 {length}바이트입니다. 많은 프록시와 서버가 4~8 KiB에서 \
                 거절합니다. receivedata를 줄이거나 methodtype을 post로 바꾸세요."
            ),
            format!(
                "The address of the callback by get has {length} bytes; many proxies and servers \
                 refuse it at 4 to 8 KiB. Shorten receivedata, or set methodtype to post."
            ),
        )
    }

    pub(super) fn other_origin(page: &str, returnurl: &str) -> Self {
        Self::new(
            "origin_differs",
            page,
            format!(
                "이 창을 연 화면은 {page} 이고 returnurl은 {returnurl} 입니다. 출처가 다르면 돌아온 \
                 화면이 연 화면에 결과를 전하지 못합니다. localhost와 127.0.0.1, http와 https, 포트는 \
                 서로 다른 출처입니다."
            ),
            format!(
                "The page that opened this window is on {page}, returnurl on {returnurl}. With \
                 another origin the page that comes back can't reach the one that opened it. \
                 localhost and 127.0.0.1, http and https, and two ports are different origins."
            ),
        )
    }
}

/// The value of `x-sandbox-notice`.
pub(super) fn header(notices: &[Notice]) -> String {
    notices
        .iter()
        .map(|Notice { code, about, .. }| match about.as_str() {
            "" => (*code).to_owned(),
            about => format!("{code}={about}"),
        })
        .collect::<Vec<_>>()
        .join(", ")
}
