//! Binds a port; a refusal names one that is free.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;

/// Binds `bind`, which the user sets with `flag`. A port that is proposed
/// instead is none of `but_not`.
///
/// # Errors
///
/// What is wrong, and what to try instead.
pub async fn listen(
    bind: SocketAddr,
    flag: &str,
    but_not: &[SocketAddr],
) -> Result<TcpListener, String> {
    match TcpListener::bind(bind).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let free = free_neighbour(bind, but_not).await;
            Err(format!(
                "{bind} is in use by another program; stop it, or try {flag} {free}"
            ))
        }
        Err(error) => Err(format!("can't listen on {bind}: {error}")),
    }
}

async fn free_neighbour(taken: SocketAddr, but_not: &[SocketAddr]) -> SocketAddr {
    let mut candidate = taken;
    for port in (1..=50).filter_map(|step| taken.port().checked_add(step)) {
        candidate.set_port(port);
        let is_spoken_for = but_not.iter().any(|other| other.port() == candidate.port());
        if !is_spoken_for && TcpListener::bind(candidate).await.is_ok() {
            return candidate;
        }
    }
    // Port 0: the operating system picks one.
    candidate.set_port(0);
    candidate
}

/// How a program on this machine reaches a listener on `address`: nobody can
/// connect to the unspecified addresses, `0.0.0.0` and `::`.
#[must_use]
pub fn from_here(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}
