//! Why a command failed, and its exit code.

use std::process::ExitCode;

use thiserror::Error;

use crate::config::{EXIT_SETTINGS, Mistakes};

/// Why a command failed.
#[derive(Debug, Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Settings(#[from] Mistakes),
    #[error("{0}")]
    Failed(String),
}

impl CliError {
    pub(super) fn failed(what: impl Into<String>) -> Self {
        Self::Failed(what.into())
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Settings(_) => ExitCode::from(EXIT_SETTINGS),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }
}
