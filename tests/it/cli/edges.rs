//! What editors, shells and consoles leave around a setting: taken off where
//! that can't be wrong, else refused by name. Over all settings and secrets
//! that the program documents.

use std::{fs, path::PathBuf};

use super::settings::{LIVE, documented, refused, with};
use crate::support::program::{run, text};

/// What is done to a value, and what the refusal says.
const BROKEN: &[(&str, &str, &str)] = &[
    ("\"", "\"", "has quotes around it"),
    ("'", "'", "has quotes around it"),
    ("`", "`", "has quotes around it"),
    ("\u{201c}", "\u{201d}", "has quotes around it"),
    ("\u{2018}", "\u{2019}", "has quotes around it"),
    ("\u{300c}", "\u{300d}", "has quotes around it"),
    ("\\\"", "\\\"", "has quotes around it"),
    ("=\"", "\"", "has a spreadsheet's"),
    ("${", "}", "is a placeholder"),
    ("{{ ", " }}", "is a placeholder"),
    ("<", ">", "is a placeholder"),
    ("SHOP_KEY=", "", "begins with the name of a variable"),
    ("export SHOP_KEY=", "", "begins with the name of a variable"),
    ("", "\\n", "ends in a backslash and a letter"),
    ("", "\\r\\n", "ends in a backslash and a letter"),
    (
        "",
        "\u{200b}",
        "contains U+200B (a zero-width space) at character 6",
    ),
    (
        "\u{200b}",
        "",
        "contains U+200B (a zero-width space) at character 1",
    ),
    (
        "a\u{200f}",
        "",
        "contains U+200F (a mark of direction) at character 2",
    ),
    (
        "a\u{2060}",
        "",
        "contains U+2060 (a word joiner) at character 2",
    ),
    (
        "a\u{feff}",
        "",
        "contains U+FEFF (a byte order mark) at character 2",
    ),
    (
        "\u{feff}\u{feff}",
        "",
        "contains U+FEFF (a byte order mark) at character 1",
    ),
    (
        "",
        "\u{a0}",
        "contains U+00A0 (a no-break space) at character 6",
    ),
    (
        "\u{a0}",
        "",
        "contains U+00A0 (a no-break space) at character 1",
    ),
    (
        "",
        "\u{3000}",
        "contains U+3000 (a space that is not ASCII) at character 6",
    ),
    (
        "",
        "\u{202f}x",
        "contains U+202F (a space that is not ASCII) at character 6",
    ),
    (
        "",
        "\u{7}",
        "contains U+0007 (a control character) at character 6",
    ),
    (
        "",
        "\u{1b}[0m",
        "contains U+001B (a control character) at character 6",
    ),
    ("", "\tx", "contains U+0009 (a tab) at character 6"),
    ("", "\nx", "has a second line after character 5"),
    ("", "\r\nx", "has a second line after character 5"),
    (
        "",
        "\u{ad}",
        "contains U+00AD (a soft hyphen) at character 6",
    ),
    (
        "",
        "\u{3164}",
        "contains U+3164 (a blank filler) at character 6",
    ),
    (
        "",
        "\u{e000}",
        "contains U+E000 (an invisible character) at character 6",
    ),
];

/// A secret's own blanks could be meant, so they are not taken off.
const BROKEN_SECRETS: &[(&str, &str, &str)] = &[
    ("", " ", "has a space at its end"),
    (" ", "", "has a space at its beginning"),
    ("", "\t", "has a tab at its end"),
    ("\n", "", "has a line end at its beginning"),
    ("", " \n", "has a space at its end"),
    ("\u{201c}", "", "has a curly quote at its beginning"),
    ("a,'", "'", "has quotes around an entry of its list"),
];

/// Environment variables can't hold it.
const SPOILT_FILES: &[(&[u8], &str)] = &[
    (b"12345\0", "contains U+0000 (NUL) at character 6"),
    (b"\xff\xfe1\x002\x00", "is UTF-16"),
    (b"\xfe\xff\x001\x002", "is UTF-16"),
    (b"\xff\xfe\0\x001\0\0\0", "is UTF-32"),
    (b"\0\0\xfe\xff\0\0\x001", "is UTF-32"),
    (b"1\x002\x00", "contains U+0000 (NUL) at character 2"),
    (b"12\xb0\xa1", "is not UTF-8"),
    (b"\xef\xbb\xbf", "is empty"),
    (b" \r\n", "is empty"),
];

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("{name}-{}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const VALUE: &str = "h12sh";

fn pairs<'a>(names: &'a [String], value: &'a str) -> Vec<(&'a str, &'a str)> {
    names.iter().map(|name| (name.as_str(), value)).collect()
}

