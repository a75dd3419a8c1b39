//! What a document shows in Korean it shows in English, too.

use std::{fs, path::Path};

use super::{markdown::blocks, read};

/// Language and text of each block of code that is the same in both languages.
fn code(document: &str) -> Vec<(String, String)> {
    blocks(&read(document))
        .into_iter()
        .map(|block| {
            // Texts for people are in the document's language, and comments are.
            let is_code = matches!(block.language, "js" | "sh");
            let text = if is_code { &block.text } else { "" };
            (block.language.to_owned(), without_comments(text))
        })
        .collect()
}

fn without_comments(code: &str) -> String {
    code.lines()
        .map(|line| line.split(" # ").next().unwrap_or(line))
        .map(|line| line.split("// ").next().unwrap_or(line))
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// README.ko.md and docs/*.ko.md.
fn korean() -> Vec<String> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut found = vec!["README.ko.md".to_owned()];
    for entry in fs::read_dir(docs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".ko.md") {
            found.push(format!("docs/{name}"));
        }
    }
    found
}

#[test]
fn code_in_korean_documents_is_that_of_the_english_ones() {
    let korean = korean();
    assert!(korean.len() > 5, "{korean:?}");
    for document in korean {
        let english = code(&document.replace(".ko.md", ".md"));
        let mut english = english.iter();
        for block in code(&document) {
            // In the same order; a Korean document may leave some out.
            assert!(
                english.any(|other| *other == block),
                "{document}: {}\n{}",
                block.0,
                block.1
            );
        }
    }
}

#[test]
fn the_korean_errors_have_every_row() {
    let first_cells = |document: &str| -> Vec<String> {
        read(document)
            .lines()
            .filter_map(|line| line.strip_prefix("| "))
            .filter(|line| line.starts_with('`') || line.starts_with(char::is_numeric))
            .map(|line| line.split(" | ").next().unwrap_or(line).to_owned())
            .collect()
    };
    assert_eq!(
        first_cells("docs/errors.ko.md"),
        first_cells("docs/errors.md")
    );
}
