//! What can be wrong with a request to the window.

use axum::http::StatusCode;

use super::mistake::Mistake;

/// A request that the window doesn't open for; `diagnosis` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The body is JSON, multipart or the like.
    NotAForm { content_type: String },
    /// A parameter of the window isn't there, or is empty.
    Missing { parameter: &'static str },
    /// `m` isn't `service`.
    NotService { given: String },
    /// This sandbox knows no such token.
    UnknownToken { given: String },
    /// The token's period has passed.
    ExpiredToken { ended: String },
    /// Percent-encoded twice.
    DoublyEncoded { parameter: &'static str },
    /// Base64 with line breaks.
    LineBreaks { parameter: &'static str },
    /// The integrity value doesn't belong to the cipher text.
    Integrity(Option<Mistake>),
    /// The cipher text can't be read.
    Cipher(Option<Mistake>),
    /// The plain text isn't a JSON object.
    NotJson { begins: String },
    /// A field isn't a string.
    NotText { field: &'static str },
    /// A field that must be there isn't.
    NoField { field: &'static str },
    /// Over the field's limit.
    TooLong {
        field: &'static str,
        length: usize,
        max: usize,
    },
    /// Not the `site_code` that came with the token.
    SiteCode { given: String, wanted: String },
    /// Relative, malformed, with blanks or a user name.
    ReturnUrl { given: String },
    /// `javascript:` and the like.
    ReturnScheme { scheme: String },
    /// An app can't receive a POST.
    AppSchemeByPost { scheme: String },
    /// A field with a value outside its list.
    NotOneOf {
        field: &'static str,
        given: String,
        list: &'static str,
    },
    /// No such persona.
    UnknownPersona { given: String },
    /// No such outcome.
    UnknownOutcome { given: String },
    /// A `sandbox_…` parameter that nothing reads.
    UnknownParameter { given: String },
}

impl Fault {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::UnknownToken { .. } | Self::ExpiredToken { .. } => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// A name that a program can read, for the header `x-sandbox-fault`.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::NotAForm { .. } => "not_a_form",
            Self::Missing { .. } => "parameter_missing",
            Self::NotService { .. } => "not_service",
            Self::UnknownToken { .. } => "token_unknown",
            Self::ExpiredToken { .. } => "token_expired",
            Self::DoublyEncoded { .. } => "encoded_twice",
            Self::LineBreaks { .. } => "line_breaks",
            Self::Integrity(Some(mistake)) | Self::Cipher(Some(mistake)) => mistake_code(*mistake),
            Self::Integrity(None) => "integrity_mismatch",
            Self::Cipher(None) => "cipher_unreadable",
            Self::NotJson { .. } => "not_json",
            Self::NotText { .. } => "field_not_text",
            Self::NoField { .. } => "field_missing",
            Self::TooLong { .. } => "field_too_long",
            Self::SiteCode { .. } => "sitecode_mismatch",
            Self::ReturnUrl { .. } => "returnurl_invalid",
            Self::ReturnScheme { .. } => "returnurl_scheme",
            Self::AppSchemeByPost { .. } => "returnurl_app_post",
            Self::NotOneOf { .. } => "field_value",
            Self::UnknownPersona { .. } => "persona_unknown",
            Self::UnknownOutcome { .. } => "outcome_unknown",
            Self::UnknownParameter { .. } => "sandbox_parameter_unknown",
        }
    }
}

const fn mistake_code(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::MacArgumentsSwapped => "hmac_arguments_swapped",
        Mistake::MacOverCipherBytes => "hmac_over_cipher_bytes",
        Mistake::MacOverPlainText => "hmac_over_plain_text",
        Mistake::MacKeyLast32 => "hmac_key_last_32",
        Mistake::MacKeyFirst16 => "hmac_key_first_16",
        Mistake::MacKeyLast16 => "hmac_key_last_16",
        Mistake::MacKeyAll => "hmac_key_all_44",
        Mistake::MacKeyRawDigest => "hmac_key_raw_digest",
        Mistake::MacWithoutKey => "hmac_without_key",
        Mistake::MacInHex => "hmac_in_hex",
        Mistake::MacInHexInBase64 => "hmac_in_hex_in_base64",
        Mistake::MacInOtherBase64 => "hmac_in_other_base64",
        Mistake::CipherInHex => "cipher_in_hex",
        Mistake::CipherInOtherBase64 => "cipher_in_other_base64",
        Mistake::KeyAndIvSwapped => "key_and_iv_swapped",
        Mistake::IvIsKey => "iv_is_key",
        Mistake::IvIsZero => "iv_is_zero",
        Mistake::Aes256 => "aes_256",
    }
}
