//! `settings`: prints each setting of `serve` as Markdown, out of the very
//! definition that `--help` is printed from.

use std::{fmt::Write, process::ExitCode};

use clap::{Arg, Args, Command};

use super::{print, serve::ServeArgs};
use crate::config::with_defaults;

const INTRODUCTION: &str = "\
# Settings

<!-- Printed by `member-verification settings`; change the program, not this. -->

Each setting is an environment variable. All but the secrets are flags of the
same name too: `NICE_CALL_TIMEOUT=2s` is `--nice-call-timeout 2s`, and the flag
wins. Empty counts as not given. A TIME is written `15m`, `2s` or `500ms`, a RATE
`20/s` or `100/m`; lists have commas between. All mistakes are told at once, before
the port is bound, with exit code 64.
";

const SECRETS: &str = "
## Secrets

Each is a variable `NAME`, or a variable `NAME_FILE` that names a file which holds
it; never both, and never a flag.

| Variable | |
|---|---|
";

pub(super) fn run() -> ExitCode {
    let serve = with_defaults(ServeArgs::augment_args(Command::new("serve")));
    print::to_stdout(markdown(&serve).trim_end());
    ExitCode::SUCCESS
}

fn markdown(serve: &Command) -> String {
    let mut text = INTRODUCTION.to_owned();
    for (heading, rows) in chapters(serve) {
        // Writing to a string can't fail, here and below.
        let _ = write!(
            text,
            "\n## {heading}\n\n| Variable | Value | Default | |\n|---|---|---|---|\n{rows}"
        );
    }
    text.push_str(SECRETS);
    for (name, what) in secrets(serve) {
        let _ = writeln!(text, "| `{name}` | {} |", cell(&what));
    }
    text
}

/// The rows under each heading, in the order of `--help`.
fn chapters(serve: &Command) -> Vec<(&str, String)> {
    let mut chapters: Vec<(&str, String)> = Vec::new();
    for arg in serve.get_arguments() {
        let (Some(heading), Some(row)) = (arg.get_help_heading(), row(arg)) else {
            continue;
        };
        match chapters.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, rows)) => rows.push_str(&row),
            None => chapters.push((heading, row)),
        }
    }
    chapters
}

/// `None` for what is no setting: it has no variable.
fn row(arg: &Arg) -> Option<String> {
    let variable = arg.get_env()?.to_str()?;
    let help = arg.get_help()?.to_string();
    let (what, default) = help
        .strip_suffix(']')
        .and_then(|help| help.rsplit_once("[default: "))
        .unwrap_or((&help, "–"));
    let default = if default.contains(' ') || default == "–" {
        cell(default)
    } else {
        format!("`{default}`")
    };
    let value = arg.get_value_names()?.join(" ");
    let what = cell(what.trim_end());
    Some(format!("| `{variable}` | {value} | {default} | {what} |\n"))
}

/// The entries of the list below the flags: two spaces, a name, two spaces;
/// lines that are further in go on with the one before.
fn secrets(serve: &Command) -> Vec<(String, String)> {
    let mut secrets: Vec<(String, String)> = Vec::new();
    let list = serve.get_after_help().map(ToString::to_string);
    for line in list.iter().flat_map(|list| list.lines()) {
        match (line.strip_prefix("  "), secrets.last_mut()) {
            (Some(more), Some((_, what))) if more.starts_with(' ') => {
                what.push(' ');
                what.push_str(more.trim());
            }
            (Some(entry), _) => secrets.extend(
                entry
                    .split_once("  ")
                    .map(|(name, what)| (name.to_owned(), what.trim().to_owned())),
            ),
            (None, _) => {}
        }
    }
    secrets
}

/// Nothing in a cell is Markdown.
fn cell(text: &str) -> String {
    text.replace('\n', " ")
        .replace('*', r"\*")
        .replace('|', r"\|")
}
