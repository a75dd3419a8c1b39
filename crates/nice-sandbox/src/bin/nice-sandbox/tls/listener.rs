//! Connections by TLS, from several ports.

use std::{error::Error, future::pending, io, net::SocketAddr, time::Duration};

use axum::serve::Listener;
use nice_sandbox::listen::listen;
use tokio::{
    net::{TcpListener, TcpStream},
    spawn,
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls, server::TlsStream};

const HANDSHAKE: Duration = Duration::from_secs(10);
/// When the machine has no more file descriptors, it may have some later.
const PAUSE: Duration = Duration::from_millis(100);

type Accepted = (TlsStream<TcpStream>, SocketAddr);

/// Returns connections whose handshake is done, so that a slow client delays no
/// other.
pub(in super::super) struct TlsListener {
    accepted: mpsc::Receiver<Accepted>,
    address: SocketAddr,
}

impl TlsListener {
    /// # Errors
    ///
    /// Which port can't be had, and what to do.
    pub(super) async fn bind(
        addresses: &[SocketAddr],
        acceptor: TlsAcceptor,
    ) -> Result<Self, String> {
        let mut listeners = Vec::new();
        for address in addresses {
            let listener = listen(*address, "--tls-bind", addresses).await;
            listeners.push(listener.map_err(|error| of_port(address.port(), error))?);
        }
        let address = listeners.first().map(TcpListener::local_addr);
        let address = address
            .ok_or("--tls-bind names no port")?
            .map_err(|error| error.to_string())?;
        let (done, accepted) = mpsc::channel(64);
        for listener in listeners {
            spawn(accept(listener, acceptor.clone(), done.clone()));
        }
        Ok(Self { accepted, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Accepted {
        match self.accepted.recv().await {
            Some(accepted) => accepted,
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, done: mpsc::Sender<Accepted>) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                spawn(shake_hands(stream, address, acceptor.clone(), done.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "can't accept a connection");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn shake_hands(
    stream: TcpStream,
    address: SocketAddr,
    acceptor: TlsAcceptor,
    done: mpsc::Sender<Accepted>,
) {
    match timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            // At the end of the program nothing receives it.
            let _ = done.send((stream, address)).await;
        }
        Ok(Err(error)) if is_of_tls(&error) => {
            tracing::warn!(
                client = %address, %error,
                "a client ended TLS: trust the CA in it, as said at the start"
            );
        }
        Ok(Err(_)) | Err(_) => tracing::debug!(client = %address, "no TLS handshake"),
    }
}

/// A probe that only connects is an I/O error, not one of TLS.
fn is_of_tls(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>)
}

fn of_port(port: u16, error: String) -> String {
    if port >= 1024 {
        return error;
    }
    format!(
        "{error}; a port below 1024 needs root or CAP_NET_BIND_SERVICE, or give others with \
         --tls-bind"
    )
}
