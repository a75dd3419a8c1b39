//! The commands of `README.md`, run as they stand there, answer what stands
//! below them.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use super::{
    markdown::{Block, blocks},
    program, read,
};

/// `serve --sandbox` on free ports; it ends with the test.
struct Sandbox {
    child: Child,
    address: String,
}

impl Sandbox {
    fn start() -> Self {
        let mut child = program(&["serve", "--sandbox", "--bind", "127.0.0.1:0"])
            .env("ADMIN_BIND", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines
            .find_map(|line| line.ok().filter(|line| line.contains("listening")))
            .unwrap();
        // So that the service never waits for somebody who reads its log.
        std::thread::spawn(move || lines.count());
        let (_, address) = line.split_once("address=").unwrap();
        let address = address.split_whitespace().next().unwrap().to_owned();
        Self { child, address }
    }

    /// Runs a command of the README against this one.
    fn run(&self, commands: &str) -> String {
        assert!(commands.contains("127.0.0.1:8080"), "{commands}");
        let mut bash = Command::new("bash")
            .args(["-euo", "pipefail", "-c"])
            .arg(commands.replace("127.0.0.1:8080", &self.address))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answer = String::new();
        let mut stdout = bash.stdout.take().unwrap();
        stdout.read_to_string(&mut answer).unwrap();
        assert!(bash.wait().unwrap().success(), "{commands}");
        answer
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

#[test]
fn the_commands_answer_what_the_readme_shows() {
    let sandbox = Sandbox::start();
    for (document, least) in [("README.md", 2), ("README.ko.md", 2)] {
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
            let answer = sandbox.run(commands);
            assert_eq!(shape(&answer), shape(shown), "{document}: {commands}");
            tried += 1;
        }
        assert!(
            tried >= least,
            "{document}: {tried} commands with an answer"
        );
    }
}

#[test]
fn both_languages_show_the_same_commands() {
    let commands = |document: &str| -> BTreeSet<String> {
        blocks(&read(document))
            .into_iter()
            .filter(|block| block.language == "sh")
            .map(|block| block.text)
            .collect()
    };
    let korean = commands("README.ko.md");
    assert!(korean.len() >= 2, "{korean:?}");
    let strange: Vec<_> = korean.difference(&commands("README.md")).cloned().collect();
    assert!(strange.is_empty(), "{strange:#?}");
}
