//! CP949, in which results are.

use encoding_rs::{EUC_KR, EncoderResult};
use zeroize::Zeroizing;

/// A character that CP949 lacks becomes `?`, as at NICE.
pub(super) fn encode(text: &str) -> Zeroizing<Vec<u8>> {
    let mut encoder = EUC_KR.new_encoder();
    // A character of UTF-8 never takes more bytes in CP949.
    let mut bytes = Zeroizing::new(vec![0; text.len() + 8]);
    let (mut read, mut written) = (0, 0);
    loop {
        let (result, more_read, more_written) = encoder.encode_from_utf8_without_replacement(
            &text[read..],
            &mut bytes[written..],
            true,
        );
        read += more_read;
        written += more_written;
        match result {
            EncoderResult::Unmappable(_) => {
                bytes[written] = b'?';
                written += 1;
            }
            EncoderResult::InputEmpty | EncoderResult::OutputFull => break,
        }
    }
    bytes.truncate(written);
    bytes
}

/// Reverses [`encode`].
pub(super) fn decode(bytes: &[u8]) -> Zeroizing<String> {
    let (text, _) = EUC_KR.decode_without_bom_handling(bytes);
    Zeroizing::new(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_beyond_cp949_keep_their_place() {
        let (korean, _, _) = EUC_KR.encode("김펲");
        assert_eq!(*encode("김펲"), korean.to_vec());
        assert_eq!(*encode("Nguyễn 김😀"), *encode("Nguy?n 김?"));
        assert_eq!(*encode(""), Vec::<u8>::new());
    }

    #[test]
    fn all_that_it_has_comes_back() {
        let all: String = (1..=char::MAX as u32)
            .filter_map(char::from_u32)
            .filter(|character| {
                let mut bytes = [0; 4];
                let text = character.encode_utf8(&mut bytes);
                !EUC_KR.encode(text).2
            })
            .collect();
        assert!(all.chars().count() > 17_000);
        assert_eq!(*decode(&encode(&all)), all);
    }
}
