//! The documents that the program prints.

use super::read;
use crate::support::program::{run, text};

#[tokio::test]
async fn printed_documents_are_fresh() {
    for command in ["errors", "settings"] {
        let printed = run(&[command], &[]).await;
        assert!(printed.status.success(), "{command}");
        assert_eq!(
            read(&format!("docs/{command}.md")),
            text(&printed.stdout),
            "print it again: cargo run -- {command} > docs/{command}.md"
        );
    }
}
