//! NICE's charset.

use encoding_rs::{EUC_KR, EncoderResult};

/// The length by which NICE's limits are meant.
pub(crate) fn length(text: &str) -> usize {
    encode(text).len()
}

/// CP949 bytes, with `?` for each character that it can't hold.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    // The encoding of that name is CP949 on the web, and here.
    let mut encoder = EUC_KR.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        bytes.reserve(rest.len() + 16);
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return bytes,
            EncoderResult::Unmappable(_) => bytes.push(b'?'),
            EncoderResult::OutputFull => {}
        }
    }
}
