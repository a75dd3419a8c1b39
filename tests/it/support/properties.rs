//! What has to hold for any value, tried on a few hundred.

use std::fmt::Debug;

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseResult, TestRunner},
};

/// The same values in each run, so that a change is blamed for what it did.
/// `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for others, and more.
const SEED: RngSeed = RngSeed::Fixed(20_260_115);

/// Tries `test` on values of `strategy`; a failure tells the smallest value
/// that fails, and the seed.
#[track_caller]
pub(crate) fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> TestCaseResult)
where
    S::Value: Debug,
{
    check_some(Config::default().cases, strategy, test);
}

/// The same for a few values only: each takes its time.
#[track_caller]
pub(crate) fn check_some<S: Strategy>(
    cases: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> TestCaseResult,
) where
    S::Value: Debug,
{
    let mut config = Config {
        cases,
        // The seed is enough to see a failure again.
        failure_persistence: None,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = SEED;
    }
    let seed = config.rng_seed;
    if let Err(failure) = TestRunner::new(config).run(strategy, test) {
        panic!("{failure}\nsee it again with PROPTEST_RNG_SEED={seed} PROPTEST_CASES={cases}");
    }
}

/// Text of any characters, control characters and such beyond U+FFFF among
/// them; at most so many.
pub(crate) fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::char::any(), 0..=most)
        .prop_map(|characters| characters.into_iter().collect())
}

/// The same without NUL, and not empty.
pub(crate) fn sound_text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::char::range('\u{1}', char::MAX), 1..=most)
        .prop_map(|characters| characters.into_iter().collect())
}
