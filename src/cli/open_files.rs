//! The limit of open files; each connection is an open file.

use rustix::process::{Resource, getrlimit, setrlimit};

/// What the process opens besides those connections: Redis, the log, the
/// listeners, and what the libraries need.
const OTHERS: u64 = 64;

/// Raises the soft limit of this process as far as the hard limit allows, and
/// warns if that is too low for `connections`.
pub(super) fn raise(connections: usize) {
    let needed = connections as u64 + OTHERS;
    let mut limit = getrlimit(Resource::Nofile);
    // No limit at all is enough.
    let Some(soft) = limit.current else { return };
    if soft >= needed {
        return;
    }
    let most = limit.maximum.map_or(needed, |hard| hard.min(needed));
    limit.current = Some(most);
    let reached = match setrlimit(Resource::Nofile, limit) {
        Ok(()) => most,
        Err(error) => {
            tracing::warn!(%error, "can't raise the limit of open files");
            soft
        }
    };
    if reached < needed {
        tracing::warn!(
            open_files = reached,
            needed,
            "fewer files may be open than MAX_CONNECTIONS and NICE_CONCURRENCY ask for; \
             raise the hard limit (ulimit -Hn, LimitNOFILE=) or lower MAX_CONNECTIONS"
        );
    }
}
