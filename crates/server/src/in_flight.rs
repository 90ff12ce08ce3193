//! What was read is being told: whoever makes it untrue waits here until it has been.
//!
//! Who is told of a message is decided where it is written, and the writer's queue has an order to wait for. Who is told that
//! somebody writes or is there is read first and told then, and in between a block may be committed. Its answer says that
//! nothing comes any more, so it waits until what was read before has been told; what is read later knows of it.

use tokio::sync::{RwLock, RwLockReadGuard};

/// Tellings under way.
#[derive(Default)]
pub struct InFlight(RwLock<()>);

impl InFlight {
    /// Begins one, before the read that decides who is told. It ends when what this returns is dropped.
    pub async fn begin(&self) -> RwLockReadGuard<'_, ()> {
        self.0.read().await
    }

    /// Waits until those that have begun are over.
    pub async fn caught_up(&self) {
        drop(self.0.write().await);
    }
}

#[cfg(test)]
mod tests {
    use super::InFlight;

    #[tokio::test]
    async fn whoever_catches_up_waits_for_what_began_before() {
        let in_flight = InFlight::default();
        let (first, second) = (in_flight.begin().await, in_flight.begin().await);
        let mut caught_up = Box::pin(in_flight.caught_up());
        for telling in [first, second] {
            let early = tokio::select! {
                biased;
                () = &mut caught_up => true,
                () = tokio::task::yield_now() => false,
            };
            assert!(!early);
            drop(telling);
        }
        caught_up.await;
    }
}
