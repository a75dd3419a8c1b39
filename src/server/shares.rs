//! How many connections one address may hold, so that nobody takes all.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// One address may hold one in so many of the places for connections.
const PART: usize = 4;
/// But always so many: a limit that low is no defence against strangers.
const LEAST: usize = 8;

/// The places that each address holds; IPv6 addresses count per /64. Shared
/// by its clones.
#[derive(Clone)]
pub(super) struct Shares(Arc<Inner>);

struct Inner {
    most: usize,
    is_proxy: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
    held: Mutex<HashMap<IpAddr, usize>>,
    warned: AtomicBool,
}

/// A place; given back when it is dropped.
pub(super) struct Share {
    inner: Arc<Inner>,
    /// `None` for a proxy, which speaks for many.
    holder: Option<IpAddr>,
}

impl Shares {
    /// Of `places`; proxies may have all.
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

    /// A place for `peer`, if it has not had its share.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Share> {
        let inner = Arc::clone(&self.0);
        let peer = peer.to_canonical();
        if (inner.is_proxy)(peer) {
            let holder = None;
            return Some(Share { inner, holder });
        }
        let holder = network(peer);
        let mut held = inner.held();
        let count = held.entry(holder).or_default();
        if *count >= inner.most {
            drop(held);
            inner.warn();
            return None;
        }
        *count += 1;
        drop(held);
        let holder = Some(holder);
        Some(Share { inner, holder })
    }
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once, and without the address, which no line of the log holds.
    fn warn(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                connections = self.most,
                "one address holds its share of MAX_CONNECTIONS, and further connections of it \
                 are turned away; if it is a proxy of yours, name it in TRUSTED_PROXIES"
            );
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(holder) = self.holder else { return };
        let mut held = self.inner.held();
        if let Some(count) = held.get_mut(&holder) {
            *count -= 1;
            if *count == 0 {
                held.remove(&holder);
            }
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
    use super::*;

    fn taken(shares: &Shares, peers: &[&str]) -> Vec<bool> {
        let taken = peers.iter().map(|peer| {
            let share = shares.take(peer.parse().unwrap());
            let got = share.is_some();
            // Held for as long as the test lasts.
            std::mem::forget(share);
            got
        });
        taken.collect()
    }

    #[test]
    fn one_address_has_a_quarter_and_a_proxy_all() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let shares = Shares::of(64, move |peer| peer == proxy);
        for peer in ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.2"] {
            assert_eq!(taken(&shares, &[peer; 16]), [true; 16], "{peer}");
        }
        for peer in ["192.0.2.1", "2001:db8::2", "192.0.2.2"] {
            assert_eq!(taken(&shares, &[peer]), [false], "{peer}");
        }
        assert_eq!(taken(&shares, &["10.0.0.1"; 64]), [true; 64]);
        assert_eq!(taken(&shares, &["::ffff:10.0.0.1"]), [true]);
        assert_eq!(taken(&shares, &["192.0.2.3", "2001:db8:0:1::1"]), [true; 2]);
    }

    #[test]
    fn a_place_is_given_back() {
        let shares = Shares::of(0, |_| false);
        let peer = "192.0.2.1".parse().unwrap();
        let mut all: Vec<_> = std::iter::from_fn(|| shares.take(peer)).collect();
        assert_eq!(all.len(), LEAST);
        all.pop();
        assert!(shares.take(peer).is_some());
        drop(all);
        assert!(shares.0.held().is_empty());
    }
}
