//! Closes the listener, and resets nobody.
//!
//! A client sends its request as soon as the kernel has accepted its
//! connection; closing the listener resets those that the server has not
//! accepted yet, and a proxy doesn't send such a POST again. The last accept and
//! the close are two steps, and under load a connection comes in between. So
//! first the kernel is told to let no new one begin; only for this moment, since
//! it drops them without a word, and a proxy that hears nothing for a second may
//! count that against the process that has begun meanwhile.

use std::{
    io::{self, ErrorKind},
    iter,
    net::SocketAddr,
};

use tokio::net::{TcpListener, TcpStream};

/// The kernel drops what would begin a connection from now on, without a word;
/// handshakes under way go on.
#[cfg(target_os = "linux")]
pub(super) fn begin_no_more(listener: &TcpListener) -> io::Result<()> {
    use socket2::{SockFilter, SockRef};

    /// Opcodes of the kernel's packet filters: load a byte, jump if a bit is
    /// set, return (`linux/filter.h`).
    const LOAD: u16 = 0x30;
    const JUMP_IF_SET: u16 = 0x45;
    const RETURN: u16 = 0x06;
    /// Where a TCP header has its flags.
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    const NOTHING: u32 = 0;
    const WHOLE: u32 = u32::MAX;

    SockRef::from(listener).attach_filter(&[
        SockFilter::new(LOAD, 0, 0, FLAGS),
        SockFilter::new(JUMP_IF_SET, 0, 1, SYN),
        SockFilter::new(RETURN, 0, 0, NOTHING),
        SockFilter::new(RETURN, 0, 0, WHOLE),
    ])
}

/// Elsewhere the moment between the two steps stays.
#[cfg(not(target_os = "linux"))]
pub(super) fn begin_no_more(_: &TcpListener) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// What the kernel has accepted, and then closes the listener. It asks the
/// kernel itself: the runtime knows only what it has heard so far.
pub(super) fn backlog(listener: TcpListener) -> impl Iterator<Item = (TcpStream, SocketAddr)> {
    let listener = listener.into_std();
    iter::from_fn(move || {
        let listener = listener.as_ref().ok()?;
        loop {
            match listener.accept() {
                Ok((stream, peer)) => {
                    stream.set_nonblocking(true).ok()?;
                    return Some((TcpStream::from_std(stream).ok()?, peer));
                }
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                // Mostly that there is none left.
                Err(_) => return None,
            }
        }
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream as Client,
        time::Duration,
    };

    use super::*;

    #[tokio::test]
    async fn who_got_through_is_served_and_nobody_else_gets_through() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut early = Client::connect(address).unwrap();
        early.write_all(b"?").unwrap();
        begin_no_more(&listener).unwrap();
        // Not refused: the kernel is silent.
        let late = Client::connect_timeout(&address, Duration::from_millis(50));
        assert_eq!(late.unwrap_err().kind(), ErrorKind::TimedOut);
        // Without a turn of the runtime, which has not heard of it.
        let accepted: Vec<_> = backlog(listener).collect();
        assert_eq!(accepted.len(), 1);
        assert_eq!(accepted[0].1, early.local_addr().unwrap());
        let late = Client::connect(address);
        assert_eq!(late.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        accepted[0].0.writable().await.unwrap();
        assert_eq!(accepted[0].0.try_write(b"!").unwrap(), 1);
        let mut answer = [0];
        early.read_exact(&mut answer).unwrap();
    }
}
