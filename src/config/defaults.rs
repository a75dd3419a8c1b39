//! What each setting is when nobody says. It is read from here, and told from
//! here in `--help` and in `docs/settings.md`.

use std::time::Duration;

use clap::Command;

use crate::server::ServerSettings;

const PRODUCT: &str = "2101979031";

/// As it would be written; `None` for a setting without a default, or with
/// one that takes a sentence.
fn of(name: &str) -> Option<String> {
    let server = ServerSettings::default();
    let fixed = match name {
        "BIND" => "127.0.0.1:8080",
        "ADMIN_BIND" => "127.0.0.1:8081",
        "BASE_PATH" => "/api/member",
        "NICE_PRODUCT_ID" | "SANDBOX_PRODUCT_ID" => PRODUCT,
        "NICE_BASE_URL" => "https://svc.niceapi.co.kr:22001",
        "NICE_WINDOW_URL" => "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb",
        "NICE_CONNECT_TIMEOUT" => "2s",
        "NICE_CALL_TIMEOUT" => "4s",
        "REQUEST_DEADLINE" => "8s",
        "NICE_CONCURRENCY" => "64",
        "KEY_CUSTODY" => "client",
        "ERROR_STATUS" => "http",
        "TOKEN_POOL_MIN" => "4",
        "TOKEN_POOL_MAX" => "2048",
        "SESSION_TTL" => "15m",
        "SESSION_MAX" => "200000",
        "HEADER_TIMEOUT" => return Some(seconds(server.header_timeout)),
        "BODY_TIMEOUT" => return Some(seconds(server.body_timeout)),
        "IDLE_TIMEOUT" => return Some(seconds(server.idle_timeout)),
        "MAX_CONNECTIONS" => return Some(server.max_connections.to_string()),
        "DRAIN_DELAY" => return Some(seconds(server.drain_delay)),
        "DRAIN_DEADLINE" => return Some(seconds(server.drain_deadline)),
        "SANDBOX_CLIENT_ID" => "sandbox-client",
        "SANDBOX_CLIENT_SECRET" => "sandbox-secret",
        "SANDBOX_PERIOD" => "1h",
        "LOG_FORMAT" => "text",
        "RUST_LOG" => "info",
        _ => return None,
    };
    Some(fixed.to_owned())
}

fn seconds(time: Duration) -> String {
    format!("{}s", time.as_secs())
}

/// The default of the setting called `name`.
///
/// # Panics
///
/// When it has none, or one that can't be read: a mistake in this program.
pub(super) fn value<T>(name: &str, parse: fn(&str) -> Result<T, String>) -> T {
    let default = of(name).unwrap_or_else(|| panic!("{name} has no default"));
    parse(&default).unwrap_or_else(|what| panic!("the default of {name}: {what}"))
}

/// Ends the help of each setting with its default. One that tells its own
/// stays as it is.
#[must_use]
pub fn told(command: Command) -> Command {
    command
        .mut_args(|arg| {
            let name = arg.get_env().and_then(|name| name.to_str());
            let help = arg.get_help().map(ToString::to_string);
            match (name.and_then(of), help) {
                (Some(default), Some(help)) if !help.contains("[default: ") => {
                    arg.help(format!("{help} [default: {default}]"))
                }
                _ => arg,
            }
        })
        .mut_subcommands(told)
}
