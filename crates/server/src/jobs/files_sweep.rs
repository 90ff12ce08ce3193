//! Files that were deleted are taken from the disk within seconds; what no message carries is given up after a day.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::{app::App, features::files};

const EVERY: Duration = Duration::from_secs(10);
/// Of so many rounds, one looks for what to give up: that one writes.
const ROUNDS: u32 = 30;

/// Every ten seconds, and at start.
pub(super) async fn run(app: App) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut round = 0;
    while app.draining.run_until_cancelled(ticks.tick()).await.is_some() {
        let done = async {
            if round == 0 {
                files::gave_up(&app).await?;
            }
            files::sweep(&app).await
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "files could not be swept");
        }
        round = (round + 1) % ROUNDS;
    }
}
