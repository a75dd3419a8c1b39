//! Serves one connection.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    sync::Arc,
    task::{Poll, ready},
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, header::CONNECTION},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until},
};
use tower_service::Service;

use super::{
    Draining, ServerSettings,
    body::{ReadToEnd, TimedBody},
    repoll::repoll_if_woken,
    state::ConnectionState,
    stream::Stream,
};

/// Longest head of a request, in bytes; hyper answers 431 beyond. NICE's result
/// in a query string takes about 3 KiB.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// What a connection needs to be served.
pub(super) struct Connection {
    pub(super) routes: Router,
    pub(super) settings: ServerSettings,
    pub(super) draining: Draining,
    pub(super) drain: watch::Receiver<()>,
    pub(super) state: Arc<ConnectionState>,
}

impl Connection {
    /// Serves requests until either side closes the connection or a timeout
    /// expires.
    pub(super) async fn serve(mut self, tcp: TcpStream) {
        // A response is one write, so Nagle's algorithm would only delay it.
        let _ = tcp.set_nodelay(true);
        let Ok(peer) = tcp.peer_addr() else { return };
        let state = self.state;
        let stream = Stream {
            tcp,
            state: Arc::clone(&state),
        };
        let exchange = Exchange {
            routes: self.routes,
            settings: self.settings,
            draining: self.draining,
            state: Arc::clone(&state),
            peer,
        };
        let served = http1::Builder::new()
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(
                TokioIo::new(stream),
                service_fn(|request| exchange.answer(request)),
            );
        let overdue = overdue(&state);
        let served = repoll_if_woken(served);
        tokio::pin!(served, overdue);
        let mut draining = false;
        loop {
            tokio::select! {
                biased;
                // Protocol errors and broken connections are the peer's fault:
                // nothing to log.
                _ = &mut served => return,
                () = &mut overdue => return,
                () = state.way_is_wanted() => if state.is_making_way() {
                    return;
                },
                _ = self.drain.changed(), if !draining => {
                    draining = true;
                    state.drain();
                }
            }
        }
    }
}

/// Resolves when the connection's deadline has passed.
///
/// Polled after each poll of the connection, so it sees a deadline that has
/// moved closer. One that has moved away is read only when the timer fires:
/// most requests never touch the timer.
async fn overdue(state: &ConnectionState) {
    let timer = sleep_until(Instant::now());
    tokio::pin!(timer);
    poll_fn(|context| {
        while let Some(deadline) = state.deadline() {
            if deadline < timer.deadline() {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(context));
            if deadline <= Instant::now() {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
        Poll::Pending
    })
    .await;
}

/// Answers the requests of one connection.
struct Exchange {
    routes: Router,
    settings: ServerSettings,
    draining: Draining,
    state: Arc<ConnectionState>,
    peer: SocketAddr,
}

impl Exchange {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        self.state.request_began();
        let deadline = Instant::now() + self.settings.body_timeout;
        let read_to_end = ReadToEnd::default();
        let mut request =
            request.map(|body| Body::new(TimedBody::new(body, deadline, read_to_end.clone())));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let mut response = self.routes.clone().call(request).await?;
        if self.draining.has_begun() || !read_to_end.is_set() {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.state.response_is_ready();
        Ok(response)
    }
}
