//! Reads settings one by one and collects what is wrong with them.

use std::{fmt, fs};

use zeroize::Zeroizing;

use super::defaults;
use crate::secret::Secret;

/// Everything that is wrong with the settings, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(Vec<String>);

impl Mistakes {
    /// The lines, without secrets.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the settings have {} mistake(s):", self.0.len())?;
        self.0.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

impl std::error::Error for Mistakes {}

/// Collects mistakes while a configuration is read.
#[derive(Debug, Default)]
pub struct Reader {
    mistakes: Vec<String>,
}

impl Reader {
    /// Notes a mistake in the setting called `name`.
    pub fn mistake(&mut self, name: &str, what: impl fmt::Display) {
        self.mistakes.push(format!("{name}: {what}"));
    }

    /// The value of a setting, or of its default when it isn't given.
    ///
    /// # Panics
    ///
    /// When there is no default that can be read: a mistake in this program.
    pub fn value<T>(
        &mut self,
        name: &str,
        given: Option<&String>,
        parse: fn(&str) -> Result<T, String>,
    ) -> T {
        self.optional(name, given, parse)
            .unwrap_or_else(|| defaults::value(name, parse))
    }

    /// The value of a setting that has no default. Empty counts as not given.
    pub fn optional<T>(
        &mut self,
        name: &str,
        given: Option<&String>,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = given.filter(|text| is_given(Some(text)))?.trim();
        match parse(text) {
            Ok(value) => Some(value),
            Err(what) => {
                self.mistake(name, format_args!("\"{}\" {what}", text.escape_debug()));
                None
            }
        }
    }

    /// A secret from the variable `name` or from the file that `name_FILE`
    /// names, never both.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let file_name = format!("{name}_FILE");
        match (variable(name), variable(&file_name)) {
            (Some(_), Some(_)) => {
                self.mistake(
                    name,
                    format_args!("is given twice, remove it or {file_name}"),
                );
                None
            }
            (Some(secret), None) => Some(Secret::new(secret)),
            (None, Some(path)) => match fs::read_to_string(&path).map(Zeroizing::new) {
                Ok(text) if text.trim().is_empty() => {
                    self.mistake(&file_name, format_args!("{path} is empty"));
                    None
                }
                Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned())),
                Err(error) => {
                    self.mistake(&file_name, format_args!("{path} can't be read: {error}"));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// The configuration, if nothing was wrong.
    ///
    /// # Errors
    ///
    /// All [`Mistakes`].
    pub fn finish<T>(self, config: T) -> Result<T, Mistakes> {
        if self.mistakes.is_empty() {
            Ok(config)
        } else {
            Err(Mistakes(self.mistakes))
        }
    }
}

/// Whether a flag or variable says anything: blank counts as not given.
pub(super) fn is_given(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// Whether the variable, or the one that names its file, is set.
pub(super) fn is_set(name: &str) -> bool {
    variable(name).is_some() || variable(&format!("{name}_FILE")).is_some()
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
}
