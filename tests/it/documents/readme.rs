//! The README's commands, run as written, answer what the README shows.

use serde_json::Value;
use tokio::process::Command;

use super::{
    markdown::{Block, blocks},
    read,
};
use crate::support::program::{Service, text};

/// Runs commands of the README against this service.
async fn run(service: &Service, commands: &str) -> String {
    assert!(commands.contains("127.0.0.1:8080"), "{commands}");
    let address = service.url.strip_prefix("http://").unwrap();
    let bash = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg(commands.replace("127.0.0.1:8080", address))
        .output()
        .await
        .unwrap();
    assert!(bash.status.success(), "{commands}");
    text(&bash.stdout)
}

/// What kind of value each field has; a text's first letters where they say
/// that nothing is real.
fn shape(answer: &str) -> Vec<(String, String)> {
    let answer: Value = serde_json::from_str(answer).unwrap_or_else(|_| panic!("{answer}"));
    let fields = answer.as_object().unwrap();
    let kind = |value: &Value| match value {
        Value::String(text) if text.starts_with("SANDBOX") => "SANDBOX".to_owned(),
        Value::String(_) => "text".to_owned(),
        other => other.to_string(),
    };
    fields
        .iter()
        .map(|(name, value)| (name.clone(), kind(value)))
        .collect()
}

#[tokio::test]
async fn the_commands_answer_what_the_readme_shows() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    for document in ["README.md", "README.ko.md"] {
        let text = read(document);
        let mut tried = 0;
        for pair in blocks(&text).windows(2) {
            let [
                Block {
                    language: "sh",
                    text: commands,
                },
                Block {
                    language: "json",
                    text: shown,
                },
            ] = pair
            else {
                continue;
            };
            let answer = run(&service, commands).await;
            assert_eq!(shape(&answer), shape(shown), "{document}: {commands}");
            tried += 1;
        }
        assert!(tried >= 2, "{document}: {tried} commands with an answer");
    }
}
