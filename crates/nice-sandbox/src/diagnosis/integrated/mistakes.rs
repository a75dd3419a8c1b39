//! What clients do wrong with keys and integrity values.

use crate::words::Both;

/// A mistake, by a name for programs and its words for people: Korean, then English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) code: &'static str,
    text: [&'static str; 2],
}

impl Mistake {
    pub(crate) fn text(self) -> Both {
        self.text.into()
    }
}

const fn mistake(code: &'static str, ko: &'static str, en: &'static str) -> Mistake {
    Mistake {
        code,
        text: [ko, en],
    }
}

pub(super) const TICKET_DECODED: Mistake = mistake(
    "ticket_decoded",
    "ticket을 base64로 디코딩했습니다. 받은 문자열 그대로가 비밀번호입니다.",
    "The ticket was decoded. Its text, as received, is the password.",
);
pub(super) const TICKET_OF_URL: Mistake = mistake(
    "ticket_of_url",
    "auth/url 때의 토큰의 ticket과 iterators입니다. auth/result의 Bearer 토큰과 함께 받은 것을 쓰세요.",
    "These are ticket and iterators of the token used for auth/url: use those of the Bearer token of auth/result.",
);
pub(super) const TICKET_OF_ANOTHER: Mistake = mistake(
    "ticket_of_another",
    "다른 접근 토큰의 ticket과 iterators입니다. 토큰, ticket, iterators를 한 값으로 보관하세요.",
    "These are ticket and iterators of another access token: keep token, ticket and iterators as one value.",
);
pub(super) const SALT_DECODED: Mistake = mistake(
    "salt_decoded",
    "transaction_id를 base64로 디코딩했습니다. 받은 문자열 그대로가 salt입니다.",
    "The transaction_id was decoded. Its text, as received, is the salt.",
);
pub(super) const SALT_WEB_TRANSACTION_ID: Mistake = mistake(
    "salt_web_transaction_id",
    "web_transaction_id를 salt로 썼습니다. salt는 transaction_id입니다.",
    "web_transaction_id was used as the salt: the salt is transaction_id.",
);
pub(super) const SALT_REQUEST_NO: Mistake = mistake(
    "salt_request_no",
    "request_no를 salt로 썼습니다. salt는 transaction_id입니다.",
    "request_no was used as the salt: the salt is transaction_id.",
);
pub(super) const SWAPPED: Mistake = mistake(
    "ticket_and_salt_swapped",
    "ticket과 transaction_id가 바뀌었습니다. ticket이 비밀번호, transaction_id가 salt입니다.",
    "ticket and transaction_id are swapped: the ticket is the password, the transaction_id the salt.",
);
pub(super) const FIXED_ROUNDS: Mistake = mistake(
    "iterators_fixed",
    "반복 횟수가 고정값입니다. 토큰과 함께 받은 iterators를 쓰세요.",
    "The number of rounds is fixed: use iterators, which comes with the token.",
);
pub(super) const SHA1: Mistake = mistake(
    "kdf_sha1",
    "PBKDF2를 HMAC-SHA1로 계산했습니다. HMAC-SHA256입니다.",
    "PBKDF2 was computed with HMAC-SHA1: it is HMAC-SHA256.",
);
pub(super) const SHA512: Mistake = mistake(
    "kdf_sha512",
    "PBKDF2를 HMAC-SHA512로 계산했습니다. HMAC-SHA256입니다.",
    "PBKDF2 was computed with HMAC-SHA512: it is HMAC-SHA256.",
);
pub(super) const RAW_BYTES: Mistake = mistake(
    "key_raw_bytes",
    "PBKDF2 결과의 바이트를 잘랐습니다. 64바이트를 base64url 문자열(86자)로 만든 뒤 그 문자를 자르세요.",
    "The derived bytes were sliced: encode the 64 bytes as base64url (86 characters) and slice these characters.",
);
pub(super) const HEX: Mistake = mistake(
    "key_hex_text",
    "16진수 문자열을 잘랐습니다. base64url 문자열을 자르세요.",
    "A hex text was sliced: slice the base64url text.",
);
pub(super) const STANDARD_BASE64: Mistake = mistake(
    "key_standard_base64",
    "표준 base64(+, /)를 썼습니다. base64url(-, _)입니다.",
    "It is standard base64, with + and /: base64url has - and _.",
);
pub(super) const WRONG_SLICE: Mistake = mistake(
    "key_wrong_slice",
    "자른 위치가 다릅니다. AES 키는 0~31번째, HMAC 키는 48~79번째 문자입니다.",
    "The slice is at the wrong place: characters 0-31 are the AES key, 48-79 the HMAC key.",
);
pub(super) const MAC_OVER_BYTES: Mistake = mistake(
    "integrity_over_bytes",
    "디코딩한 enc_data에 HMAC을 계산했습니다. 받은 문자열 그대로에 계산하세요.",
    "The HMAC is over the decoded enc_data: compute it over the text as received.",
);
pub(super) const MAC_OVER_PADDED: Mistake = mistake(
    "integrity_over_padded",
    "= 를 붙인 enc_data에 HMAC을 계산했습니다. 받은 문자열 그대로에 계산하세요.",
    "The HMAC is over enc_data with = added: compute it over the text as received.",
);
pub(super) const MAC_OVER_STANDARD: Mistake = mistake(
    "integrity_over_standard_base64",
    "표준 base64로 바꾼 enc_data에 HMAC을 계산했습니다. 받은 문자열 그대로에 계산하세요.",
    "The HMAC is over enc_data in the standard alphabet: compute it over the text as received.",
);
pub(super) const MAC_OVER_ALL: Mistake = mistake(
    "integrity_over_all",
    "result_code와 result_message까지 HMAC을 계산했습니다. enc_data에만 계산하세요.",
    "The HMAC also covers result_code and result_message: it must cover only enc_data.",
);
pub(super) const MAC_PADDED: Mistake = mistake(
    "integrity_padded",
    "끝에 = 가 있습니다. 패딩 없는 base64url(43자)과 비교하세요.",
    "It ends with =: compare with base64url without padding, 43 characters.",
);
pub(super) const MAC_STANDARD: Mistake = mistake(
    "integrity_standard_base64",
    "표준 base64(+, /)로 썼습니다. base64url(-, _)과 비교하세요.",
    "It is standard base64, with + and /: compare with base64url.",
);
pub(super) const MAC_HEX: Mistake = mistake(
    "integrity_hex",
    "16진수로 썼습니다. base64url과 비교하세요.",
    "It is hex: compare with base64url.",
);
pub(super) const UNKNOWN_KEY: Mistake = mistake(
    "key_unknown",
    "알려진 실수 중 어느 것도 아닙니다. ticket, transaction_id, iterators의 순서와 값을 확인하세요.",
    "This is none of the known mistakes: check ticket, transaction_id and iterators.",
);
pub(super) const UNKNOWN_MAC: Mistake = mistake(
    "integrity_unknown",
    "알려진 실수 중 어느 것도 아닙니다. 먼저 키가 맞는지 확인하세요.",
    "This is none of the known mistakes: check the keys first.",
);
