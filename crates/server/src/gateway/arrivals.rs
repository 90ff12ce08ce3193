//! How many sockets come in, or catch up, at the same time.
//!
//! After a restart of the server, or of the network in front of it, everybody is back at once, and each of them is a few
//! reads. The database does no more of them in parallel than it has connections. The others wait here, where waiting
//! costs next to nothing and has no end, and not for a connection, where waiting is given up after some seconds: a client
//! that is refused comes back later at best.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Turns at once: fewer than the connections to `PostgreSQL`, so that messages and the API go on meanwhile, and enough to keep the
/// readers of `SQLite` busy.
const AT_ONCE: usize = 12;

/// Hands out turns, in the order in which they were asked for.
pub struct Arrivals(Semaphore);

impl Default for Arrivals {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Arrivals {
    /// Waits for a turn, which lasts until what this returns is dropped. Whoever has one must not ask for another.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.0.acquire().await.ok()
    }

    /// All turns are taken: what can wait waits.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.0.available_permits() == 0
    }
}
