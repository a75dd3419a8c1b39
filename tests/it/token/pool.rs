//! The token pool under paused time.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use member_verification::{
    crypto::KeySet,
    nice::{Code, NiceError, Obstacle, Stage},
    random::Random,
    token::{PoolSettings, ReadyToken, TakeError, TokenPool, TokenSource},
};
use tokio::time::{Instant, advance, sleep, timeout};

use crate::support::parallel::futures_in_order;

/// Brings a token after a delay, or fails as long as it is told to.
struct Source {
    delay: Duration,
    life: Duration,
    failure: Mutex<Option<NiceError>>,
    fetches: AtomicUsize,
    most_at_once: AtomicUsize,
    under_way: AtomicUsize,
}

impl Source {
    fn new(delay: Duration, life: Duration) -> Arc<Self> {
        Arc::new(Self {
            delay,
            life,
            failure: Mutex::new(None),
            fetches: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
        })
    }

    fn fail(&self, failure: Option<NiceError>) {
        *self.failure.lock().unwrap() = failure;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl TokenSource for Source {
    async fn fetch(&self, _probe: bool) -> Result<ReadyToken, NiceError> {
        let number = self.fetches.fetch_add(1, Ordering::SeqCst);
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        sleep(self.delay).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        if let Some(failure) = self.failure.lock().unwrap().clone() {
            return Err(failure);
        }
        Ok(ReadyToken {
            token_version_id: number.to_string().parse().unwrap(),
            site_code: "SITE".parse().unwrap(),
            keys: KeySet::from_digest(&[0; 32]),
            session_life: Duration::from_mins(15),
            usable_until: Instant::now() + self.life,
        })
    }
}

fn refusal() -> NiceError {
    NiceError::Refused {
        code: Code::Gateway("1702".to_owned()),
        message: String::new(),
        clock_skew: None,
    }
}

fn pool(min: usize, concurrency: usize) -> TokenPool {
    let settings = PoolSettings {
        min,
        max: 64,
        concurrency,
    };
    TokenPool::new(settings, Random::seeded(1))
}

async fn take(pool: &TokenPool) -> Result<String, TakeError> {
    let deadline = Instant::now() + Duration::from_secs(8);
    pool.take(deadline)
        .await
        .map(|token| token.token_version_id.to_string())
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);

#[tokio::test(start_paused = true)]
async fn it_fetches_one_token_first_and_then_its_minimum() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND, HOUR));
    let running = tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(SECOND / 2).await;
    assert_eq!((source.fetches(), pool.has_tried()), (1, false));
    sleep(SECOND).await;
    assert_eq!((source.fetches(), pool.has_tried()), (4, true));
    sleep(2 * SECOND).await;
    assert_eq!((pool.status().ready, source.fetches()), (4, 4));
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn a_warm_take_waits_for_nothing_and_oldest_tokens_go_first() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(source));
    sleep(5 * SECOND).await;
    let before = Instant::now();
    for expected in ["0", "1", "2", "3"] {
        assert_eq!(take(&pool).await.unwrap(), expected);
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_idle_pool_replaces_only_what_expires() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(Duration::from_hours(10)).await;
    assert!(
        (40..=44).contains(&source.fetches()),
        "{}",
        source.fetches()
    );
    assert_eq!(pool.status().ready, 4);
}

