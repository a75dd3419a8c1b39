//! `settings`: prints each setting of `serve` as Markdown, from the same
//! definition as `--help`.

use std::{fmt::Write, process::ExitCode};

use clap::{Arg, Args, Command};

use super::{print, serve::ServeArgs};
use crate::config::{SecretSetting, secrets, with_settings};

const INTRODUCTION: &str = "\
# Settings

<!-- Printed by `member-verification settings`; change the program, not this. -->

Each setting is an environment variable. All but the secrets are also flags of the
same name: `NICE_CALL_TIMEOUT=2s` is `--nice-call-timeout 2s`; the flag wins. A blank
value counts as not given. Blanks and line ends around a value, and a byte order
mark at its start, are removed; from a secret only the byte order mark and the line ends
at its end. Quotes around a value and invisible characters are mistakes. Write a TIME
as `15m`, `2s` or `500ms`, a RATE as `20/s` or `100/m`; separate lists by commas. All
mistakes are reported at once, with exit code 64, before a port is bound.
";

const SECRETS: &str = "
## Secrets

Each is a variable `NAME` with the secret, or a variable `NAME_FILE` with the path of a
file that contains it; never both, and never a flag. If every user may write the file,
the service logs a warning.

| Variable | |
|---|---|
";

pub(super) fn run() -> ExitCode {
    let serve = with_settings(ServeArgs::augment_args(Command::new("serve")));
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
    for SecretSetting { name, help } in secrets() {
        let _ = writeln!(text, "| `{name}` | {} |", cell(help));
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

/// `None` for an argument without a variable: it is no setting.
fn row(arg: &Arg) -> Option<String> {
    let variable = arg.get_env()?.to_str()?;
    let help = arg.get_help()?.to_string();
    // A default that takes a sentence is part of the help.
    let in_words = help
        .strip_suffix(']')
        .and_then(|help| help.rsplit_once(" [default: "));
    let (what, default) = match (in_words, arg.get_default_values()) {
        (Some((what, default)), _) => (what, cell(default)),
        (None, [value]) if !value.is_empty() => (&*help, format!("`{}`", value.to_string_lossy())),
        (None, _) => (&*help, "–".to_owned()),
    };
    let value = arg.get_value_names()?.join(" ");
    let what = cell(what);
    Some(format!("| `{variable}` | {value} | {default} | {what} |\n"))
}

/// Nothing in a cell is Markdown.
fn cell(text: &str) -> String {
    text.replace('\n', " ")
        .replace('*', r"\*")
        .replace('|', r"\|")
}
