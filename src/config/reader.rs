//! Reads settings one by one and collects the mistakes in them.

use std::{
    env::VarError,
    fmt,
    fs::File,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
};

use zeroize::Zeroizing;

use super::{SecretSetting, Setting, edges};
use crate::secret::Secret;

/// More than any file of a secret holds, in bytes.
const LONGEST_SECRET: usize = 64 * 1024;

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
    warnings: Vec<String>,
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
            (Some(given), None) => {
                let secret = given.and_then(|text| checked(&text));
                secret.map_err(|what| self.mistake(name, what)).ok()
            }
            (None, Some(path)) => {
                let secret = path.and_then(|path| self.read_file(&file_name, &path));
                secret.map_err(|what| self.mistake(&file_name, what)).ok()
            }
            (None, None) => None,
        }
    }

    fn read_file(&mut self, name: &str, path: &str) -> Result<Secret, String> {
        let path = edges::trimmed(path);
        edges::check(path).map_err(|what| format!("\"{}\" {what}", path.escape_debug()))?;
        let unreadable = |error: io::Error| format!("{path} can't be read: {error}");
        let file = File::open(path).map_err(unreadable)?;
        let all_may_write = file
            .metadata()
            .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o002 != 0);
        if all_may_write {
            self.warn(
                name,
                format_args!(
                    "every user of this machine may write {path}; fix its permissions \
                     (chmod o-w)"
                ),
            );
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_SECRET));
        file.take(LONGEST_SECRET as u64)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() == LONGEST_SECRET {
            return Err(format!("{path} is too long for a secret"));
        }
        if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
            return Err(format!("{path} is UTF-32; save it as UTF-8"));
        }
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(format!("{path} is UTF-16; save it as UTF-8"));
        }
        let text = str::from_utf8(&bytes).map_err(|_| format!("{path} is not UTF-8"))?;
        if edges::trimmed(text).is_empty() {
            return Err(format!("{path} is empty"));
        }
        checked(text).map_err(|what| format!("{path} {what}"))
    }

    /// Notes what is worth a warning, though the service can start.
    pub(super) fn warn(&mut self, name: &str, what: impl fmt::Display) {
        self.warnings.push(format!("{name}: {what}"));
    }

    /// The warnings so far.
    pub(super) fn warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
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
        variable(self.name).is_some() || self.is_from_file()
    }

    /// Whether the variable that names its file is set.
    pub(super) fn is_from_file(&self) -> bool {
        variable(&format!("{}_FILE", self.name)).is_some()
    }
}

/// The variable, unless it is blank; an error if it isn't text.
fn variable(name: &str) -> Option<Result<Zeroizing<String>, String>> {
    match std::env::var(name).map(Zeroizing::new) {
        Ok(text) if edges::secret_trimmed(&text).is_empty() => None,
        Ok(text) => Some(Ok(text)),
        Err(VarError::NotPresent) => None,
        Err(VarError::NotUnicode(_)) => Some(Err("is not UTF-8".to_owned())),
    }
}

fn checked(text: &str) -> Result<Secret, String> {
    let text = edges::secret_trimmed(text);
    edges::check_secret(text)?;
    Ok(Secret::new(text.to_owned()))
}
