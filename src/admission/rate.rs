//! Token buckets: one per client, and one for all.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Maximum number of clients in memory (about 5 MiB). If all of them are within
/// their period, new clients share a few places: letting them pass uncounted
/// would turn the limit off.
const MAX_CLIENTS: usize = 65_536;

/// Number of those places.
const OVERFLOW: usize = 4096;

/// Minimum time between two sweeps.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// `20/s`: a burst of 20, then 20 more in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    period: Duration,
}

impl Rate {
    /// `count` per `period`; `None` if either is zero.
    #[must_use]
    pub fn new(count: u32, period: Duration) -> Option<Self> {
        (count > 0 && !period.is_zero()).then_some(Self { count, period })
    }

    /// How many may begin within this time at most: a whole count at once, and
    /// then at the rate.
    #[must_use]
    pub fn most_within(self, time: Duration) -> u64 {
        let steady = time.as_nanos() * u128::from(self.count) / self.period.as_nanos();
        u64::from(self.count).saturating_add(u64::try_from(steady).unwrap_or(u64::MAX))
    }

    /// The generic cell rate algorithm (ITU-T I.371): `due` is when the next
    /// request would arrive if all were evenly spaced. A request that is early
    /// by more than a burst must wait; the error is how long.
    fn pass(self, due: &mut Instant, now: Instant) -> Result<(), Duration> {
        let interval = self.period / self.count;
        let latest = now + self.period.saturating_sub(interval);
        let turn = (*due).max(now);
        if turn > latest {
            return Err(turn - latest);
        }
        *due = turn + interval;
        Ok(())
    }
}

/// One rate for all clients together.
#[derive(Debug)]
pub(super) struct Meter {
    rate: Rate,
    due: Mutex<Instant>,
}

impl Meter {
    pub(super) fn new(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            due: Mutex::new(now),
        }
    }

    pub(super) fn pass(&self, now: Instant) -> Result<(), Duration> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        self.rate.pass(&mut due, now)
    }
}

/// A rate for each client.
#[derive(Debug)]
pub(super) struct Limiter {
    rate: Rate,
    table: Mutex<Table>,
}

#[derive(Debug)]
struct Table {
    clients: HashMap<Key, Instant>,
    /// Clients that find no place share one of these with a few others.
    overflow: Vec<Instant>,
    hasher: RandomState,
    swept: Instant,
}

/// A network and the length of its prefix.
type Key = (IpAddr, u8);

impl Limiter {
    pub(super) fn new(rate: Rate, now: Instant) -> Self {
        let table = Table {
            clients: HashMap::new(),
            overflow: Vec::new(),
            hasher: RandomState::new(),
            swept: now,
        };
        Self {
            rate,
            table: Mutex::new(table),
        }
    }

    pub(super) fn pass(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        self.rate.pass(table.due(client, now), now)
    }
}

impl Table {
    /// When the next request of this client is due.
    fn due(&mut self, client: IpAddr, now: Instant) -> &mut Instant {
        let mut key = network(client, 64);
        if !self.clients.contains_key(&key) {
            self.sweep(now);
            // One line at home may have a /48, which is 65,536 clients.
            if self.clients.len() >= MAX_CLIENTS / 2 {
                key = network(client, 48);
            }
            if self.clients.len() >= MAX_CLIENTS && !self.clients.contains_key(&key) {
                return self.shared(&key, now);
            }
        }
        self.clients.entry(key).or_insert(now)
    }

    /// Forgets who rests, only if the map would grow, and not time and again:
    /// a flood of new clients must not make each request pay for all of them.
    fn sweep(&mut self, now: Instant) {
        let would_grow =
            self.clients.len() == self.clients.capacity() || self.clients.len() >= MAX_CLIENTS / 2;
        if would_grow && now.duration_since(self.swept) >= SWEEP_INTERVAL {
            self.clients.retain(|_, due| *due > now);
            self.swept = now;
        }
    }

    fn shared(&mut self, key: &Key, now: Instant) -> &mut Instant {
        if self.overflow.is_empty() {
            self.overflow.resize(OVERFLOW, now);
        }
        let number = self.hasher.hash_one(key) % OVERFLOW as u64;
        let place = usize::try_from(number).unwrap_or_default();
        &mut self.overflow[place]
    }
}

