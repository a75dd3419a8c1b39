//! What is in the way to NICE is told in words that somebody can act on: by
//! `check`, and the same by the log.

use std::{net::SocketAddr, process::Stdio};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional, sink},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use super::tls::serve;
use crate::support::{
    certificates::{Certificates, NEW},
    client::client,
    nice_stub::NiceStub,
    program::{Service, run, text},
    redis::free_port,
};

const LIVE: [(&str, &str); 3] = [
    ("NICE_CLIENT_ID", "client"),
    ("NICE_CLIENT_SECRET", "secret"),
    ("RETURN_URLS", "https://shop.example/cb"),
];

/// What `check` prints of the way to NICE.
async fn checked(url: &str, more: &[(&str, &str)]) -> String {
    let settings = [&LIVE[..], &[("NICE_BASE_URL", url)], more].concat();
    text(&run(&["check"], &settings).await.stdout)
}

#[track_caller]
fn told(printed: &str, words: &[&str]) {
    let line = printed
        .lines()
        .find(|line| line.starts_with("WRONG "))
        .unwrap_or_else(|| panic!("{printed}"));
    for word in words {
        assert!(line.contains(word), "{word}: {line}");
    }
}

/// What stands between this machine and NICE.
#[derive(Clone, Copy, Debug)]
enum Manner {
    Passes,
    /// Answers with this status line.
    Says(&'static str),
    Silent,
    Closes,
    /// Speaks something else.
    Garbage,
}

async fn proxy(manner: Manner) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(manner, stream));
        }
    });
    address
}

