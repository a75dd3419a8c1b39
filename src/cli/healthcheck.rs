//! `healthcheck`: calls `/health/ready` of the service on this machine.

use std::{process::ExitCode, time::Duration};

use clap::Args;

use super::{error::CliError, print};
use crate::{
    config::{ListenArgs, Reader},
    sandbox::listen::from_here,
};

#[derive(Args, Debug)]
pub(super) struct HealthcheckArgs {
    #[command(flatten)]
    listen: ListenArgs,
}

pub(super) async fn run(args: &HealthcheckArgs) -> Result<ExitCode, CliError> {
    let mut reader = Reader::default();
    let bind = args.listen.read(&mut reader);
    let address = from_here(reader.finish(bind)?);
    let url = format!("http://{address}/health/ready");
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .timeout(Duration::from_secs(3))
        .build()
        .map_err(|error| CliError::failed(error.to_string()))?;
    match client.get(&url).send().await {
        Ok(answer) if answer.status().is_success() => Ok(ExitCode::SUCCESS),
        Ok(answer) => {
            print::to_stderr(&format!("{url} answers {}", answer.status()));
            Ok(ExitCode::FAILURE)
        }
        Err(_) => {
            print::to_stderr(&format!("{url} does not answer"));
            Ok(ExitCode::FAILURE)
        }
    }
}
