//! Whether decrypted bytes are a plain text, and how they were padded.

use super::super::{
    aes_modes::BLOCK,
    mistake::{Mistake, mistake},
    plain,
};

const PADDING_ZERO: Mistake = mistake(
    "padding_zero",
    "PKCS7이 아니라 0 바이트로 채웠습니다.",
    "It is padded with zero bytes, not by PKCS7.",
);

const PADDING_BLANK: Mistake = mistake(
    "padding_blank",
    "PKCS7이 아니라 공백으로 채웠습니다.",
    "It is padded with blanks, not by PKCS7.",
);

const PADDING_NONE: Mistake = mistake(
    "padding_none",
    "패딩이 없습니다. 길이가 16의 배수여도 PKCS7은 한 블록을 더합니다 (0이나 공백으로 채우는 방식은 더하지 않습니다).",
    "It has no padding; PKCS7 adds a block even where the length is a multiple of 16 (padding with zeros or blanks doesn't).",
);

const PADDING_OTHER: Mistake = mistake(
    "padding_other",
    "PKCS7이 아닌 다른 방식(ISO 10126, ANSI X9.23, ISO 7816-4 등)으로 채웠습니다.",
    "It is padded by another rule than PKCS7 (ISO 10126, ANSI X9.23, ISO 7816-4 or the like).",
);

/// Whether this is a plain text with its padding; the mistakes of padding.
pub(super) fn readable(padded: &[u8], must_be_padded: bool) -> Option<Vec<&'static Mistake>> {
    let &count = padded.last()?;
    let (text, padding) = padded.split_at(padded.len().saturating_sub(usize::from(count)));
    let is_sized = (1..=16).contains(&count);
    if is_sized && padding.iter().all(|byte| *byte == count) && is_text(text) {
        return Some(Vec::new());
    }
    let mistake = match padded.trim_ascii_end() {
        text if padded.ends_with(b"}") && is_text(text) => &PADDING_NONE,
        text if padded.ends_with(b" ") && is_text(text) => &PADDING_BLANK,
        _ if count == 0 && is_text(trim_nuls(padded)) => &PADDING_ZERO,
        _ if is_sized && is_text(trim_nuls(text)) => &PADDING_OTHER,
        _ if trim_nuls(padded).strip_suffix(b"\x80").is_some_and(is_text) => &PADDING_OTHER,
        text if is_text(text) => &PADDING_NONE,
        _ => return None,
    };
    // The other modes need none.
    let counts = must_be_padded || *mistake != PADDING_NONE;
    Some(if counts { vec![mistake] } else { Vec::new() })
}

/// Whether JSON begins so, in any charset.
pub(super) fn is_begin(plain: &[u8]) -> bool {
    let begin: Vec<u8> = plain
        .iter()
        .copied()
        .take(BLOCK)
        .filter(|byte| *byte != 0)
        .collect();
    let boms: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let begin = boms
        .iter()
        .find_map(|bom| begin.strip_prefix(*bom))
        .unwrap_or(&begin);
    begin.trim_ascii_start().starts_with(b"{")
}

fn trim_nuls(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    &bytes[..end]
}

/// Text, and long enough not to be one by chance.
fn is_text(bytes: &[u8]) -> bool {
    bytes.len() >= BLOCK && plain::is_text(bytes)
}
