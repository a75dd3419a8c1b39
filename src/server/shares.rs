//! When all places for connections are taken, an address with more than its
//! share loses a waiting connection, so that none can take all.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::state::ConnectionState;

/// One address may keep a quarter of the places when all are taken.
const PART: usize = 4;
/// But never fewer than this: with few places, callers who come back need theirs.
const LEAST: usize = 16;
/// How many connections of an address are searched for one that waits.
const LOOKED_AT: usize = 1024;

/// Who holds which connections; IPv6 addresses count per /64. Shared by its
/// clones.
#[derive(Clone)]
pub(super) struct Shares(Arc<Inner>);

struct Inner {
    most: usize,
    is_proxy: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
    held: Mutex<Held>,
    warned: AtomicBool,
}

#[derive(Default)]
struct Held {
    /// Numbered, so that the oldest come first.
    by_address: HashMap<IpAddr, BTreeMap<u64, Arc<ConnectionState>>>,
    /// Those with more than their share: fewer than [`PART`] at a time.
    greedy: Vec<IpAddr>,
    last: u64,
}

/// A connection's entry; it ends when this is dropped.
pub(super) struct Share {
    inner: Arc<Inner>,
    holder: IpAddr,
    number: u64,
}

impl Shares {
    /// Of `places`; proxies may have all, as they speak for many.
    pub(super) fn of(
        places: usize,
        is_proxy: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            most: (places / PART).max(LEAST),
            is_proxy: Box::new(is_proxy),
            held: Mutex::default(),
            warned: AtomicBool::new(false),
        }))
    }

    /// Enters a connection of `peer`; `None` for a proxy.
    pub(super) fn enter(&self, peer: IpAddr, state: &Arc<ConnectionState>) -> Option<Share> {
        let inner = Arc::clone(&self.0);
        let peer = peer.to_canonical();
        if (inner.is_proxy)(peer) {
            return None;
        }
        let holder = network(peer);
        let mut held = inner.held();
        held.last += 1;
        let number = held.last;
        let connections = held.by_address.entry(holder).or_default();
        connections.insert(number, Arc::clone(state));
        if connections.len() == inner.most + 1 {
            held.greedy.push(holder);
        }
        drop(held);
        Some(Share {
            inner,
            holder,
            number,
        })
    }

    /// Has a connection closed that waits for a request and whose holder has
    /// more than its share; whether there was one.
    pub(super) fn make_way(&self) -> bool {
        let held = self.0.held();
        let is_made = held
            .greedy
            .iter()
            .filter_map(|holder| held.by_address.get(holder))
            .flat_map(|connections| connections.values().take(LOOKED_AT))
            .any(|state| state.make_way());
        drop(held);
        if is_made {
            self.0.warn();
        }
        is_made
    }
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once, and without the address, which no line of the log holds.
    fn warn(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                share = self.most,
                "MAX_CONNECTIONS is reached, and one address holds more than its share: its \
                 waiting connections are closed for others; if it is a proxy of yours, name it \
                 in TRUSTED_PROXIES"
            );
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.inner.held();
        let Some(connections) = held.by_address.get_mut(&self.holder) else {
            return;
        };
        connections.remove(&self.number);
        let left = connections.len();
        if left == 0 {
            held.by_address.remove(&self.holder);
        }
        if left == self.inner.most {
            held.greedy.retain(|holder| *holder != self.holder);
        }
    }
}

impl fmt::Debug for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shares")
            .field("most", &self.0.most)
            .finish_non_exhaustive()
    }
}

/// One client usually has a whole /64.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn enter(
        shares: &Shares,
        peer: &str,
        times: usize,
    ) -> Vec<(Option<Share>, Arc<ConnectionState>)> {
        let connections = (0..times).map(|_| {
            let limit = Duration::from_secs(10);
            let state = Arc::new(ConnectionState::new(limit, limit));
            (shares.enter(peer.parse().unwrap(), &state), state)
        });
        connections.collect()
    }

    #[test]
    fn who_has_more_than_a_quarter_gives_up_what_waits() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let shares = Shares::of(64, move |peer| peer == proxy);
        let _proxied = enter(&shares, "::ffff:10.0.0.1", 64);
        let _others = enter(&shares, "192.0.2.1", 16);
        let mut greedy = enter(&shares, "2001:db8::1", 16);
        assert!(!shares.make_way());
        greedy.extend(enter(&shares, "2001:db8::2", 2));
        // The oldest is busy.
        greedy[0].1.request_began();
        assert!(shares.make_way());
        assert!(greedy[1].1.is_making_way());
        assert!(!greedy[0].1.is_making_way() && !greedy[2].1.is_making_way());
        greedy.remove(1);
        assert!(shares.make_way());
        greedy.remove(1);
        assert!(!shares.make_way(), "it has no more than its share");
        drop(greedy);
        assert_eq!(shares.0.held().by_address.len(), 1);
    }
}
