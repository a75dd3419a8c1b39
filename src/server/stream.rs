//! The connection's socket. It records traffic, and closes without losing the
//! last response.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::state::ConnectionState;

/// How a client begins that takes the server to speak HTTP/2 (RFC 9113,
/// section 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// Readable at least in a packet trace and in the client's debug output; Go's
/// client knows it for an answer by HTTP/1.1 and says so.
const HTTP2_REFUSED: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 76\r\nconnection: close\r\n\r\n\
    This port speaks HTTP/1.1. Turn HTTP/2 (prior knowledge, h2c) off for this.\n";

/// How a balancer begins that tells the client's address by the PROXY protocol,
/// versions 1 and 2.
const PROXY_PROTOCOL: [&[u8]; 2] = [b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"];

const PROXY_PROTOCOL_REFUSED: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 123\r\nconnection: close\r\n\r\n\
    This port doesn't read the PROXY protocol. Turn it off in the balancer, \
    and let it send X-Forwarded-For (TRUSTED_PROXIES).\n";

/// A handshake of TLS 1.0 to 1.3 begins with a record of this type and version.
const TLS_HANDSHAKE: &[u8] = b"\x16\x03";

const TLS_REFUSED: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 80\r\nconnection: close\r\n\r\n\
    This port speaks plain HTTP. Call it by http, or put a proxy with TLS in front.\n";

/// What to answer a client that takes this for another protocol.
fn refusal(beginning: &[u8]) -> Option<&'static [u8]> {
    if beginning.starts_with(HTTP2_PREFACE) {
        Some(HTTP2_REFUSED)
    } else if PROXY_PROTOCOL
        .iter()
        .any(|known| beginning.starts_with(known))
    {
        Some(PROXY_PROTOCOL_REFUSED)
    } else if beginning.starts_with(TLS_HANDSHAKE) {
        Some(TLS_REFUSED)
    } else {
        None
    }
}

/// A TCP stream that reports to its [`ConnectionState`].
#[derive(Debug)]
pub(super) struct Stream {
    tcp: TcpStream,
    state: Arc<ConnectionState>,
    /// Until the first byte has come.
    is_new: bool,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, state: Arc<ConnectionState>) -> Self {
        Self {
            tcp,
            state,
            is_new: true,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.tcp).poll_read(context, buffer);
        let received = &buffer.filled()[before..];
        if received.is_empty() {
            return read;
        }
        let refusal = self.is_new.then(|| refusal(received)).flatten();
        self.is_new = false;
        if let Some(refusal) = refusal {
            // The socket's own buffer is still empty, so it takes all of it.
            let _ = self.tcp.try_write(refusal);
            // As if the peer had closed.
            buffer.set_filled(before);
        }
        self.state.received();
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.tcp).poll_write(context, bytes));
        self.state.sent();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.tcp).poll_write_vectored(context, slices));
        self.state.sent();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    /// Lingering close: shuts down our side, then discards what the peer sends
    /// until it closes too. Closing a socket with unread bytes sends a reset,
    /// and a reset can destroy the response before the peer has read it.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.tcp).poll_shutdown(context))?;
        self.state.close();
        let mut unread = [0; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut unread);
            ready!(Pin::new(&mut self.tcp).poll_read(context, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
