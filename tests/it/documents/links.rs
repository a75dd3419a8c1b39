//! Every address within the repository leads somewhere.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use percent_encoding::percent_decode_str;

use super::markdown;

/// What is no part of the repository, as nothing is that begins with a dot:
/// what was built, installed or generated.
const FOREIGN: [&str; 4] = ["target", "node_modules", "secrets", "generated"];

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !name.starts_with('.') && !FOREIGN.contains(&name) {
                documents(&path, found);
            }
        } else if path.extension().is_some_and(|kind| kind == "md") {
            found.push(path);
        }
    }
}

/// What stands between `](` and `)`, and in `src="…"` and `href="…"`.
fn addresses(text: &str) -> Vec<String> {
    let without_code: String = text.split('`').step_by(2).collect();
    let mut found = Vec::new();
    for (before, after) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        let texts = if before == "](" { text } else { &without_code };
        for rest in texts.split(before).skip(1) {
            found.extend(rest.split(after).next().map(str::to_owned));
        }
    }
    found
}

/// The anchors that GitHub gives to the headings.
fn anchors(text: &str) -> HashSet<String> {
    let mut anchors = HashSet::new();
    for heading in text.lines().filter(|line| line.starts_with('#')) {
        let slug: String = heading
            .trim_start_matches('#')
            .trim()
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let mut anchor = slug.clone();
        let mut number = 0;
        while !anchors.insert(anchor.clone()) {
            number += 1;
            anchor = format!("{slug}-{number}");
        }
    }
    anchors
}

#[test]
fn each_address_leads_to_a_file_and_a_heading() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    documents(root, &mut files);
    let (mut followed, mut wrong) = (0, Vec::new());
    for file in &files {
        let text = markdown::prose(&fs::read_to_string(file).unwrap());
        for address in addresses(&text) {
            if address.contains(':') {
                continue;
            }
            followed += 1;
            let (path, anchor) = address.split_once('#').unwrap_or((&address, ""));
            let path = percent_decode_str(path).decode_utf8().unwrap();
            let target = match &*path {
                "" => file.clone(),
                path => file.parent().unwrap().join(path),
            };
            let there = if anchor.is_empty() {
                target.exists()
            } else {
                fs::read_to_string(&target)
                    .is_ok_and(|text| anchors(&markdown::prose(&text)).contains(anchor))
            };
            if !there {
                wrong.push(format!("{}: {address}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(followed > 30, "{followed} addresses in {files:?}");
}

#[test]
fn anchors_are_as_github_makes_them() {
    let expected = ["it-opens-results", "it-opens-results-1", "키와-iv"];
    let text = "# It opens `results`!\n## It opens results\n### 키와 IV?\n";
    assert_eq!(
        anchors(text),
        expected.into_iter().map(str::to_owned).collect()
    );
}
