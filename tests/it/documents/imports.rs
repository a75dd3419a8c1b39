//! What a file of Rust uses: the paths in its `use` lines and in its code.

use std::{fs, iter::Peekable, path::Path};

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream::IntoIter};

/// A file, and the module that it is.
pub(super) struct Source {
    /// Below the folder that was read.
    pub(super) file: String,
    /// Its place below the crate's root; empty for `lib.rs` and `main.rs`.
    pub(super) module: Vec<String>,
    pub(super) used: Vec<Used>,
}

/// A path of two segments or more, or one that is imported.
pub(super) struct Used {
    pub(super) segments: Vec<String>,
    /// Whether it is handed on: `pub use`.
    pub(super) public: bool,
}

/// All Rust files below `folder`, tokens of macros included, comments left out.
pub(super) fn sources(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let file = path.strip_prefix(folder).unwrap().to_str().unwrap();
                let text = fs::read_to_string(&path).unwrap();
                let mut used = Vec::new();
                collect(text.parse().unwrap(), &mut used);
                found.push(Source {
                    file: file.to_owned(),
                    module: module(file),
                    used,
                });
            }
        }
    }
    found
}

fn module(file: &str) -> Vec<String> {
    let mut names: Vec<String> = file
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if names
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        names.pop();
    }
    names
}

type Tokens = Peekable<IntoIter>;

fn collect(tokens: TokenStream, used: &mut Vec<Used>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut public = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "use" => tree(&[], public, &mut tokens, used),
            TokenTree::Ident(word) if word == "pub" => {
                public = true;
                continue;
            }
            TokenTree::Ident(word) => {
                let mut segments = vec![word.to_string()];
                while separated(&mut tokens) {
                    match tokens.peek() {
                        Some(TokenTree::Ident(word)) => segments.push(word.to_string()),
                        _ => break,
                    }
                    tokens.next();
                }
                if segments.len() > 1 {
                    used.push(Used {
                        segments,
                        public: false,
                    });
                }
            }
            TokenTree::Group(group) => {
                collect(group.stream(), used);
                // The group of `pub(crate)` stands between `pub` and `use`.
                if group.delimiter() == Delimiter::Parenthesis {
                    continue;
                }
            }
            _ => {}
        }
        public = false;
    }
}

/// Takes `::`, if it comes next.
fn separated(tokens: &mut Tokens) -> bool {
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    let mut ahead = tokens.clone();
    let both = colon(ahead.next().as_ref()) && colon(ahead.next().as_ref());
    if both {
        *tokens = ahead;
    }
    both
}

/// One branch of a `use`, up to its comma or semicolon.
fn tree(before: &[String], public: bool, tokens: &mut Tokens, used: &mut Vec<Used>) {
    let mut segments = before.to_vec();
    let mut renamed = false;
    for token in tokens.by_ref() {
        match token {
            TokenTree::Ident(word) if word == "as" => renamed = true,
            TokenTree::Ident(word) if !renamed => segments.push(word.to_string()),
            TokenTree::Group(group) => {
                let mut branches = group.stream().into_iter().peekable();
                while branches.peek().is_some() {
                    tree(&segments, public, &mut branches, used);
                }
                return_at_end(tokens);
                return;
            }
            TokenTree::Punct(sign) if sign.as_char() == ',' || sign.as_char() == ';' => break,
            _ => {}
        }
    }
    used.push(Used { segments, public });
}

/// Takes the comma or semicolon behind a group.
fn return_at_end(tokens: &mut Tokens) {
    let ends = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if ",;".contains(sign.as_char()));
    tokens.next_if(ends);
}
