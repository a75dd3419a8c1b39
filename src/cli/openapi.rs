//! `openapi`: prints the document. Needs no settings and no network.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::print;
use crate::{config::BASE_PATH, http::openapi};

#[derive(Args, Debug)]
pub(super) struct OpenapiArgs {
    /// The version of OpenAPI to write it in
    #[arg(long, value_enum, default_value = "3.1")]
    version: Version,
    /// The server that the document names
    #[arg(
        long,
        env = "BASE_PATH",
        default_value = BASE_PATH,
        hide_env_values = true
    )]
    base_path: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Version {
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.0")]
    V3_0,
}

pub(super) fn run(args: &OpenapiArgs) -> ExitCode {
    let version = match args.version {
        Version::V3_1 => openapi::Version::V3_1,
        Version::V3_0 => openapi::Version::V3_0,
    };
    print::to_stdout(openapi::print(args.base_path.trim_end_matches('/'), version).trim_end());
    ExitCode::SUCCESS
}