/// The network of an IPv6 address: one client usually has a whole /64.
fn network(client: IpAddr, prefix: u8) -> Key {
    match client {
        IpAddr::V4(_) => (client, 32),
        IpAddr::V6(address) => {
            let mask = u128::MAX << (128 - u32::from(prefix));
            (Ipv6Addr::from_bits(address.to_bits() & mask).into(), prefix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_second(count: u32) -> Rate {
        Rate::new(count, Duration::from_secs(1)).unwrap()
    }

    fn passed(limiter: &Limiter, client: &str, tries: usize, now: Instant) -> usize {
        let client = client.parse().unwrap();
        (0..tries)
            .filter(|_| limiter.pass(client, now).is_ok())
            .count()
    }

    #[test]
    fn a_burst_passes_and_then_as_many_again_in_each_period() {
        let limiter = Limiter::new(per_second(20), Instant::now());
        let start = Instant::now();
        assert_eq!(passed(&limiter, "192.0.2.1", 100, start), 20);
        let half = start + Duration::from_millis(500);
        assert_eq!(passed(&limiter, "192.0.2.1", 100, half), 10);
        let later = start + Duration::from_mins(1);
        assert_eq!(passed(&limiter, "192.0.2.1", 100, later), 20);
    }

    #[test]
    fn the_wait_that_is_told_is_enough_and_not_too_long() {
        let meter = Meter::new(per_second(2), Instant::now());
        let start = Instant::now();
        assert!(meter.pass(start).is_ok() && meter.pass(start).is_ok());
        let wait = meter.pass(start).unwrap_err();
        assert!(meter.pass(start + wait - Duration::from_micros(1)).is_err());
        assert!(meter.pass(start + wait).is_ok());
    }

    #[test]
    fn clients_are_told_apart_ipv6_by_the_network() {
        let limiter = Limiter::new(per_second(1), Instant::now());
        let now = Instant::now();
        assert_eq!(passed(&limiter, "192.0.2.1", 2, now), 1);
        assert_eq!(passed(&limiter, "192.0.2.2", 2, now), 1);
        assert_eq!(passed(&limiter, "2001:db8::1", 2, now), 1);
        assert_eq!(passed(&limiter, "2001:db8::ffff:2", 2, now), 0);
        assert_eq!(passed(&limiter, "2001:db8:0:1::1", 2, now), 1);
    }

    #[test]
    fn the_memory_is_bounded_and_those_who_rest_are_forgotten() {
        let limiter = Limiter::new(per_second(1), Instant::now());
        let now = Instant::now();
        let known = || limiter.table.lock().unwrap().clients.len();
        let most = u32::try_from(MAX_CLIENTS).unwrap();
        for client in 0..most {
            let client = IpAddr::from(client.to_be_bytes());
            assert!(limiter.pass(client, now).is_ok());
        }
        // Without a place of their own they are counted all the same.
        let passing: usize = (0..200)
            .map(|number| passed(&limiter, &format!("203.0.113.{number}"), 2, now))
            .sum();
        assert!((150..=200).contains(&passing), "{passing}");
        // One of the two hundred may have had its place in the overflow.
        assert!(passed(&limiter, "2001:db8::1", 5, now) <= 1);
        assert_eq!(known(), MAX_CLIENTS);
        let later = now + Duration::from_secs(2);
        assert_eq!(passed(&limiter, "2001:db8::1", 2, later), 1);
        assert_eq!(known(), 1);
    }

    /// 65,536 networks of one line at home.
    #[test]
    fn one_48_does_not_take_the_places_of_others() {
        let limiter = Limiter::new(
            Rate::new(5, Duration::from_hours(1)).unwrap(),
            Instant::now(),
        );
        let now = Instant::now();
        let in_48 = |number: u32| format!("2001:db8:7:{number:x}::1");
        let before = (0..65_536)
            .filter(|number| passed(&limiter, &in_48(*number), 1, now) == 1)
            .count();
        // Half of the places, and then five for all the rest.
        assert_eq!(before, MAX_CLIENTS / 2 + 5);
        assert_eq!(passed(&limiter, "203.0.113.77", 9, now), 5);
        assert_eq!(passed(&limiter, "2001:db8:8::1", 9, now), 5);
        // Who had a place keeps it.
        assert_eq!(passed(&limiter, &in_48(7), 9, now), 4);
    }

    #[test]
    fn a_flood_of_clients_is_swept_once_a_second() {
        let limiter = Limiter::new(per_second(1), Instant::now());
        let now = Instant::now();
        let swept = || limiter.table.lock().unwrap().swept;
        for client in 0..100_000_u32 {
            let _ = limiter.pass(IpAddr::from(client.to_be_bytes()), now);
        }
        let first = swept();
        let soon = now + Duration::from_millis(900);
        // Two new clients: whether they pass is no matter here.
        passed(&limiter, "203.0.113.1", 1, soon);
        assert_eq!(swept(), first);
        let later = now + Duration::from_millis(1100);
        passed(&limiter, "203.0.113.2", 1, later);
        assert_eq!(swept(), later);
    }
}
