//! The command, and the page.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;

use crate::support::{
    client::client,
    program::{command, run, text},
    sandbox::{sandbox, serve},
};

const PASTED: &str = "{\"dataHeader\":{\"GW_RSLT_CD\":\"1702\"},\"dataBody\":\"\"}";

#[tokio::test]
async fn the_command_reads_standard_input() {
    for (arguments, begin) in [
        (&["explain"][..], "✗ NICE가 거부했습니다"),
        (&["explain", "--lang=en", "-"], "✗ NICE refused"),
    ] {
        let mut child = command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(PASTED.as_bytes()).await.unwrap();
        drop(input);
        let output = child.wait_with_output().await.unwrap();
        assert_eq!(output.status.code(), Some(1));
        let printed = text(&output.stdout);
        assert!(printed.starts_with(begin), "{printed}");
        assert_eq!(printed.contains("\n---\n"), arguments.len() == 1);
    }
}

#[tokio::test]
async fn the_command_reads_a_file_and_never_repeats_its_argument() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/rust-toolchain.toml");
    let output = run(&["explain", file], &[]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(
        text(&output.stdout).contains("No known value"),
        "{output:?}"
    );
    let output = run(&["explain", "hmac_key=canary"], &[]).await;
    assert_eq!(output.status.code(), Some(66));
    assert!(!text(&output.stderr).contains("canary"), "{output:?}");
}

#[tokio::test]
async fn the_page_says_the_same_without_scripts() {
    let sandbox = sandbox(member_verification::clock::Clock::System);
    for router in [sandbox.standalone(), sandbox.embedded()] {
        let (address, _) = serve(router).await;
        let url = format!("http://{address}/sandbox/explain");
        let page = client().get(&url).send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(page.text().await.unwrap().contains("<textarea"));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("text", &format!("{PASTED}\nkey: canary-key"))
            .finish();
        let answer = client()
            .post(&url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let html = answer.text().await.unwrap();
        assert!(
            html.contains("gw_1702") && html.contains("NICE refused"),
            "{html}"
        );
        assert!(!html.contains("canary"), "{html}");
    }
}
