//! The limit of open files; each connection is an open file.

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::server::ServerSettings;

/// What the process opens besides those connections: Redis, the log, the
/// listeners, and what the libraries need.
const OTHERS: usize = 64;

/// Raises the soft limit of this process as far as the hard limit allows. If
/// that is too low, fewer connections are accepted than `api` and `metrics`
/// say: strangers' connections must leave files for Redis and for
/// `nice_concurrency` calls.
pub(super) fn provide(
    api: &mut ServerSettings,
    metrics: &mut ServerSettings,
    nice_concurrency: usize,
) {
    let ours = nice_concurrency + OTHERS;
    let needed = api.max_open_sockets() + metrics.max_open_sockets() + ours;
    let Some(reached) = raise(needed) else { return };
    share_out(reached, ours, api, metrics);
    tracing::warn!(
        open_files = reached,
        needed,
        max_connections = api.max_connections,
        "fewer files may be open than MAX_CONNECTIONS and NICE_CONCURRENCY need, so fewer \
         connections are accepted; raise the hard limit (ulimit -Hn, LimitNOFILE=) or lower \
         MAX_CONNECTIONS"
    );
}

/// The limit that was reached, if it is lower than `needed`.
fn raise(needed: usize) -> Option<usize> {
    let wanted = needed as u64;
    let mut limit = getrlimit(Resource::Nofile);
    // No limit at all is enough.
    let soft = limit.current?;
    if soft >= wanted {
        return None;
    }
    let most = limit.maximum.map_or(wanted, |hard| hard.min(wanted));
    limit.current = Some(most);
    let reached = match setrlimit(Resource::Nofile, limit) {
        Ok(()) => most,
        Err(error) => {
            tracing::warn!(%error, "can't raise the limit of open files");
            soft
        }
    };
    (reached < wanted).then_some(usize::try_from(reached).unwrap_or(usize::MAX))
}

/// At least a quarter goes to connections, however few files there are: calls
/// to NICE are rarely all in flight.
fn share_out(files: usize, ours: usize, api: &mut ServerSettings, metrics: &mut ServerSettings) {
    let places = files.saturating_sub(ours).max(files / 4);
    let few = (places / 16).max(1);
    metrics.max_connections = metrics.max_connections.min(few);
    metrics.max_turned_away = metrics.max_turned_away.min(few);
    api.max_turned_away = api.max_turned_away.min(2 * few);
    let left = places
        .saturating_sub(api.max_turned_away)
        .saturating_sub(metrics.max_open_sockets());
    api.max_connections = api.max_connections.min(left.max(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_may_open_leaves_files_for_us() {
        for files in [16, 64, 100, 256, 1024, 4096, 16_384] {
            let (mut api, mut metrics) = (ServerSettings::default(), ServerSettings::default());
            share_out(files, 128, &mut api, &mut metrics);
            let sockets = api.max_open_sockets() + metrics.max_open_sockets();
            assert!(
                sockets <= (files - files.min(128)).max(files / 4).max(5),
                "{files}: {sockets}"
            );
            assert!(api.max_connections >= 1, "{files}");
        }
        let mut few = ServerSettings {
            max_connections: 10,
            ..ServerSettings::default()
        };
        share_out(1024, 128, &mut few, &mut ServerSettings::default());
        assert_eq!(few.max_connections, 10);
    }
}
