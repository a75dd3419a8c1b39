//! Randomness as a parameter, so that tests can choose it.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, RngExt, SeedableRng, distr::Alphanumeric, rngs::StdRng};

/// The source of the service's random values. Both are CSPRNGs.
#[derive(Clone, Debug)]
pub enum Random {
    /// rand's generator of each thread, seeded by the operating system.
    ///
    /// It panics when the operating system has no randomness: guessable
    /// values would be worse than no service.
    System,
    /// A stream that repeats. For tests only.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    /// The same stream for the same seed. For tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => rand::rng().fill_bytes(bytes),
            Self::Seeded(stream) => locked(stream, |stream| stream.fill_bytes(bytes)),
        }
    }

    /// `N` random letters and digits; 22 of them have 130 bits.
    #[must_use]
    pub fn alphanumeric<const N: usize>(&self) -> [u8; N] {
        fn sample<const N: usize>(rng: &mut impl Rng) -> [u8; N] {
            std::array::from_fn(|_| rng.sample(Alphanumeric))
        }
        match self {
            Self::System => sample(&mut rand::rng()),
            Self::Seeded(stream) => locked(stream, sample),
        }
    }

    /// A number from 0 up to, not including, 1, for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        match self {
            Self::System => rand::rng().random(),
            Self::Seeded(stream) => locked(stream, StdRng::random),
        }
    }
}

fn locked<T>(stream: &Mutex<StdRng>, draw: impl FnOnce(&mut StdRng) -> T) -> T {
    draw(&mut stream.lock().unwrap_or_else(PoisonError::into_inner))
}