#[tokio::test]
async fn what_is_spoilt_is_refused_by_name_in_each_setting_and_secret() {
    let (settings, secrets) = documented().await;
    let everywhere = BROKEN.iter().map(|broken| (broken, true));
    let in_secrets = BROKEN_SECRETS.iter().map(|broken| (broken, false));
    for ((before, after, what), also_settings) in everywhere.chain(in_secrets) {
        let value = format!("{before}{VALUE}{after}");
        let mut variables = pairs(&secrets, &value);
        if also_settings {
            variables.extend(pairs(&settings, &value));
        }
        let live = run(&["serve"], &variables).await;
        let sandbox = run(&["serve", "--sandbox"], &variables).await;
        for (name, _) in &variables {
            let output = if name.starts_with("SANDBOX_") {
                &sandbox
            } else {
                &live
            };
            let stderr = text(&output.stderr);
            let start = format!("  {name}: ");
            let told = stderr
                .lines()
                .any(|line| line.starts_with(&start) && line.contains(what));
            assert!(told, "{name} with {before:?}…{after:?}: {stderr}");
        }
        for name in &secrets {
            let stderr = text(&live.stderr);
            let told = stderr
                .lines()
                .find(|line| line.contains(&format!("  {name}: ")))
                .unwrap();
            assert!(!told.contains(VALUE), "{told}");
        }
    }
}

#[tokio::test]
async fn flags_and_files_are_looked_at_like_variables() {
    let (settings, secrets) = documented().await;
    let folder = Folder::new("edges");
    let broken = BROKEN.iter().chain(BROKEN_SECRETS);
    let mut files: Vec<(Vec<u8>, &str)> = broken
        .map(|(before, after, what)| (format!("{before}{VALUE}{after}").into_bytes(), *what))
        .collect();
    files.extend(
        SPOILT_FILES
            .iter()
            .map(|(bytes, what)| (bytes.to_vec(), *what)),
    );
    for (bytes, what) in files {
        let path = folder.write("secret", &bytes);
        let names: Vec<String> = secrets.iter().map(|name| format!("{name}_FILE")).collect();
        let stderr = text(&run(&["serve"], &pairs(&names, &path)).await.stderr);
        for name in &names {
            let told = stderr.contains(&format!("  {name}: {path} {what}"));
            assert!(told, "{name} with {bytes:?}: {stderr}");
        }
        assert!(!stderr.contains(VALUE), "{stderr}");
    }
    for (before, after, what) in BROKEN {
        let flags: Vec<String> = settings
            .iter()
            .filter(|name| !name.starts_with("SANDBOX_"))
            .map(|name| name.to_lowercase().replace('_', "-"))
            .map(|flag| format!("--{flag}={before}{VALUE}{after}"))
            .collect();
        let mut args = vec!["serve"];
        args.extend(flags.iter().map(String::as_str));
        let output = run(&args, &[]).await;
        let found = text(&output.stderr).matches(what).count();
        assert_eq!(found, flags.len(), "{what}: {}", text(&output.stderr));
    }
}

/// What a template, a shell or another script leaves if nobody fills it in; and
/// what a header can't carry.
#[tokio::test]
async fn a_placeholder_and_a_foreign_letter_are_told() {
    for (value, what) in [
        ("$NICE_SECRET", "is a placeholder"),
        ("%NICE_SECRET%", "is a placeholder"),
        ("$(cat secret)", "is a placeholder"),
        ("s3cret # prod", "contains a space at character 7"),
        ("s３cret", "contains a full-width letter at character 2"),
        (
            "s3cr\u{e9}t",
            "contains a letter outside ASCII at character 5",
        ),
    ] {
        let told = text(
            &run(&["serve"], &[("NICE_CLIENT_SECRET", value)])
                .await
                .stderr,
        );
        assert!(
            told.contains(&format!("NICE_CLIENT_SECRET: {what}")),
            "{value}: {told}"
        );
    }
}

