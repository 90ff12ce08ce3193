//! Deleted conversations are taken from the disk, a portion at a time, so that nobody waits for it.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;

const EVERY: Duration = Duration::from_mins(1);
/// Messages of one transaction.
const PORTION: i64 = 1_000;
/// Portions of one round: the rest comes with the next one.
const PORTIONS: usize = 100;

/// Once a minute, and at start.
pub(super) async fn run(app: App) {
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while app.draining.run_until_cancelled(minutes.tick()).await.is_some() {
        for _ in 0..PORTIONS {
            if app.draining.is_cancelled() {
                return;
            }
            match app.store.conversations_purge(PORTION).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "a deleted conversation could not be taken away");
                    break;
                }
            }
        }
    }
}
