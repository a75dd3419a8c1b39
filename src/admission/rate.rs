//! Token buckets: one per client, and one for all.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Maximum number of clients in memory (about 5 MiB). If all of them are within
/// their period, a new client is refused: letting it pass uncounted would turn
/// the limit off.
const MAX_CLIENTS: usize = 65_536;

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
    clients: Mutex<HashMap<IpAddr, Instant>>,
}

impl Limiter {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            clients: Mutex::default(),
        }
    }

    pub(super) fn pass(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let client = network(client);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        // Sweep only when the map would grow: its capacity doubles, so a sweep
        // costs little per request, and memory stays within twice the need.
        if clients.len() == clients.capacity() || clients.len() >= MAX_CLIENTS {
            clients.retain(|_, due| *due > now);
        }
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            return Err(self.rate.period);
        }
        self.rate.pass(clients.entry(client).or_insert(now), now)
    }
}

/// The /64 network of an IPv6 address: one client usually has a whole /64.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
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
        let limiter = Limiter::new(per_second(20));
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
        let limiter = Limiter::new(per_second(1));
        let now = Instant::now();
        assert_eq!(passed(&limiter, "192.0.2.1", 2, now), 1);
        assert_eq!(passed(&limiter, "192.0.2.2", 2, now), 1);
        assert_eq!(passed(&limiter, "2001:db8::1", 2, now), 1);
        assert_eq!(passed(&limiter, "2001:db8::ffff:2", 2, now), 0);
        assert_eq!(passed(&limiter, "2001:db8:0:1::1", 2, now), 1);
    }

    #[test]
    fn the_memory_is_bounded_and_those_who_rest_are_forgotten() {
        let limiter = Limiter::new(per_second(1));
        let now = Instant::now();
        let most = u32::try_from(MAX_CLIENTS).unwrap();
        for client in 0..most {
            let client = IpAddr::from(client.to_be_bytes());
            assert!(limiter.pass(client, now).is_ok());
        }
        assert_eq!(passed(&limiter, "2001:db8::1", 1, now), 0);
        assert_eq!(limiter.clients.lock().unwrap().len(), MAX_CLIENTS);
        let later = now + Duration::from_secs(2);
        assert_eq!(passed(&limiter, "2001:db8::1", 1, later), 1);
        assert_eq!(limiter.clients.lock().unwrap().len(), 1);
    }
}