#[tokio::test(start_paused = true)]
async fn an_idle_pool_is_at_no_time_short_of_its_minimum() {
    // The second has no room for a token beyond its minimum.
    for min in [4, 64] {
        let (pool, source) = (pool(min, 64), Source::new(SECOND, HOUR));
        let running = tokio::spawn(pool.clone().run(Arc::clone(&source)));
        sleep(5 * SECOND).await;
        for _ in 0..3 * 60 * 60 {
            sleep(SECOND).await;
            assert!((min..=64).contains(&pool.status().ready));
        }
        assert!(source.fetches() <= 4 * min, "{}", source.fetches());
        running.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_while_its_tokens_grow_old_is_outlived() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(Duration::from_secs(60 * 60 - 30)).await;
    source.fail(Some(NiceError::Timeout));
    sleep(60 * SECOND).await;
    for _ in 0..4 {
        take(&pool).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_callers_are_fetched_for_within_the_limit() {
    let (pool, source) = (pool(1, 8), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    let taken = futures_in_order((0..40).map(|_| take(&pool))).await;
    let mut ids: Vec<String> = taken.into_iter().map(Result::unwrap).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
    assert!(source.most_at_once.load(Ordering::SeqCst) <= 8);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_loses_no_token() {
    let (pool, source) = (pool(1, 1), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    let impatient = pool.take(Instant::now() + SECOND / 2).await;
    assert!(matches!(impatient, Err(TakeError::Deadline)));
    sleep(SECOND).await;
    assert_eq!(take(&pool).await.unwrap(), "0");
}

#[tokio::test(start_paused = true)]
async fn a_final_failure_reaches_all_who_wait_at_once() {
    let (pool, source) = (pool(1, 64), Source::new(SECOND, HOUR));
    source.fail(Some(refusal()));
    tokio::spawn(pool.clone().run(source));
    let before = Instant::now();
    for outcome in futures_in_order((0..10).map(|_| take(&pool))).await {
        assert!(matches!(
            outcome,
            Err(TakeError::Nice(NiceError::Refused { .. }))
        ));
    }
    assert_eq!(before.elapsed(), SECOND);
    // And whoever comes while refills pause is told at once.
    assert!(matches!(
        take(&pool).await,
        Err(TakeError::Nice(NiceError::Refused { .. }))
    ));
    assert_eq!(before.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn nice_is_not_hammered_and_well_again_within_five_seconds() {
    let (pool, source) = (pool(4, 64), Source::new(Duration::from_millis(10), HOUR));
    source.fail(Some(NiceError::Unreachable(Obstacle::new(
        Stage::Http,
        "down",
        "",
    ))));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(Duration::from_mins(10)).await;
    // Pauses of 1.5 to 3 seconds, once they have grown.
    assert!(
        (200..=420).contains(&source.fetches()),
        "{}",
        source.fetches()
    );
    source.fail(None);
    sleep(5 * SECOND).await;
    assert_eq!(pool.status().ready, 4);
    assert!(take(&pool).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn many_that_fail_together_are_one_failure() {
    let (pool, source) = (pool(16, 64), Source::new(SECOND / 100, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(SECOND).await;
    source.fail(Some(NiceError::Timeout));
    for _ in 0..16 {
        assert!(take(&pool).await.is_ok());
    }
    assert!(take(&pool).await.is_err());
    assert!(source.most_at_once.load(Ordering::SeqCst) >= 15);
    source.fail(None);
    // The shortest pause, a probe, and the rest.
    sleep(SECOND / 4).await;
    assert_eq!(pool.status().ready, 16);
}

/// Leaves calls hanging for 4 seconds while it is silent.
struct SilentNice {
    silent: AtomicBool,
    calls: AtomicUsize,
    hanging: AtomicUsize,
}

impl SilentNice {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            silent: AtomicBool::new(true),
            calls: AtomicUsize::new(0),
            hanging: AtomicUsize::new(0),
        })
    }
}

impl TokenSource for SilentNice {
    async fn fetch(&self, _probe: bool) -> Result<ReadyToken, NiceError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if !self.silent.load(Ordering::SeqCst) {
            return Source::new(SECOND / 50, HOUR).fetch(false).await;
        }
        assert_eq!(self.hanging.fetch_add(1, Ordering::SeqCst), 0);
        sleep(4 * SECOND).await;
        self.hanging.fetch_sub(1, Ordering::SeqCst);
        Err(NiceError::Timeout)
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_silent_outage_it_is_well_within_five_seconds() {
    for tenths in 0..80 {
        let pool = pool(4, 64);
        let source = SilentNice::new();
        let running = tokio::spawn(pool.clone().run(Arc::clone(&source)));
        sleep(Duration::from_mins(1) + tenths * SECOND / 10).await;
        let probes = source.calls.load(Ordering::SeqCst);
        assert!((15..=18).contains(&probes), "{probes}");
        source.silent.store(false, Ordering::SeqCst);
        let well = Instant::now();
        while take(&pool).await.is_err() {
            sleep(SECOND / 10).await;
        }
        assert!(well.elapsed() < 5 * SECOND, "{:?}", well.elapsed());
        running.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn while_a_probe_hangs_callers_are_told_the_last_failure_at_once() {
    let pool = pool(1, 64);
    let source = SilentNice::new();
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(6 * SECOND).await;
    assert_eq!(source.hanging.load(Ordering::SeqCst), 1);
    let before = Instant::now();
    for _ in 0..10 {
        assert!(matches!(
            take(&pool).await,
            Err(TakeError::Nice(NiceError::Timeout))
        ));
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn one_caller_waits_for_the_probe_that_is_sent_for_him() {
    let pool = pool(0, 64);
    let source = SilentNice::new();
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(10 * SECOND).await;
    assert_eq!(pool.status().in_flight, 0, "nobody asks");
    let before = Instant::now();
    let mut asked: Vec<_> = (0..10)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { (take(&pool).await, before.elapsed()) })
        })
        .collect();
    let (failure, waited) = asked.remove(0).await.unwrap();
    assert!(matches!(failure, Err(TakeError::Nice(NiceError::Timeout))));
    assert_eq!(waited, 4 * SECOND);
    for other in asked {
        let (failure, waited) = other.await.unwrap();
        assert!(matches!(failure, Err(TakeError::Nice(NiceError::Timeout))));
        assert_eq!(waited, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_over_even_if_nobody_asks() {
    // Tokens that can't be kept, and enough of them left from a rush.
    for (life, rush) in [(Duration::ZERO, 1), (HOUR, 300)] {
        let (pool, source) = (pool(4, 64), Source::new(SECOND, life));
        let running = tokio::spawn(pool.clone().run(Arc::clone(&source)));
        sleep(5 * SECOND).await;
        for _ in 0..rush {
            take(&pool).await.unwrap();
            advance(SECOND / 100).await;
        }
        sleep(5 * SECOND).await;
        source.fail(Some(NiceError::Timeout));
        let _ = take(&pool).await;
        sleep(Duration::from_mins(5)).await;
        let status = pool.status();
        assert!(!status.breaker_open && status.ready >= status.target);
        source.fail(None);
        for outcome in futures_in_order((0..100).map(|_| take(&pool))).await {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        running.abort();
    }
}

/// The second fetch takes a minute and fails; the others bring a token
/// within a second.
struct OneStraggler(AtomicUsize);

impl TokenSource for OneStraggler {
    async fn fetch(&self, _probe: bool) -> Result<ReadyToken, NiceError> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        if number == 1 {
            sleep(Duration::from_mins(1)).await;
            return Err(NiceError::Timeout);
        }
        Source::new(SECOND, HOUR).fetch(false).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_began_before_a_success_pauses_nothing() {
    let pool = pool(2, 64);
    tokio::spawn(
        pool.clone()
            .run(Arc::new(OneStraggler(AtomicUsize::new(0)))),
    );
    sleep(2 * SECOND).await;
    assert_eq!((pool.status().ready, pool.status().in_flight), (1, 1));
    assert!(take(&pool).await.is_ok());
    sleep(2 * SECOND).await;
    assert_eq!(pool.status().refills, 2, "NICE is well");
    while pool.status().in_flight > 0 {
        assert!(!pool.status().breaker_open);
        sleep(SECOND).await;
    }
    assert!(!pool.status().breaker_open);
}

#[tokio::test(start_paused = true)]
async fn during_an_outage_it_serves_what_it_has() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(5 * SECOND).await;
    source.fail(Some(NiceError::Timeout));
    for _ in 0..4 {
        assert!(take(&pool).await.is_ok());
    }
    assert!(matches!(
        take(&pool).await,
        Err(TakeError::Nice(NiceError::Timeout))
    ));
}

#[tokio::test(start_paused = true)]
async fn tokens_that_live_too_short_are_used_at_once_and_not_kept() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND, Duration::ZERO));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(Duration::from_mins(10)).await;
    assert_eq!((source.fetches(), pool.status().ready), (1, 0));
    assert_eq!(take(&pool).await.unwrap(), "1");
}

#[tokio::test(start_paused = true)]
async fn tokens_that_live_short_are_kept_for_callers_but_not_while_idle() {
    let minute = Duration::from_mins(1);
    let (pool, source) = (pool(4, 64), Source::new(SECOND / 5, minute));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(minute * 60).await;
    assert_eq!((source.fetches(), pool.status().ready), (1, 0));
    for _ in 0..500 {
        take(&pool).await.unwrap();
        advance(SECOND / 100).await;
    }
    assert!(pool.status().target >= 20, "{}", pool.status().target);
    let waited = pool.status().taken_waited;
    take(&pool).await.unwrap();
    assert_eq!(pool.status().taken_waited, waited, "some were ready");
    sleep(minute * 10).await;
    let before = source.fetches();
    sleep(minute * 60).await;
    assert_eq!((source.fetches(), pool.status().ready), (before, 0));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_given_back_is_still_the_oldest() {
    let (pool, source) = (pool(3, 1), Source::new(SECOND, HOUR));
    tokio::spawn(pool.clone().run(source));
    sleep(5 * SECOND).await;
    let deadline = Instant::now() + SECOND;
    let oldest = pool.take(deadline).await.unwrap();
    let next = pool.take(deadline).await.unwrap();
    assert_eq!(oldest.token_version_id.to_string(), "0");
    pool.give_back(next);
    pool.give_back(oldest);
    for expected in ["0", "1", "2"] {
        assert_eq!(take(&pool).await.unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn only_callers_who_are_still_there_count_as_waiting() {
    let pool = pool(1, 1);
    let leaves = pool.take(Instant::now() + SECOND);
    let stays = pool.take(Instant::now() + HOUR);
    assert!(timeout(SECOND / 2, leaves).await.is_err());
    let mut stays = pin!(stays);
    assert!(timeout(SECOND, &mut stays).await.is_err());
    assert_eq!(pool.status().waiting, 1);
}

#[tokio::test(start_paused = true)]
async fn it_grows_with_demand_and_shrinks_again() {
    let (pool, source) = (pool(4, 64), Source::new(SECOND / 5, HOUR));
    tokio::spawn(pool.clone().run(Arc::clone(&source)));
    sleep(SECOND).await;
    for _ in 0..1000 {
        take(&pool).await.unwrap();
        advance(Duration::from_millis(10)).await;
    }
    let busy = pool.status().target;
    assert!(
        (20..=64).contains(&busy),
        "100 a second, 0.2 s each: {busy}"
    );
    sleep(Duration::from_mins(5)).await;
    assert_eq!(pool.status().target, 4);
}

/// Random arrivals, patience, outages and token lives; the seed is told.
async fn random_schedule(seed: u64) {
    let random = Random::seeded(seed << 20);
    let below = |limit: f64| random.fraction() * limit;
    let life = if below(1.0) < 0.2 {
        Duration::ZERO
    } else {
        Duration::from_secs_f64(5.0 + below(600.0))
    };
    let source = Source::new(Duration::from_secs_f64(0.01 + below(2.0)), life);
    let mut sizes = [0; 2];
    random.fill(&mut sizes);
    let concurrency = 1 + usize::from(sizes[0] % 16);
    let settings = PoolSettings {
        min: 1 + usize::from(sizes[1] % 8),
        max: 16,
        concurrency,
    };
    let pool = TokenPool::new(settings, Random::seeded(seed));
    let supervisor = tokio::spawn(pool.clone().run(Arc::clone(&source)));
    let mut callers = Vec::new();
    for _ in 0..200 {
        sleep(Duration::from_secs_f64(below(0.3))).await;
        let patience = Duration::from_secs_f64(below(4.0));
        let leaves_after = Duration::from_secs_f64(below(6.0));
        let pool = pool.clone();
        callers.push(tokio::spawn(async move {
            let taking = pool.take(Instant::now() + patience);
            // Some callers are dropped while they wait.
            tokio::time::timeout(leaves_after, taking).await.ok()?.ok()
        }));
        if below(1.0) < 0.03 {
            source.fail(Some(NiceError::Timeout));
        } else if below(1.0) < 0.2 {
            source.fail(None);
        }
    }
    let mut ids = Vec::new();
    for caller in callers {
        ids.extend(
            caller
                .await
                .unwrap()
                .map(|token| token.token_version_id.to_string()),
        );
    }
    let taken = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), taken, "seed {seed}: a token was used twice");
    assert!(
        source.most_at_once.load(Ordering::SeqCst) <= concurrency,
        "seed {seed}"
    );
    // Well again, whatever came before.
    source.fail(None);
    sleep(Duration::from_secs(10)).await;
    assert!(take(&pool).await.is_ok(), "seed {seed}: not well again");
    let status = pool.status();
    assert_eq!(status.waiting, 0, "seed {seed}: a caller is stuck");
    assert!(!supervisor.is_finished(), "seed {seed}");
    supervisor.abort();
}

#[tokio::test(start_paused = true)]
async fn no_token_is_used_twice_under_any_schedule() {
    for seed in 0..100 {
        random_schedule(seed).await;
    }
}
