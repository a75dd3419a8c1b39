//! Reads settings one by one and collects the mistakes in them.

use std::{fmt, fs};

use zeroize::Zeroizing;

use super::{SecretSetting, Setting};
use crate::secret::Secret;

/// Everything that is wrong with the settings, one line each.
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

    /// The value of a setting, or its default if the setting isn't given or
    /// has a mistake, which is noted.
    pub fn take<T: Clone>(&mut self, setting: &Setting<T>) -> T {
        for what in &setting.mistakes {
            self.mistake(&setting.name, what);
        }
        setting.value.clone()
    }

    /// The value of a secret, from its variable or from the file that
    /// `NAME_FILE` names, never both.
    pub fn secret(&mut self, SecretSetting { name, .. }: SecretSetting) -> Option<Secret> {
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

impl SecretSetting {
    /// Whether the variable, or the one that names its file, is set.
    pub(super) fn is_given(&self) -> bool {
        variable(self.name).is_some() || variable(&format!("{}_FILE", self.name)).is_some()
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
}
