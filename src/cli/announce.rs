//! What a sandbox prints when it starts: how to use it.

use std::net::SocketAddr;

use super::print;
use crate::sandbox::{
    MOUNT, Sandbox, SandboxSettings,
    greeting::{describe, greeting},
    listen::from_here,
};

/// For `serve --sandbox`: the demo shop, a call to copy, and the sandbox's
/// credentials.
pub(super) fn embedded(
    sandbox: &Sandbox,
    settings: &SandboxSettings,
    address: SocketAddr,
    base_path: &str,
) {
    tracing::warn!("SANDBOX: nothing here is real, NICE is never called, everybody is verified");
    let address = from_here(address);
    let token = sandbox.institution_token();
    let url = format!("http://{address}{MOUNT}");
    let nice = describe(&url, settings, token.expose());
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
pub(super) fn standalone(sandbox: &Sandbox, settings: &SandboxSettings, address: SocketAddr) {
    let url = format!("http://{}", from_here(address));
    let token = sandbox.institution_token();
    print::to_stderr(&greeting(&url, settings, token.expose()));
}