async fn behave(manner: Manner, mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let to = head.split(' ').nth(1).unwrap().to_owned();
    match manner {
        Manner::Passes => {
            let mut nice = TcpStream::connect(to).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut nice).await;
        }
        Manner::Says(line) => {
            let answer =
                format!("HTTP/1.1 {line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
            // A close with bytes unread is a reset, which may overtake the answer.
            let _ = copy(&mut stream, &mut sink()).await;
        }
        Manner::Silent => std::future::pending().await,
        Manner::Closes => {}
        Manner::Garbage => {
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n\r\n").await;
        }
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_and_what_to_allow() {
    let silent = [("NICE_CONNECT_TIMEOUT", "300ms")];
    for (manner, login, more, words) in [
        (
            Manner::Says("403 Forbidden"),
            "",
            &[][..],
            &[
                "refuses CONNECT to svc.example:22001",
                "allow CONNECT to port 22001",
            ][..],
        ),
        (
            Manner::Says("502 Bad Gateway"),
            "",
            &[],
            &["refuses CONNECT", "allow CONNECT to port 22001"],
        ),
        (
            Manner::Says("407 Proxy Authentication Required"),
            "",
            &[],
            &["demands a login (407)", "http://user:password@"],
        ),
        (
            Manner::Says("407 Proxy Authentication Required"),
            "user:CANARY@",
            &[],
            &["does not accept the login in NICE_PROXY (407)"],
        ),
        (
            Manner::Silent,
            "",
            &silent,
            &["accepts connections, but CONNECT to svc.example:22001 takes longer"],
        ),
        (
            Manner::Closes,
            "",
            &[],
            &["broke off CONNECT", "port 22001"],
        ),
        (Manner::Garbage, "", &[], &["CONNECT to svc.example:22001"]),
    ] {
        let address = proxy(manner).await;
        let url = format!("http://{login}{address}");
        let settings = [&[("NICE_PROXY", url.as_str())], more].concat();
        let printed = checked("https://svc.example:22001", &settings).await;
        told(
            &printed,
            &["WRONG  proxy ", &format!("the proxy {address}")],
        );
        told(&printed, words);
        assert!(
            printed.contains(&format!("ok     TCP                the proxy {address}")),
            "{printed}"
        );
        assert!(!printed.contains("CANARY"), "{printed}");
    }
    // Nobody there at all.
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let printed = checked("https://svc.example:22001", &[("NICE_PROXY", &nobody)]).await;
    told(
        &printed,
        &["WRONG  TCP ", "the proxy 127.0.0.1:", "NICE_PROXY"],
    );
    let unknown = "http://proxy.invalid:3128";
    let printed = checked("https://svc.example:22001", &[("NICE_PROXY", unknown)]).await;
    told(&printed, &["WRONG  DNS ", "proxy.invalid", "NICE_PROXY"]);
}

/// With a leaf whose issuer the server doesn't send.
async fn with_intermediate(name: &str) -> Certificates {
    drop(client());
    let certificates = Certificates::make(name).await;
    certificates
        .openssl(&format!(
            "req -x509 {NEW} -subj /CN=intermediate -addext basicConstraints=critical,CA:TRUE \
             -CA ca.pem -CAkey ca.key -keyout intermediate.key -out intermediate.pem"
        ))
        .await;
    certificates
        .openssl(&format!(
            "req -x509 {NEW} -subj /CN=test -addext subjectAltName=DNS:localhost \
             -addext basicConstraints=critical,CA:FALSE \
             -CA intermediate.pem -CAkey intermediate.key -keyout alone.key -out alone.pem"
        ))
        .await;
    certificates
}

/// Only one of these is the certificate's own fault.
#[tokio::test]
async fn a_certificate_that_can_not_be_verified_says_why() {
    let certificates = with_intermediate("certificates").await;
    let trusted = certificates.file("ca.pem");
    let trusted = trusted.to_str().unwrap();
    let nice = NiceStub::start().await;
    nice.use_real_clock();
    for (name, words) in [
        (
            "stranger",
            &[
                "CA that is not known here",
                "its CA is private",
                "NICE_CA_FILE",
            ][..],
        ),
        (
            "alone",
            &["sends no intermediate certificate", "NICE_CA_FILE"],
        ),
        ("other_host", &["is for another name", "svc.niceapi.co.kr"]),
        ("expired", &["has expired", "clock"]),
    ] {
        let url = serve(&certificates, name, &nice).await;
        let printed = checked(&url, &[("SSL_CERT_FILE", trusted)]).await;
        told(&printed, &["WRONG  TLS ", "the certificate of localhost:"]);
        told(&printed, words);
    }
    // The remedy helps, also where this machine knows no CA at all; and also
    // through a proxy.
    let url = serve(&certificates, "good", &nice).await;
    let passing = format!("http://{}", proxy(Manner::Passes).await);
    for proxied in [&[][..], &[("NICE_PROXY", passing.as_str())]] {
        for known in ["other_ca.pem", "none.pem"] {
            let known = certificates.file(known);
            let settings = [
                &[
                    ("SSL_CERT_FILE", known.to_str().unwrap()),
                    ("NICE_CA_FILE", trusted),
                ],
                proxied,
            ]
            .concat();
            let printed = checked(&url, &settings).await;
            assert!(
                printed.contains("ok     TLS ") && printed.contains("ok     crypto token"),
                "{printed}"
            );
            assert_eq!(
                printed.contains("ok     proxy "),
                !proxied.is_empty(),
                "{printed}"
            );
        }
    }
}

#[tokio::test]
async fn a_failure_of_tls_says_which_side_lacks_what() {
    let certificates = with_intermediate("sides").await;
    let trusted = certificates.file("ca.pem");
    let trusted = trusted.to_str().unwrap();
    let nice = NiceStub::start().await;
    let url = serve(&certificates, "good", &nice).await;
    let clear = format!("https://{}", nice.address);
    let printed = checked(&clear, &[("SSL_CERT_FILE", trusted)]).await;
    told(
        &printed,
        &[
            "WRONG  TLS ",
            "does not speak TLS on that port",
            "clear text",
        ],
    );
    // An https proxy that isn't one.
    let clear = format!("https://{}", nice.address);
    let printed = checked(&url, &[("SSL_CERT_FILE", trusted), ("NICE_PROXY", &clear)]).await;
    told(
        &printed,
        &[
            "WRONG  TLS ",
            "the proxy 127.0.0.1:",
            "clear text",
            "NICE_PROXY",
        ],
    );

    certificates
        .openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test \
             -addext subjectAltName=DNS:localhost -keyout rsa.key -out rsa.pem",
        )
        .await;
    for (options, words) in [
        (
            "-tls1_2 -cipher AES128-SHA:@SECLEVEL=0",
            &["offers no cipher that this service takes", "old ciphers"][..],
        ),
        (
            "-tls1_2 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0",
            &["offers no cipher that this service takes"],
        ),
        (
            "-tls1 -cipher ALL:@SECLEVEL=0",
            &["does not speak TLS 1.2 or 1.3", "old version of TLS"],
        ),
        (
            "-tls1_1 -cipher ALL:@SECLEVEL=0",
            &["does not speak TLS 1.2 or 1.3"],
        ),
    ] {
        let (port, _server) = openssl_server(&certificates, options).await;
        let printed = checked(
            &format!("https://localhost:{port}"),
            &[("SSL_CERT_FILE", trusted)],
        )
        .await;
        told(&printed, &["WRONG  TLS ", &format!("localhost:{port}")]);
        told(&printed, words);
    }
}

async fn openssl_server(certificates: &Certificates, options: &str) -> (u16, Child) {
    for _ in 0..5 {
        let port = free_port();
        let mut server = Command::new("openssl")
            .args(["s_server", "-www", "-cert", "rsa.pem", "-key", "rsa.key"])
            .args(["-accept", &port.to_string()])
            .args(options.split(' '))
            .current_dir(certificates.file("."))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        while server.try_wait().unwrap().is_none() {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return (port, server);
            }
            tokio::task::yield_now().await;
        }
    }
    panic!("openssl s_server {options} does not start");
}

