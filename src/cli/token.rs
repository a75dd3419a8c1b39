//! `token issue`, `token revoke`: issue or revoke the institution or access
//! token from the command line.

use std::{io::BufRead, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};

use super::{error::CliError, print};
use crate::{
    clock::Clock,
    config::{NiceApi, NiceArgs, NiceConfig, Reader},
    nice::{
        NiceClient, NiceError,
        integrated::{FreshToken, IntegratedClient},
    },
    random::Random,
    secret::Secret,
};

#[derive(Args, Debug)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Ask NICE for an institution token (통합인증: an access token) and print it
    #[command(after_help = SECRETS)]
    Issue(ActionArgs),
    /// Revoke the institution token, for everyone who shares it (통합인증 has no
    /// such call)
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

const ISSUE_ACCESS_AFFECTS: &str = "\
This asks NICE for an access token of this client id (통합인증) and prints it.
The service gets its own; this one is for calls by hand. NICE does not say that
it ends earlier tokens, nor that it leaves them valid: a running service may
have to fetch a new one, which it does by itself.";

const NO_REVOKE: &str = "\
NICE has no call to revoke an access token of 통합인증: it ends by itself within a
day. If one has leaked, ask NICE for a new client secret";

async fn issue(args: &ActionArgs) -> Result<ExitCode, CliError> {
    match connect(args)? {
        Client::StandardWindow(client, _) => issue_institution_token(args, &client).await,
        Client::Integrated(client) => issue_access_token(args, &client).await,
    }
}

async fn issue_institution_token(
    args: &ActionArgs,
    client: &NiceClient,
) -> Result<ExitCode, CliError> {
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

async fn issue_access_token(
    args: &ActionArgs,
    client: &IntegratedClient,
) -> Result<ExitCode, CliError> {
    if !agreed(args, ISSUE_ACCESS_AFFECTS) {
        return Ok(ExitCode::FAILURE);
    }
    let request_no = Random::System.alphanumeric::<30>().map(char::from);
    let FreshToken { token, life } = client
        .issue_access_token(&String::from_iter(request_no))
        .await
        .map_err(|error| refused(&error))?;
    print::to_stderr(&format!(
        "Valid for {} more minutes. Treat it like a password. The next lines are the token,\n\
         and the ticket and iterators that open the results fetched with it:",
        life.as_secs() / 60
    ));
    print::to_stdout(token.access_token.expose());
    print::to_stdout(token.ticket.expose());
    print::to_stdout(&token.iterators.get().to_string());
    Ok(ExitCode::SUCCESS)
}

async fn revoke(args: &ActionArgs) -> Result<ExitCode, CliError> {
    let (client, token) = match connect(args)? {
        Client::StandardWindow(client, token) => (client, token),
        Client::Integrated(_) => return Err(CliError::failed(NO_REVOKE)),
    };
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

enum Client {
    /// With `NICE_ACCESS_TOKEN`.
    StandardWindow(NiceClient, Option<Secret>),
    Integrated(IntegratedClient),
}

fn connect(args: &ActionArgs) -> Result<Client, CliError> {
    let mut reader = Reader::default();
    let config = NiceConfig::read(&args.nice, &mut reader);
    let NiceConfig {
        api,
        client,
        credentials,
        access_token,
        ..
    } = reader.finish(config)?;
    match api {
        NiceApi::StandardWindow => {
            NiceClient::new(&client, credentials, Clock::System, Arc::default())
                .map(|client| Client::StandardWindow(client, access_token))
        }
        NiceApi::Integrated(integrated) => IntegratedClient::new(
            &client,
            credentials,
            integrated.window_hosts,
            Clock::System,
            Arc::default(),
        )
        .map(Client::Integrated),
    }
    .map_err(|error| CliError::failed(format!("no HTTP client: {error}")))
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
