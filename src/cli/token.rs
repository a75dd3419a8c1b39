//! `token issue`, `token revoke`: the institution token by hand.

use std::{io::BufRead, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};

use super::{error::CliError, print};
use crate::{
    clock::Clock,
    config::{NiceArgs, NiceConfig, Reader},
    nice::{NiceClient, NiceError},
    secret::Secret,
};

#[derive(Args, Debug)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Ask NICE for an institution token and print it
    #[command(after_help = SECRETS)]
    Issue(ActionArgs),
    /// Revoke the institution token, for everyone who shares it
    #[command(after_help = SECRETS)]
    Revoke(ActionArgs),
}

const SECRETS: &str = "Secrets, as a variable or as NAME_FILE naming a file:
  NICE_CLIENT_SECRET, NICE_ACCESS_TOKEN (to revoke), NICE_PROXY";

#[derive(Args, Debug)]
struct ActionArgs {
    #[command(flatten)]
    nice: NiceArgs,
    /// Don't ask for confirmation
    #[arg(long)]
    yes: bool,
}

const ISSUE_AFFECTS: &str = "\
This asks NICE for an institution token of this client id and prints it.
NICE does not say that this ends earlier tokens, nor that it leaves them
valid: each service with the same client id may have to fetch a new one.";

const REVOKE_AFFECTS: &str = "\
This ends the institution token at NICE, for EVERY server and every program
that shares it. Until a new one is issued, none of them can begin a
verification. It is not part of any normal operation.";

pub(super) async fn run(args: TokenArgs) -> Result<ExitCode, CliError> {
    match args.action {
        Action::Issue(args) => issue(&args).await,
        Action::Revoke(args) => revoke(&args).await,
    }
}

async fn issue(args: &ActionArgs) -> Result<ExitCode, CliError> {
    let (client, _) = connect(args)?;
    if !agreed(args, ISSUE_AFFECTS) {
        return Ok(ExitCode::FAILURE);
    }
    let token = client
        .issue_institution_token()
        .await
        .map_err(|error| refused(&error))?;
    print::to_stderr(&format!(
        "Valid for {} more days. Treat it like a password; pass it to the service as\n\
         NICE_ACCESS_TOKEN_FILE. The next line is the token:",
        token.expires_in.as_secs() / 86_400
    ));
    print::to_stdout(token.access_token.expose());
    Ok(ExitCode::SUCCESS)
}

async fn revoke(args: &ActionArgs) -> Result<ExitCode, CliError> {
    let (client, token) = connect(args)?;
    let Some(token) = token else {
        return Err(CliError::failed(
            "which token? Give it as NICE_ACCESS_TOKEN or NICE_ACCESS_TOKEN_FILE",
        ));
    };
    if !agreed(args, REVOKE_AFFECTS) {
        return Ok(ExitCode::FAILURE);
    }
    if client
        .revoke_institution_token(&token)
        .await
        .map_err(|error| refused(&error))?
    {
        print::to_stdout("revoked");
        Ok(ExitCode::SUCCESS)
    } else {
        Err(CliError::failed(
            "NICE answered that the token was not revoked",
        ))
    }
}

fn connect(args: &ActionArgs) -> Result<(NiceClient, Option<Secret>), CliError> {
    let mut reader = Reader::default();
    let config = NiceConfig::read(&args.nice, &mut reader);
    let config = reader.finish(config)?;
    let client = NiceClient::new(
        &config.client,
        config.credentials,
        Clock::System,
        Arc::default(),
    )
    .map_err(|error| CliError::failed(format!("no HTTP client: {error}")))?;
    Ok((client, config.access_token))
}

fn agreed(args: &ActionArgs, affects: &str) -> bool {
    print::to_stderr(affects);
    if args.yes {
        return true;
    }
    print::to_stderr("\nContinue? Type yes:");
    let mut answer = String::new();
    let agreed = std::io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes";
    if !agreed {
        print::to_stderr("Nothing was done.");
    }
    agreed
}

fn refused(error: &NiceError) -> CliError {
    CliError::failed(match error.remedy() {
        Some(remedy) => format!("{error}\n  {remedy}"),
        None => error.to_string(),
    })
}