#[tokio::test]
async fn the_log_says_the_same() {
    let refusing = proxy(Manner::Says("403 Forbidden")).await;
    let (proxied, closed) = (format!("http://{refusing}"), free_port());
    let nowhere = format!("https://localhost:{closed}");
    for (url, more, error, remedy) in [
        (
            "https://svc.example:22001",
            &[("NICE_PROXY", proxied.as_str())][..],
            format!(
                "NICE is unreachable: the proxy {refusing} refuses CONNECT to svc.example:22001"
            ),
            "allow CONNECT to port 22001",
        ),
        (
            &nowhere,
            &[],
            format!("NICE is unreachable: localhost:{closed} refuses connections"),
            "check NICE_BASE_URL: nothing listens there",
        ),
    ] {
        let json = [("LOG_FORMAT", "json"), ("NICE_BASE_URL", url)];
        let settings = [&LIVE[..], &json[..], more].concat();
        let service = Service::start(&[], &settings).await;
        let printed = service.printed_until("no crypto token from NICE").await;
        let line = printed
            .lines()
            .find(|line| line.contains("no crypto token"))
            .unwrap();
        assert!(line.contains(&format!("\"error\":\"{error}")), "{line}");
        assert!(line.contains(&format!("\"remedy\":\"{remedy}")), "{line}");
        // A firewall that isn't open says nothing.
        assert!(!line.contains("firewall"), "{line}");
    }
}

/// Whatever answers there isn't NICE: then patience doesn't help.
#[tokio::test]
async fn another_servers_answer_is_told_from_an_outage() {
    let elsewhere = proxy(Manner::Says("404 Not Found")).await;
    let printed = checked(&format!("http://{elsewhere}"), &[]).await;
    told(&printed, &["institution token", "404", "NICE_BASE_URL"]);
    assert!(!printed.contains("Try again"), "{printed}");
}
