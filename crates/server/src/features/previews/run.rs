//! Asking what waits, a few pages at a time.

use linnet_store::{PreviewCard, StoreError};
use tokio::task::spawn_blocking;
use url::Url;

use super::{ask::ask, queue::Waiting, read::read};
use crate::{app::App, features::messages};

/// How long what was found is taken to be so, and how long that there was nothing.
const FOUND_MS: i64 = 24 * 60 * 60 * 1_000;
const NOTHING_MS: i64 = 10 * 60 * 1_000;
/// Pages that are remembered.
const PAGES: i64 = 2_000;

/// Runs until the program is about to stop. What waits then gets no preview.
pub async fn run(app: App) {
    // What was remembered expires also where previews were switched off since.
    if let Err(error) = app.store.previews_sweep(app.now_ms()).await {
        tracing::warn!(%error, "previews that expired could not be forgotten");
    }
    let work = async {
        loop {
            app.previews.wake.notified().await;
            ask_next(&app);
        }
    };
    app.draining.run_until_cancelled(work).await;
}

/// Asks what waits and has a place.
fn ask_next(app: &App) {
    while let Some((waiting, place)) = app.previews.next() {
        let app = app.clone();
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = preview(&app, waiting).await {
                tracing::warn!(%error, "a link got no preview");
            }
        });
    }
}

/// Asks what waits until nothing does, for tests.
pub async fn settled(app: &App) {
    ask_next(app);
    while !app.previews.with(|queue| queue.is_idle()) {
        app.previews.wake.notified().await;
        ask_next(app);
    }
}

async fn preview(app: &App, waiting: Waiting) -> Result<(), StoreError> {
    let Waiting { message, link, page } = waiting;
    let card = match app.store.previews_get(page.as_str(), app.now_ms()).await? {
        Some(known) => known.card,
        None => find(app, &page).await?,
    };
    if let Some(card) = card
        && let Err(error) = messages::show_preview(app, message, link.into(), card).await
    {
        // It was deleted meanwhile, or its sender left.
        tracing::debug!(code = ?error.code, "a preview was not shown");
    }
    Ok(())
}

async fn find(app: &App, page: &Url) -> Result<Option<PreviewCard>, StoreError> {
    let card = match ask(&app.previews, page).await {
        Some(answer) => {
            let turn = app.previews.reading.clone().acquire_owned().await;
            let clock = app.clock.clone();
            let card = spawn_blocking(move || {
                let _turn = turn;
                read(&answer, &*clock)
            });
            card.await.ok().flatten()
        }
        None => None,
    };
    let now = app.now_ms();
    let expires = now + if card.is_some() { FOUND_MS } else { NOTHING_MS };
    app.store.previews_sweep(now).await?;
    app.store
        .previews_keep(page.as_str(), card.as_ref(), expires, PAGES)
        .await?;
    Ok(card)
}
