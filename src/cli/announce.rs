//! What a sandbox prints when it starts: how to use it.

use std::net::SocketAddr;

use super::print;
use crate::{
    config::from_here,
    nice::Credentials,
    sandbox::{MOUNT, Sandbox},
};

/// For `serve --sandbox`: the demo shop, a call to copy, and the sandbox's
/// credentials.
pub(super) fn embedded(
    sandbox: &Sandbox,
    credentials: &Credentials,
    address: SocketAddr,
    base_path: &str,
) {
    tracing::warn!("SANDBOX: nothing here is real, NICE is never called, everybody is verified");
    let address = from_here(address);
    let nice = describe(&format!("http://{address}{MOUNT}"), credentials, sandbox);
    print::to_stderr(&format!(
        "\nSANDBOX: nothing here is real. Open the demo shop in a browser:\n\n  \
         http://{address}/demo\n\n\
         To begin a verification by hand, run this in another terminal:\n\n  \
         curl -s -X POST http://{address}{base_path}/v1/member/getOAuthToken \\\n    \
         -H 'content-type: application/json' -d '{{}}'\n\n\
         API documentation, with calls to try: http://{address}/docs/\n\n\
         To use a NICE client of your own:\n{nice}\n"
    ));
}

/// For `sandbox`: the credentials and the pages.
pub(super) fn standalone(sandbox: &Sandbox, credentials: &Credentials, address: SocketAddr) {
    let url = format!("http://{}", from_here(address));
    let nice = describe(&url, credentials, sandbox);
    print::to_stderr(&format!(
        "NICE sandbox: nothing here is real.\n\n{nice}\n  pages              {url}/sandbox/\n"
    ));
}

/// What a NICE client needs to use the sandbox.
fn describe(base_url: &str, credentials: &Credentials, sandbox: &Sandbox) -> String {
    format!(
        "  base URL           {base_url}\n  \
           client id          {}\n  \
           client secret      {}\n  \
           product            {}\n  \
           institution token  {}",
        credentials.client_id,
        credentials.client_secret.expose(),
        credentials.product_id,
        sandbox.institution_token().expose(),
    )
}
