//! Serves one connection.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    sync::Arc,
    task::{Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{
        HeaderName, HeaderValue, Request, Response, StatusCode, Version,
        header::{CONNECTION, CONTENT_TYPE, HOST},
    },
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

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

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
        let stream = Stream::new(tcp, Arc::clone(&state));
        let exchange = Exchange {
            routes: self.routes,
            settings: self.settings,
            draining: self.draining,
            state: Arc::clone(&state),
            peer,
            keep_alive: keep_alive(self.settings.idle_timeout),
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
    keep_alive: HeaderValue,
}

impl Exchange {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        self.state.request_began();
        if !has_one_host(&request) {
            return Ok(without_host());
        }
        let deadline = Instant::now() + self.settings.body_timeout;
        let read_to_end = ReadToEnd::default();
        let stays_open = stays_open(&request);
        let mut request =
            request.map(|body| Body::new(TimedBody::new(body, deadline, read_to_end.clone())));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let mut response = self.routes.clone().call(request).await?;
        if self.draining.has_begun() || !read_to_end.is_set() {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        } else if stays_open {
            response
                .headers_mut()
                .insert(KEEP_ALIVE, self.keep_alive.clone());
        }
        self.state.response_is_ready();
        Ok(response)
    }
}

/// Whether the client wants its connection to outlive this request (RFC 9112,
/// section 9.3).
fn stays_open(request: &Request<Incoming>) -> bool {
    let has = |wanted: &str| {
        let values = request.headers().get_all(CONNECTION).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|option| option.trim().eq_ignore_ascii_case(wanted))
    };
    !has("close") && (request.version() >= Version::HTTP_11 || has("keep-alive"))
}

/// RFC 9112, section 3.2: with none or two, a proxy in front may have read
/// another host than the service does.
fn has_one_host(request: &Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

fn without_host() -> Response<Body> {
    let mut response = Response::new(Body::from("Send exactly one Host header.\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// How long an idle connection stays open, for clients that obey it
/// (RFC 2068, section 19.7.1).
fn keep_alive(idle_timeout: Duration) -> HeaderValue {
    HeaderValue::try_from(format!("timeout={}", idle_timeout.as_secs().max(1)))
        .unwrap_or_else(|_| unreachable!("a number is a header value"))
}
