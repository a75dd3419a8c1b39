//! The tokens of either API. An institution or access token is issued only if
//! none is stored.

use std::sync::Arc;

use super::report::{self, Report};
use crate::{
    clock::Clock,
    nice::{NiceClient, integrated::IntegratedClient},
    random::Random,
    secret::Secret,
    store::SharedToken,
    token::{AccessTokens, FetchSettings, Fetcher, InstitutionTokens},
};

pub(super) async fn try_tokens(
    report: &mut Report,
    client: Arc<NiceClient>,
    configured: Option<Secret>,
    fleet: Option<SharedToken>,
    limits: FetchSettings,
) {
    let origin = if configured.is_some() {
        "the stored one (NICE_ACCESS_TOKEN) is used; none was issued"
    } else if is_kept(fleet.as_ref()).await {
        "the stored one (the fleet's, in Redis) is used; none was issued"
    } else {
        "none was stored: one was issued by this check"
    };
    let institution = Arc::new(InstitutionTokens::new(
        Arc::clone(&client),
        configured,
        fleet,
    ));
    let held = match institution.get().await {
        Ok(held) => held,
        Err(error) => return report.refused("institution token", &error),
    };
    report::ok("institution token", origin);
    let fetcher = Fetcher::new(client, institution, limits, Clock::System, Random::System);
    // One try, with the token in use: a check must not replace it.
    match fetcher.crypto_token(held.access_token()).await {
        Ok(token) => {
            let site = format!("issued for site {}", token.site_code);
            report::ok("crypto token", &site);
            let seconds = token.session_life.as_secs();
            if token.session_life < limits.session_ttl {
                report.note(
                    "crypto token",
                    &format!("it ends before SESSION_TTL: a person has {seconds} s in the window"),
                );
            }
        }
        Err(error) => report.refused("crypto token", &error),
    }
}

/// A token proves credentials, address and TLS without a transaction.
pub(super) async fn try_access_token(
    report: &mut Report,
    client: Arc<IntegratedClient>,
    fleet: Option<SharedToken>,
) {
    let origin = if is_kept(fleet.as_ref()).await {
        "the stored one (the fleet's, in Redis) is used; none was issued, so the credentials and \
         this server's address were not tried"
    } else {
        "one was issued by this check, with its ticket: NICE accepts the credentials and this \
         server's address"
    };
    match AccessTokens::new(client, fleet, Random::System).get().await {
        Ok(_) => report::ok("access token", origin),
        Err(error) => report.refused("access token", &error),
    }
}

async fn is_kept(fleet: Option<&SharedToken>) -> bool {
    match fleet {
        Some(fleet) => matches!(fleet.load().await, Ok(Some(_))),
        None => false,
    }
}
