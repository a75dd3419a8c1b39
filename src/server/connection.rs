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
    http::{
        HeaderValue, Request, Response,
        header::{CONNECTION, EXPECT},
    },
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout},
};
use tower_service::Service;

use super::{
    Draining, ServerSettings,
    body::{TimedBody, Unread},
    pace::{LINGER, Pace},
    stream::Stream,
    turn::in_one_turn,
};

/// The longest head, in bytes; hyper answers 431 beyond. A window's answer in
/// a query takes 3 KiB or so.
const LONGEST_HEAD: usize = 32 * 1024;

/// What one connection is served with.
pub(super) struct Connection {
    pub(super) routes: Router,
    pub(super) settings: ServerSettings,
    pub(super) draining: Draining,
    pub(super) leaving: watch::Receiver<()>,
}

impl Connection {
    /// Serves until either side ends it or its time is up.
    pub(super) async fn serve(mut self, tcp: TcpStream) {
        // An answer is one write: waiting to join it with another only delays it.
        let _ = tcp.set_nodelay(true);
        let Ok(peer) = tcp.peer_addr() else { return };
        if !self.speaks(&tcp).await {
            return;
        }
        let pace = Arc::new(Pace::new(
            self.settings.header_timeout,
            self.settings.idle_timeout,
        ));
        let stream = Stream {
            tcp,
            pace: Arc::clone(&pace),
        };
        let exchange = Exchange {
            routes: self.routes,
            settings: self.settings,
            draining: self.draining,
            pace: Arc::clone(&pace),
            unread: Unread::default(),
            peer,
        };
        let served = http1::Builder::new()
            .max_buf_size(LONGEST_HEAD)
            .serve_connection(
                TokioIo::new(stream),
                service_fn(|request| exchange.answer(request)),
            );
        let overdue = overdue(&pace);
        let served = in_one_turn(served);
        tokio::pin!(served, overdue);
        let mut staying = true;
        loop {
            tokio::select! {
                biased;
                // A peer that breaks the protocol or the connection is no
                // concern of the log's.
                _ = &mut served => return,
                () = &mut overdue => return,
                _ = self.leaving.changed(), if staying => {
                    staying = false;
                    pace.leave();
                }
            }
        }
    }

    /// Waits for the first byte: a connection that says nothing shall cost
    /// no buffers.
    async fn speaks(&self, tcp: &TcpStream) -> bool {
        let mut byte = [0];
        // Not `readable`, which may say so of a socket that isn't.
        let first = timeout(self.settings.header_timeout, tcp.peek(&mut byte));
        // Whoever has just connected may be about to ask.
        let mut leaving = self.leaving.clone();
        let left = async {
            let _ = leaving.changed().await;
            sleep(LINGER).await;
        };
        tokio::select! {
            biased;
            peeked = first => matches!(peeked, Ok(Ok(1))),
            () = left => false,
        }
    }
}

/// Resolves when the connection has had its time. Polled whenever the
/// connection was, it sees each deadline that has come nearer; one that has
/// moved away is seen when the timer fires, so that most requests need not
/// touch it.
async fn overdue(pace: &Pace) {
    let timer = sleep_until(Instant::now());
    tokio::pin!(timer);
    poll_fn(|context| {
        while let Some(deadline) = pace.deadline() {
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
    pace: Arc<Pace>,
    unread: Unread,
    peer: SocketAddr,
}

impl Exchange {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        self.pace.asked();
        let deadline = Instant::now() + self.settings.body_timeout;
        let waits = request.headers().contains_key(EXPECT);
        let unread = self.unread.clone();
        let mut request = request.map(|body| Body::new(TimedBody::new(body, deadline, unread)));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let mut response = self.routes.clone().call(request).await?;
        let is_read_out = self.unread.is_read_out(waits).await;
        if self.draining.has_begun() || !is_read_out {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.pace.answered();
        Ok(response)
    }
}
