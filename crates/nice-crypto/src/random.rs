//! Randomness, injected so that an answer can be tested to the byte.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// Letters and digits: they pass every filter between us and NICE.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The longest multiple of the alphabet's length that fits a byte: bytes
/// from it on are drawn again, or some letters would come up more often.
const UNBIASED: u8 = 248;

/// Where the service draws random values.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system's CSPRNG.
    System,
    /// A reproducible stream for tests: SHA-256 of a counter.
    Seeded(Arc<AtomicU64>),
}

/// Bytes of the operating system's CSPRNG that were drawn ahead, so that a
/// request doesn't call the kernel for each value. Each byte is given out
/// once and wiped; each thread has its own.
struct Ahead {
    bytes: [u8; 1024],
    /// How many at the beginning of `bytes` are unused.
    left: usize,
}

thread_local! {
    static AHEAD: RefCell<Ahead> = const {
        RefCell::new(Ahead {
            bytes: [0; 1024],
            left: 0,
        })
    };
}

impl Ahead {
    fn fill(&mut self, bytes: &mut [u8]) {
        if bytes.len() > self.bytes.len() {
            draw(bytes);
            return;
        }
        if self.left < bytes.len() {
            draw(&mut self.bytes);
            self.left = self.bytes.len();
        }
        let rest = self.left - bytes.len();
        let taken = &mut self.bytes[rest..self.left];
        bytes.copy_from_slice(taken);
        taken.zeroize();
        self.left = rest;
    }
}

fn draw(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
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
            Self::System => AHEAD.with_borrow_mut(|ahead| ahead.fill(bytes)),
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
        let mut pool = Zeroizing::new([0; 40]);
        let mut filled = 0;
        while filled < N {
            self.fill(&mut *pool);
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn bytes_drawn_ahead_are_given_out_once() {
        let values: HashSet<[u8; 16]> = (0..10_000)
            .map(|_| {
                let mut value = [0; 16];
                Random::System.fill(&mut value);
                value
            })
            .collect();
        assert_eq!(values.len(), 10_000);
    }

    #[test]
    fn fills_any_length() {
        for length in [0, 1, 1008, 1024, 1040, 5008] {
            let mut bytes = vec![0; length];
            Random::System.fill(&mut bytes);
            assert!(bytes.chunks_exact(16).all(|chunk| chunk != [0; 16]));
        }
    }
}
