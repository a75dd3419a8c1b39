//! What the standard window takes, but may not do as meant.

use crate::browser::notice::Notice;

impl Notice {
    pub(super) const LONG_CALLBACK: &str = "callback_too_long";

    pub(super) fn no_requestno() -> Self {
        Self::new(
            "requestno_absent",
            "",
            "requestno가 없습니다. NICE는 받아 주지만, 결과가 어느 요청의 것인지 확인할 수 없습니다."
                .to_owned(),
            "There is no requestno. NICE accepts that, but then nothing ties the result to the request."
                .to_owned(),
        )
    }

    pub(super) fn trimmed_return_url() -> Self {
        Self::new(
            "returnurl_trimmed",
            "",
            "returnurl 앞뒤에 공백이 있어 잘라 냈습니다.".to_owned(),
            "returnurl had blanks around it, which were removed.".to_owned(),
        )
    }

    pub(super) fn fragment() -> Self {
        Self::new(
            "returnurl_fragment",
            "",
            "returnurl에 #이 있습니다. NICE는 값을 # 뒤에 붙이므로 서버는 값을 받지 못하고, 화면의 \
             스크립트가 # 뒤에서 읽어야 합니다."
                .to_owned(),
            "returnurl has a #. NICE appends the values after it: no server receives them; a script in the page has to read them."
                .to_owned(),
        )
    }

    pub(super) fn long_callback(length: usize) -> Self {
        Self::new(
            Self::LONG_CALLBACK,
            length.to_string(),
            format!(
                "get으로 돌아가는 주소가 {length}바이트입니다. 많은 프록시와 서버가 4~8 KiB에서 \
                 거부합니다. receivedata를 줄이거나 methodtype을 post로 바꾸세요."
            ),
            format!(
                "The address of the callback by get has {length} bytes; many proxies and servers \
                 refuse it at 4 to 8 KiB. Shorten receivedata, or set methodtype to post."
            ),
        )
    }
}
