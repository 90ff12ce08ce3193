//! Devices that ended or were signed out are forgotten after a week: until then an old refresh token is still known, and
//! its use still noticed.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;

const EVERY: Duration = Duration::from_hours(1);
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Once an hour, and at start.
pub(super) async fn run(app: App) {
    let mut hours = interval(EVERY);
    hours.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while app.draining.run_until_cancelled(hours.tick()).await.is_some() {
        match app.store.devices_forget(app.now_ms() - KEPT_MS).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::debug!(forgotten, "old devices were forgotten"),
            Err(error) => tracing::warn!(%error, "old devices could not be forgotten"),
        }
    }
}
