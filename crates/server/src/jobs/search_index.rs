//! Messages from before there was an index, or from a program that made another one, are put into it at start, a portion at
//! a time, so that nobody waits for it.

use std::time::Duration;

use tokio::time::sleep;

use crate::app::App;

/// Messages of one transaction.
const PORTION: i64 = 250;
/// Between two portions, for those who write.
const PAUSE: Duration = Duration::from_millis(20);
/// After a failure.
const LONG_PAUSE: Duration = Duration::from_secs(30);

/// Until all are in it.
pub(super) async fn run(app: App) {
    let mut indexed = 0;
    loop {
        let pause = match app.store.search_index_step(PORTION).await {
            Ok(Some(count)) => {
                indexed += count;
                PAUSE
            }
            Ok(None) => break,
            Err(error) => {
                tracing::warn!(%error, "the search index could not be built further");
                LONG_PAUSE
            }
        };
        if app.draining.run_until_cancelled(sleep(pause)).await.is_none() {
            return;
        }
    }
    if indexed > 0 {
        tracing::info!(messages = indexed, "the search index is complete");
    }
}
