//! `explain`, for the programs that have it.

use std::{
    env,
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use nice_crypto::language::Language;

use super::{LONGEST, explain};

/// Flags of `explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// File to read; standard input without it, or with -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Language of the answer; by LANG without it
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    language: Option<Choice>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Choice {
    Ko,
    En,
}

impl ExplainArgs {
    /// Reads, and explains: the text to print, and whether nothing is wrong.
    ///
    /// # Errors
    ///
    /// The file can't be read.
    pub fn run(&self) -> io::Result<(String, bool)> {
        let report = explain(&self.read()?);
        let is_right = report.codes().next().is_none();
        Ok((report.text(self.language()), is_right))
    }

    fn read(&self) -> io::Result<String> {
        let mut bytes = Vec::new();
        let most = LONGEST as u64;
        match self.file.as_ref().filter(|file| file.as_os_str() != "-") {
            Some(file) => File::open(file)?.take(most).read_to_end(&mut bytes)?,
            None => io::stdin().take(most).read_to_end(&mut bytes)?,
        };
        // What is no UTF-8 is told by what stands in its place.
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn language(&self) -> Language {
        match self.language {
            Some(Choice::Ko) => Language::Korean,
            Some(Choice::En) => Language::English,
            None => of_environment(),
        }
    }
}

/// By the variables that name a locale, the strongest first.
fn of_environment() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    match locale {
        Some(locale) if locale.starts_with("ko") => Language::Korean,
        Some(_) | None => Language::English,
    }
}
