//! The good answer with one value that is out of its limits, or written in
//! a form that clients stumble over.

use super::{Call, Fault, Kind};

/// What stands in the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Substitute {
    /// This text.
    Text(&'static str),
    /// So many letters.
    Letters(usize),
    /// This number.
    Whole(i64),
    /// Nothing.
    Absent,
    /// A thousandth of the good number.
    Thousandth,
    /// The good number, with a fraction.
    WithFraction,
    /// The good number, as text.
    AsText,
}

use Substitute::{AsText, Letters, Text, Whole, WithFraction};

const CRYPTO_TOKEN: &[Call] = &[Call::CryptoToken];
const INSTITUTION_TOKEN: &[Call] = &[Call::InstitutionToken];

const fn crypto(
    name: &'static str,
    field: &'static str,
    value: Substitute,
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls: CRYPTO_TOKEN,
        title,
        stands_for,
        kind: Kind::Value(field, value),
    }
}

const fn institution(
    name: &'static str,
    field: &'static str,
    value: Substitute,
    title: &'static str,
    stands_for: &'static str,
) -> Fault {
    Fault {
        name,
        calls: INSTITUTION_TOKEN,
        title,
        stands_for,
        kind: Kind::Value(field, value),
    }
}

pub(crate) const FAULTS: &[Fault] = &[
    crypto(
        "period_float",
        "period",
        WithFraction,
        "period가 실수",
        "The good answer with a period such as 3600.0: some languages write numbers so. Take it \
         as the whole number it is.",
    ),
    crypto(
        "period_string",
        "period",
        AsText,
        "period가 문자열",
        "The good answer with a period such as \"3600\": NICE's fields are text in some of its \
         documents. Take it as the number it is.",
    ),
    crypto(
        "period_too_short",
        "period",
        Whole(59),
        "period가 너무 짧음 (59초)",
        "The good answer with a period of 59 seconds: nobody gets through the window in that time. \
         Don't keep such a token in stock; ask for another or refuse.",
    ),
    crypto(
        "period_too_long",
        "period",
        Whole(86_401),
        "period가 하루 초과 (86401초)",
        "The good answer with a period beyond a day, perhaps in other units than seconds. Don't \
         keep a token longer than NICE was ever seen to; report a broken answer.",
    ),
    crypto(
        "period_negative",
        "period",
        Whole(-3600),
        "period가 음수",
        "The good answer with a period below zero: a token that is over before it begins. Report \
         a broken answer; don't let the sum wrap around to a long life.",
    ),
    crypto(
        "period_not_a_number",
        "period",
        Text("soon"),
        "period가 숫자가 아님",
        "The good answer with a word for a period. Report a broken answer; don't take a default \
         for it.",
    ),
    crypto(
        "token_version_id_empty",
        "token_version_id",
        Text(""),
        "token_version_id가 빈 값",
        "The good answer with an empty id. It is there, and still no id: check for more than its \
         presence.",
    ),
    crypto(
        "token_version_id_too_long",
        "token_version_id",
        Letters(65),
        "token_version_id가 너무 김 (65자)",
        "The good answer with an id longer than any of NICE's. Report a broken answer rather than \
         cut the id off or let the database refuse it.",
    ),
    crypto(
        "token_version_id_not_ascii",
        "token_version_id",
        Text("토큰-SB"),
        "token_version_id에 ASCII가 아닌 문자",
        "The good answer with an id that isn't ASCII: garbled on the way. Report a broken answer; \
         it wouldn't come back from the window as it went.",
    ),
    crypto(
        "token_val_empty",
        "token_val",
        Text(""),
        "token_val이 빈 값",
        "The good answer with empty key material: keys could still be derived, and half of what \
         they are made of is public. Never use it.",
    ),
    crypto(
        "token_val_too_long",
        "token_val",
        Letters(513),
        "token_val이 너무 김 (513자)",
        "The good answer with more key material than NICE ever sent. Report a broken answer.",
    ),
    crypto(
        "token_val_control",
        "token_val",
        Text("QUJD\nRUZH"),
        "token_val에 제어 문자",
        "The good answer with a line break in the key material: whether it counts for the keys is \
         anybody's guess. Report a broken answer.",
    ),
    crypto(
        "site_code_empty",
        "site_code",
        Text(""),
        "site_code가 빈 값",
        "The good answer without a site code to seal. Report a broken answer; don't put one from \
         the settings in its place.",
    ),
    crypto(
        "site_code_too_long",
        "site_code",
        Letters(17),
        "site_code가 너무 김 (17자)",
        "The good answer with a site code longer than 16 characters. Report a broken answer.",
    ),
    institution(
        "access_token_empty",
        "access_token",
        Text(""),
        "access_token이 빈 값",
        "The good answer with an empty institution token. Report a broken answer; don't store it, \
         or each call of the next 50 years fails.",
    ),
    institution(
        "access_token_too_long",
        "access_token",
        Letters(513),
        "access_token이 너무 김 (513자)",
        "The good answer with an institution token that no header of NICE's was seen to hold. \
         Report a broken answer; don't store it.",
    ),
    institution(
        "access_token_not_ascii",
        "access_token",
        Text("기관토큰"),
        "access_token에 ASCII가 아닌 문자",
        "The good answer with an institution token that isn't ASCII: garbled on the way. Report a \
         broken answer; don't store it.",
    ),
    institution(
        "expires_in_float",
        "expires_in",
        WithFraction,
        "expires_in이 실수",
        "The good answer with an expires_in such as 1576800000.0. Take it as the whole number it \
         is.",
    ),
    institution(
        "expires_in_string",
        "expires_in",
        AsText,
        "expires_in이 문자열",
        "The good answer with an expires_in such as \"1576800000\". Take it as the number it is.",
    ),
    institution(
        "expires_in_negative",
        "expires_in",
        Whole(-1),
        "expires_in이 음수",
        "The good answer with an expires_in below zero, although the token works. NICE's refusal \
         is what tells that a token is over: use it until then.",
    ),
];
