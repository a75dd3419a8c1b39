//! A Sentinel that names what each test says.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) struct FakeSentinel {
    pub(crate) port: u16,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl FakeSentinel {
    /// Names this primary as `shop`.
    pub(crate) async fn naming(host: &str, port: u16, flags: &str) -> Self {
        Self::answering(masters(host, port, flags)).await
    }

    /// Gives this answer to `SENTINEL`.
    pub(crate) async fn answering(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = Arc::new(Mutex::new(answer));
        let told = Arc::clone(&answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&told)));
            }
        });
        Self { port, answer }
    }

    /// From now on.
    pub(crate) fn names(&self, host: &str, port: u16) {
        *self.answer.lock().unwrap() = masters(host, port, "master");
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+sentinel://{}/shop", self.host())
    }
}

fn masters(host: &str, port: u16, flags: &str) -> Vec<u8> {
    let port = port.to_string();
    let words = ["name", "shop", "ip", host, "port", &port, "flags", flags];
    let words = words.map(|word| format!("${}\r\n{word}\r\n", word.len()));
    format!("*1\r\n*{}\r\n{}", words.len(), words.concat()).into_bytes()
}

async fn serve(mut stream: TcpStream, answer: Arc<Mutex<Vec<u8>>>) {
    let (mut got, mut part) = (Vec::new(), [0; 1024]);
    while let Ok(1..) = stream.read(&mut part).await.inspect(|read| {
        got.extend_from_slice(&part[..*read]);
    }) {
        while let Some((command, length)) = command(&got) {
            got.drain(..length);
            let answer = match &*command {
                "SENTINEL" => answer.lock().unwrap().clone(),
                "ROLE" => b"*2\r\n$8\r\nsentinel\r\n*1\r\n$4\r\nshop\r\n".to_vec(),
                _ => b"+OK\r\n".to_vec(),
            };
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    }
}

/// The first word of the first command, and the command's length.
fn command(got: &[u8]) -> Option<(String, usize)> {
    let line = |from: usize| {
        let end = got[from..].windows(2).position(|pair| pair == b"\r\n")?;
        let number = std::str::from_utf8(&got[from + 1..from + end]).ok()?;
        Some((number.parse::<usize>().ok()?, from + end + 2))
    };
    let (words, mut at) = line(0)?;
    let mut first = None;
    for _ in 0..words {
        let (length, begin) = line(at)?;
        let word = got.get(begin..begin + length)?;
        first.get_or_insert_with(|| String::from_utf8_lossy(word).to_uppercase());
        at = begin + length + 2;
    }
    (at <= got.len()).then_some((first?, at))
}
