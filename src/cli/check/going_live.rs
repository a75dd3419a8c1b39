//! What no check can find out from here.

use crate::config::NiceApi;

/// What an operator goes through before going live, for either API.
pub(super) fn list(api: &NiceApi) -> String {
    let (before, untested) = match api {
        NiceApi::StandardWindow => (STANDARD_WINDOW, WINDOW_UNTESTED),
        NiceApi::Integrated(_) => (INTEGRATED, INTEGRATED_UNTESTED),
    };
    format!("\nBefore going live:{before}{EITHER}\n\n{untested}")
}

const STANDARD_WINDOW: &str = "
  - the egress address of each server is registered in NICE's console (마이 앱 → 허용 IP)
  - the firewall allows connections to svc.niceapi.co.kr, port 22001
  - NICE_PRODUCT_ID is the product that the contract names
  - each of RETURN_URLS is on the origin of the page that opens the window";

const INTEGRATED: &str = "
  - NICE has registered the egress IPv4 address of each server (통합인증 contract)
  - the firewall allows connections to auth.niceid.co.kr, port 443
  - people's networks allow NICE_WINDOW_HOSTS, port 443
  - NICE_SVC_TYPES are methods that the contract covers
  - browsers reach this service at PUBLIC_URL; each of RETURN_URLS is the shop's own page";

const EITHER: &str = "
  - RESULT_API_KEY is known to the shop's server alone
  - RATE_LIMIT or RATE_LIMIT_TOTAL limits what a flood of callers costs at NICE
  - TRUSTED_PROXIES names the proxy in front, or all callers count as one
  - the clock is synchronised (NTP)
  - the shop refuses results whose values begin with SANDBOX";

const WINDOW_UNTESTED: &str = "\
Not tested here, since only a person with a phone can: NICE's standard window,
and whether NICE returns to each of RETURN_URLS.";

const INTEGRATED_UNTESTED: &str = "\
Not tested here, since it would begin a verification at NICE: auth/url and
auth/result, so whether the contract covers NICE_SVC_TYPES and whether NICE
accepts PUBLIC_URL. Verify once with a phone.";