#[tokio::test]
async fn each_entry_of_a_list_is_looked_at() {
    let urls = "https://shop.example/a,\"https://shop.example/b\"";
    for (name, value, what) in [
        ("RETURN_URLS", urls, "has quotes around it"),
        (
            "RETURN_URLS",
            "\"https://a.example/,https://b.example/\"",
            "has a quote at its",
        ),
        (
            "RETURN_URLS",
            "https://a.example/\nhttps://b.example/",
            "has a second line",
        ),
        (
            "CORS_ORIGINS",
            "https://a.example,https://b.example\u{200b}",
            "contains U+200B",
        ),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/8,\u{a0}fd00::/8",
            "contains U+00A0",
        ),
    ] {
        let settings = [LIVE, &[(name, value)]].concat();
        refused(&run(&["serve"], &settings).await, &[name, what]);
    }
    // A list over several lines, as YAML has it.
    let urls = ("RETURN_URLS", "https://a.example/,\n  https://b.example/\n");
    let settings = with("http://127.0.0.1:9", &[urls]);
    let printed = text(&run(&["check"], &settings).await.stdout);
    assert!(printed.contains("ok     settings"), "{printed}");
}

/// Defaults and what is required, each with what an editor adds.
#[tokio::test]
async fn what_can_not_be_meant_is_taken_off() {
    let table = text(&run(&["settings"], &[]).await.stdout);
    let defaults = table.lines().filter_map(|row| {
        let mut cells = row.strip_prefix("| `")?.split('`');
        let name = cells.next()?;
        let default = cells.nth(1)?;
        Some((name.to_owned(), default.to_owned()))
    });
    let mut values: Vec<(String, String)> = defaults
        .filter(|(name, _)| !name.starts_with("SANDBOX_") && name != "ADMIN_BIND")
        .collect();
    assert!(values.len() > 20, "{table}");
    values.retain(|(name, _)| name != "NICE_BASE_URL");
    for (name, value) in [
        ("NICE_CLIENT_ID", "client"),
        ("NICE_CLIENT_SECRET", "secret"),
        ("NICE_ACCESS_TOKEN", "token"),
        ("NICE_BASE_URL", "https://127.0.0.1:9"),
        ("NICE_PROXY", "http://user:secret@127.0.0.1:9"),
        ("RETURN_URLS", "https://shop.example/cb"),
        ("RESULT_API_KEY", "0123456789abcdef0123456789abcdef"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:9/0"),
        ("STORE_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="),
        ("RATE_LIMIT", "20/m"),
        ("TRUSTED_PROXIES", "10.0.0.0/8"),
    ] {
        values.push((name.to_owned(), value.to_owned()));
    }
    for (before, after) in [("", "\n"), ("", "\r\n"), ("", "\n\n"), ("\u{feff}", "\r\n")] {
        let broken: Vec<(&str, String)> = values
            .iter()
            .map(|(name, value)| (name.as_str(), format!("{before}{value}{after}")))
            .collect();
        let broken: Vec<(&str, &str)> = broken.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let printed = text(&run(&["check"], &broken).await.stdout);
        assert!(
            printed.contains("ok     settings"),
            "{before:?} {after:?}: {printed}"
        );
    }
    let folder = Folder::new("taken-off");
    for (name, value) in &values {
        let is_secret =
            ["NICE_CLIENT_SECRET", "NICE_PROXY", "RESULT_API_KEY"].contains(&name.as_str());
        if is_secret {
            folder.write(name, format!("\u{feff}{value}\r\n"));
        }
    }
    let file = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let (secret, key) = (file("NICE_CLIENT_SECRET"), file("RESULT_API_KEY") + "\n");
    let settings = [
        ("NICE_CLIENT_ID", "\t client "),
        ("NICE_CLIENT_SECRET_FILE", secret.as_str()),
        ("RESULT_API_KEY_FILE", key.as_str()),
        ("RETURN_URLS", "https://shop.example/cb"),
        ("NICE_BASE_URL", " https://127.0.0.1:9 "),
    ];
    let printed = text(&run(&["check"], &settings).await.stdout);
    assert!(printed.contains("ok     settings"), "{printed}");
    assert!(printed.contains("opened if the caller sends"), "{printed}");
}

/// Whoever may write it chooses the secret.
#[cfg(unix)]
#[tokio::test]
async fn a_secret_that_all_may_write_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("writable");
    let path = folder.write("key", "0123456789abcdef0123456789abcdef");
    let settings = with("http://127.0.0.1:9", &[("RESULT_API_KEY_FILE", &path)]);
    let note = format!(
        "NOTE   settings           RESULT_API_KEY_FILE: every user of this machine may write {path}"
    );
    for (mode, is_told) in [(0o644, false), (0o666, true), (0o602, true)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let printed = text(&run(&["check"], &settings).await.stdout);
        assert_eq!(printed.contains(&note), is_told, "{mode:o}: {printed}");
    }
}
