//! Changes between two people one after the other, each with its fan-out: otherwise the event of the first could leave
//! after that of the second, and a device would show a state that is over.

use linnet_contract::UserId;
use tokio::sync::{Mutex, MutexGuard};

/// Pairs that take turns by the same lock now and then wait for each other without need.
const LOCKS: usize = 64;

/// Who is changing how they stand to somebody. On this node: another node's events may come in another order, and what a
/// client fetches when it connects is right again.
pub struct Turns([Mutex<()>; LOCKS]);

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Turns {
    /// Waits until nobody else changes something between these two.
    pub async fn take(&self, one: UserId, other: UserId) -> MutexGuard<'_, ()> {
        // The same for both orders.
        let pair = (one.0.as_u128() ^ other.0.as_u128()) % LOCKS as u128;
        self.0[usize::try_from(pair).unwrap_or(0)].lock().await
    }
}
