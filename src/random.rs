//! Randomness, injected so that an answer can be tested to the byte.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};

/// Letters and digits: they pass every filter between us and NICE.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The longest multiple of the alphabet's length that fits a byte: bytes
/// above it are drawn again, or some letters would come up more often.
const UNBIASED: u8 = 248;

/// Where the service draws random values.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system's CSPRNG.
    System,
    /// A reproducible stream for tests: SHA-256 of a counter.
    Seeded(Arc<AtomicU64>),
}

impl Random {
    /// A stream that is the same for the same seed. For tests alone.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// Fills `bytes`.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give: a service that
    /// goes on with guessable values would be worse than none.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => {
                if let Err(error) = getrandom::fill(bytes) {
                    panic!("the operating system gives no random bytes: {error}");
                }
            }
            Self::Seeded(counter) => {
                for chunk in bytes.chunks_mut(32) {
                    let block = counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
                    chunk.copy_from_slice(&Sha256::digest(block)[..chunk.len()]);
                }
            }
        }
    }

    /// `N` random letters and digits; 22 of them hold 130 bits.
    #[must_use]
    pub fn alphanumeric<const N: usize>(&self) -> [u8; N] {
        let mut text = [0; N];
        let mut pool = [0; 40];
        let mut filled = 0;
        while filled < N {
            self.fill(&mut pool);
            for byte in pool.iter().filter(|byte| **byte < UNBIASED) {
                if filled == N {
                    break;
                }
                text[filled] = ALPHABET[usize::from(byte % 62)];
                filled += 1;
            }
        }
        text
    }

    /// A number from 0 up to, not including, 1, for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX).next_up()
    }
}
