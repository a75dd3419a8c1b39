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
    /// Print the calls as a collection for Postman, Bruno, Insomnia and newman
    #[arg(long, conflicts_with = "version")]
    postman: bool,
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
    let base_path = args.base_path.trim_end_matches('/');
    let version = match args.version {
        Version::V3_1 => openapi::Version::V3_1,
        Version::V3_0 => openapi::Version::V3_0,
    };
    let document = if args.postman {
        openapi::print_collection(base_path)
    } else {
        openapi::print(base_path, version)
    };
    print::to_stdout(document.trim_end());
    ExitCode::SUCCESS
}
