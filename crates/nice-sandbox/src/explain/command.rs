//! `explain`: the command of both programs.

use std::{
    fs::File,
    io::{IsTerminal, Read, Write, stdin},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use nice_crypto::language::Language;

/// More isn't pasted.
const MAX: u64 = 1024 * 1024;
/// `EX_NOINPUT` of `sysexits.h`.
const EXIT_NO_INPUT: u8 = 66;

/// The flags of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A file with the form, query, calls, answers or keys; - or none: standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Explain in one language; otherwise in both
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Lang>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    Ko,
    En,
}

/// Reads, explains, prints. 0: nothing wrong was found; 1: something was.
#[must_use]
pub fn run(args: &ExplainArgs) -> ExitCode {
    let input = match read(args) {
        Ok(input) => input,
        Err(error) => {
            // Without the name: a secret may have been given in its place.
            let _ = writeln!(
                std::io::stderr(),
                "explain: can't read the file: {error}; give a file's name, or the text on standard input"
            );
            return ExitCode::from(EXIT_NO_INPUT);
        }
    };
    let told = super::explain(&input);
    let languages: &[Language] = match args.lang {
        Some(Lang::Ko) => &[Language::Korean],
        Some(Lang::En) => &[Language::English],
        None => &[Language::Korean, Language::English],
    };
    // A closed pipe is no failure.
    let _ = std::io::stdout().write_all(told.in_words(languages).as_bytes());
    ExitCode::from(u8::from(!told.is_right()))
}

fn read(args: &ExplainArgs) -> std::io::Result<Vec<u8>> {
    let mut input = Vec::new();
    let file = args.file.as_ref().filter(|file| file.as_os_str() != "-");
    if let Some(file) = file {
        File::open(file)?.take(MAX).read_to_end(&mut input)?;
    } else {
        if stdin().is_terminal() {
            let _ = writeln!(
                std::io::stderr(),
                "붙여 넣고 Ctrl-D를 누르세요. Paste it, then press Ctrl-D."
            );
        }
        stdin().take(MAX).read_to_end(&mut input)?;
    }
    Ok(input)
}
