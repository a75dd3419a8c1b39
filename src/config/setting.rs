//! What a setting is: a flag and a variable of the same name, or a secret.

use std::{borrow::Cow, ffi::OsStr};

use clap::{
    Arg, Command, Error,
    builder::TypedValueParser,
    error::{ErrorKind, Result},
    parser::ValueSource,
};

use super::edges;

/// The value of one setting, with the mistakes in it.
///
/// clap ends at the first mistake. So this type is read without ever failing,
/// and [`Reader::take`](super::Reader::take) reports the mistakes of all
/// settings at once. A blank text counts as not given.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    pub(super) name: String,
    /// The default, if nothing or nothing valid is given.
    pub(super) value: T,
    pub(super) mistakes: Vec<String>,
    pub(super) is_given: bool,
}

/// Reads a text; the error ends the sentence `"text" …`.
type Parse<T> = fn(&str) -> std::result::Result<T, String>;

/// A setting with a default.
pub fn setting<T>(
    parse: fn(&str) -> std::result::Result<T, String>,
) -> impl TypedValueParser<Value = Setting<T>>
where
    T: Clone + Send + Sync + 'static,
{
    Lenient(
        move |text: &str| match edges::check(text).and_then(|()| parse(text)) {
            Ok(value) => (Some(value), Vec::new()),
            Err(what) => (None, vec![quoted(text, &what)]),
        },
    )
}

/// A setting that may be absent; its default is written `""`.
pub(super) fn optional<T>(parse: Parse<T>) -> impl TypedValueParser<Value = Setting<Option<T>>>
where
    T: Clone + Send + Sync + 'static,
{
    Lenient(move |text: &str| {
        if text.is_empty() {
            return (Some(None), Vec::new());
        }
        match edges::check(text).and_then(|()| parse(text)) {
            Ok(value) => (Some(Some(value)), Vec::new()),
            Err(what) => (None, vec![quoted(text, &what)]),
        }
    })
}

/// A list, separated by commas; an empty one is written `""`.
pub(super) fn list<T>(parse_entry: Parse<T>) -> impl TypedValueParser<Value = Setting<Vec<T>>>
where
    T: Clone + Send + Sync + 'static,
{
    Lenient(move |text: &str| {
        let (mut values, mut mistakes) = (Vec::new(), Vec::new());
        for entry in super::values::list(text) {
            match edges::check(entry).and_then(|()| parse_entry(entry)) {
                Ok(value) => values.push(value),
                Err(what) => mistakes.push(quoted(entry, &what)),
            }
        }
        (Some(values), mistakes)
    })
}

fn quoted(text: &str, what: &str) -> String {
    format!("\"{}\" {what}", text.escape_debug())
}

/// Makes a [`Setting`] of any text. The function returns the value, if there
/// is one, and the mistakes.
#[derive(Clone)]
struct Lenient<F>(F);

impl<T, F> TypedValueParser for Lenient<F>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(&str) -> (Option<T>, Vec<String>) + Clone + Send + Sync + 'static,
{
    type Value = Setting<T>;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, text: &OsStr) -> Result<Setting<T>> {
        self.parse_ref_(command, arg, text, ValueSource::CommandLine)
    }

    fn parse_ref_(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        text: &OsStr,
        source: ValueSource,
    ) -> Result<Setting<T>> {
        let name = arg.and_then(Arg::get_env).unwrap_or_default();
        let default = arg.and_then(|arg| arg.get_default_values().first());
        let default = default.map_or(Cow::default(), |text| text.to_string_lossy());
        let (read, given) = match text.to_str().map(edges::trimmed) {
            None => ((None, vec!["is not UTF-8".to_owned()]), true),
            Some("") => ((self.0)(&default), false),
            Some(text) => ((self.0)(text), source != ValueSource::DefaultValue),
        };
        let (value, mistakes) = read;
        // Nobody gets past a default that can't be read: the tests see it.
        let value = value.or_else(|| (self.0)(&default).0).ok_or_else(|| {
            Error::raw(ErrorKind::InvalidValue, "a setting's default is wrong\n").with_cmd(command)
        })?;
        Ok(Setting {
            name: name.to_string_lossy().into_owned(),
            value,
            mistakes,
            is_given: given,
        })
    }
}

/// A setting that is never a flag, since a process's flags are seen by others:
/// the variable `NAME`, or `NAME_FILE` with the path of a file.
#[derive(Clone, Copy, Debug)]
pub struct SecretSetting {
    /// The variable.
    pub name: &'static str,
    /// What it is, for `--help` and the documentation.
    pub help: &'static str,
}

/// Declares secrets, each with its help as a doc comment, and `SECRETS`, the
/// list of them.
macro_rules! secrets {
    ($($(#[doc = $help:literal])+ $name:ident;)+) => {
        $(const $name: $crate::config::SecretSetting = $crate::config::SecretSetting {
            name: stringify!($name),
            help: concat!($($help),+).trim_ascii_start(),
        };)+
        pub(super) const SECRETS: &[$crate::config::SecretSetting] = &[$($name),+];
    };
}
pub(super) use secrets;

/// The last touch to a command whose arguments are settings: `--help` shows
/// neither the values of this machine's variables nor empty defaults.
#[must_use]
pub fn with_settings(command: Command) -> Command {
    command
        .mut_args(|arg| {
            let blank = arg.get_default_values() == [OsStr::new("")];
            arg.hide_env_values(true).hide_default_value(blank)
        })
        .mut_subcommands(with_settings)
}
