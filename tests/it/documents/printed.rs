//! The documents that the program prints.

use super::read;
use crate::support::program::{run, text};

#[tokio::test]
async fn printed_documents_are_fresh() {
    for (document, command) in [
        ("docs/errors.md", "errors"),
        ("docs/errors.ko.md", "errors --language ko"),
        ("docs/settings.md", "settings"),
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let printed = run(&words, &[]).await;
        assert!(printed.status.success(), "{command}");
        assert_eq!(
            read(document),
            text(&printed.stdout),
            "print it again: cargo run -- {command} > {document}"
        );
    }
}
