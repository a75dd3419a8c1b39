//! The flags and variables of `--tls`.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;

/// NICE's own ports.
const BIND: &str = "127.0.0.1:443,127.0.0.1:22001";

// Texts, as all arguments.
#[derive(Debug, Args)]
pub(in super::super) struct TlsArgs {
    /// Stand at NICE's own addresses, in place of --bind: https, with certificates of a
    /// CA that is made on this machine; prints how to trust it
    #[arg(long)]
    tls: bool,
    /// Addresses and ports of --tls; the default ports are NICE's own
    #[arg(long, env = "SANDBOX_TLS_BIND", value_name = "IP:PORT,…", hide_env_values = true, default_value = BIND)]
    tls_bind: String,
    /// Folder of the CA and of the key, made if it isn't there; by default the user's
    /// own, ~/.local/share/nice-sandbox
    #[arg(
        long,
        env = "SANDBOX_TLS_FOLDER",
        value_name = "FOLDER",
        hide_env_values = true
    )]
    tls_folder: Option<PathBuf>,
}

/// The same, read.
#[derive(Debug)]
pub(in super::super) struct TlsSettings {
    /// At least one.
    pub(super) bind: Vec<SocketAddr>,
    pub(super) folder: PathBuf,
}

impl TlsArgs {
    /// `None` without `--tls`.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub(in super::super) fn read(&self) -> Result<Option<TlsSettings>, String> {
        if !self.tls {
            return Ok(None);
        }
        let given = match self.tls_bind.trim() {
            "" => BIND,
            given => given,
        };
        let bind = given
            .split(',')
            .map(|one| one.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|_| {
                format!(
                    "SANDBOX_TLS_BIND (--tls-bind) needs addresses and ports like {BIND}, it has \
                     {given}"
                )
            })?;
        let folder = self.tls_folder.clone().or_else(of_this_user).ok_or(
            "SANDBOX_TLS_FOLDER (--tls-folder) is needed: this user has no HOME for the CA",
        )?;
        Ok(Some(TlsSettings { bind, folder }))
    }
}

fn of_this_user() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    named("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| named("HOME").map(|home| Path::new(&home).join(".local/share")))
        .map(|folder| folder.join("nice-sandbox"))
}
