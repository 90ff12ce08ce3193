//! How many files, and so how many connections, the system lets this program open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are not connections of clients: the database, its log, the listener, logs, the runtime.
const OWN: u64 = 128;

/// Raises the soft limit to the hard one, which needs no rights: the soft one is 1,024 on many systems, for the sake of
/// programs that cannot count further. Says so where the settings promise more connections than there can be.
pub fn raise_limit(max_connections: usize) {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files stays as it was");
    }
    let wanted = u64::try_from(max_connections).unwrap_or(u64::MAX).saturating_add(OWN);
    if let Some(files) = getrlimit(Resource::Nofile).current.filter(|files| *files < wanted) {
        tracing::info!(
            files,
            max_connections,
            "the system's limit of open files allows fewer connections than LINNET_MAX_CONNECTIONS; raise it with \
             `ulimit -n` or LimitNOFILE if they are needed"
        );
    }
}
