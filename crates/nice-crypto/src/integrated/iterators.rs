//! How many rounds a key derivation takes.

use thiserror::Error;

/// NICE's `iterators`: the rounds of PBKDF2, 1 to 1,000,000.
///
/// NICE sends two digits. The bound keeps a broken answer from holding up a
/// thread: a million rounds take less than a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iterators(u32);

/// A number of rounds that is too high to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("iterators is not from 1 to 1,000,000")]
pub struct IteratorsOutOfRange;

impl Iterators {
    const MOST: u32 = 1_000_000;

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Iterators {
    type Error = IteratorsOutOfRange;

    fn try_from(rounds: u32) -> Result<Self, IteratorsOutOfRange> {
        match rounds {
            1..=Self::MOST => Ok(Self(rounds)),
            _ => Err(IteratorsOutOfRange),
        }
    }
}

impl TryFrom<i64> for Iterators {
    type Error = IteratorsOutOfRange;

    fn try_from(rounds: i64) -> Result<Self, IteratorsOutOfRange> {
        u32::try_from(rounds)
            .map_err(|_| IteratorsOutOfRange)
            .and_then(Self::try_from)
    }
}
