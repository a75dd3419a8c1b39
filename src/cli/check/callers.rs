//! What callers may do: settings that may be missing or unsafe, and what the
//! service does then.

use super::report::{self, Report};
use crate::{
    config::ServiceConfig,
    http::{ResultAccess, WindowUrl},
    verification::ReturnUrls,
};

pub(super) fn report(report: &mut Report, service: &ServiceConfig) {
    results(report, service);
    limits(report, service);
    sessions(report, service);
    addresses(report, service);
}

fn results(report: &mut Report, service: &ServiceConfig) {
    match service.result_access {
        None => report.note(
            "results",
            "none is opened, since RESULT_API_KEY is not set; the shop's server has to decrypt \
             and check them itself",
        ),
        Some(ResultAccess::Anybody) => report.note("results", "opened for every caller"),
        Some(ResultAccess::Keys(_)) => {
            report::ok("results", "opened if the caller sends RESULT_API_KEY");
        }
    }
}

fn limits(report: &mut Report, service: &ServiceConfig) {
    let admission = &service.admission;
    let limited = admission.per_client.is_some() || admission.total.is_some();
    match (limited, admission.proxies.is_empty()) {
        (false, _) => report.note(
            "callers",
            "no limit, since neither RATE_LIMIT nor RATE_LIMIT_TOTAL is set: \
             a flood can use up NICE's quota",
        ),
        (true, true) => report::ok(
            "callers",
            "limited by the connecting address, since TRUSTED_PROXIES is not set",
        ),
        (true, false) => report::ok("callers", "limited, behind TRUSTED_PROXIES"),
    }
    for network in admission.proxies.too_wide() {
        report.note(
            "callers",
            &format!(
                "TRUSTED_PROXIES trusts {network}: any caller may claim any address in \
                 X-Forwarded-For, so RATE_LIMIT protects nothing; name the proxy's own network"
            ),
        );
    }
}

/// Each verification that is begun stays for `SESSION_TTL`: those of strangers must
/// not fill the memory that people need.
fn sessions(report: &mut Report, service: &ServiceConfig) {
    if service.redis.is_some() || service.result_access.is_none() {
        return;
    }
    let (max, ttl) = (service.session_max, service.session_ttl.as_secs());
    let admission = &service.admission;
    let limit = admission.total.map(|total| ("RATE_LIMIT_TOTAL", total));
    let each = admission.per_client.map(|each| ("RATE_LIMIT", each));
    let Some((name, rate)) = limit.or(each) else {
        report.note(
            "sessions",
            &format!(
                "without a limit a flood can fill SESSION_MAX ({max}), and then no one can begin \
                 until SESSION_TTL ({ttl} s) is over: set one, or keep sessions in Redis"
            ),
        );
        return;
    };
    let most = rate.most_within(service.session_ttl).max(1);
    let max = u64::try_from(max).unwrap_or(u64::MAX);
    if most > max {
        report.note(
            "sessions",
            &format!(
                "{name} lets {most} verifications begin within SESSION_TTL ({ttl} s), but \
                 SESSION_MAX is {max}: a flood can fill it; lower the one, or raise the other \
                 (320 bytes each; with 통합인증 up to 4 KiB)"
            ),
        );
    } else if limit.is_some() {
        report::ok("sessions", "RATE_LIMIT_TOTAL keeps them below SESSION_MAX");
    } else {
        let addresses = max / most;
        report::ok(
            "sessions",
            &format!(
                "it takes more than {addresses} addresses at RATE_LIMIT to fill SESSION_MAX; \
                 RATE_LIMIT_TOTAL would keep them off too"
            ),
        );
    }
}

/// A person's data arrives at these addresses.
fn addresses(report: &mut Report, service: &ServiceConfig) {
    let is_clear = |address: &str| {
        address
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("http://"))
    };
    if let ReturnUrls::Listed { first, others } = &service.return_urls {
        for url in std::iter::once(first).chain(others) {
            let url = url.as_str();
            if is_clear(url) {
                report.note(
                    "RETURN_URLS",
                    &format!("{url} is http: results would cross the network in clear; use https"),
                );
            }
        }
    }
    if let WindowUrl::Fixed(url) = &service.window_url
        && let Ok(url) = url.to_str()
        && is_clear(url)
    {
        report.note(
            "NICE_WINDOW_URL",
            &format!("{url} is http: people would enter their data in clear; use https"),
        );
    }
}
