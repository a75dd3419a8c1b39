//! A host name whose address changes: old connections stay where they are,
//! new ones reach the new target. It may also swallow an answer.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
};

use member_verification::secret::Secret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

pub(crate) struct Relay {
    port: u16,
    target: Arc<AtomicU16>,
    swallows: Arc<AtomicBool>,
}

impl Relay {
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Self {
            port: listener.local_addr().unwrap().port(),
            target: Arc::new(AtomicU16::new(port)),
            swallows: Arc::default(),
        };
        let (target, swallows) = (Arc::clone(&relay.target), Arc::clone(&relay.swallows));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let target = target.load(Ordering::Relaxed);
                tokio::spawn(pass(client, target, Arc::clone(&swallows)));
            }
        });
        relay
    }

    pub(crate) fn url(&self) -> Secret {
        Secret::new(format!("redis://127.0.0.1:{}/", self.port))
    }

    pub(crate) fn lead_to(&self, port: u16) {
        self.target.store(port, Ordering::Relaxed);
    }

    /// The next answer is lost, and its connection with it.
    pub(crate) fn swallow_an_answer(&self) {
        self.swallows.store(true, Ordering::Relaxed);
    }
}

async fn pass(mut client: TcpStream, target: u16, swallows: Arc<AtomicBool>) {
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let answers = async {
        let mut part = vec![0; 65_536];
        while let Ok(length @ 1..) = from_server.read(&mut part).await {
            if swallows.swap(false, Ordering::Relaxed)
                || to_client.write_all(&part[..length]).await.is_err()
            {
                return;
            }
        }
    };
    tokio::select! {
        () = answers => {}
        _ = copy(&mut from_client, &mut to_server) => {}
    }
}
