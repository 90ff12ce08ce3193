//! The one task that tells who came, went or looks away.
//!
//! It takes what is due in batches, one read for each batch, and rests between them for longer than a batch took: it never
//! has more than a fifth of a core, however many people come at once. While sockets wait to be let in, it does nothing at
//! all. What waits meanwhile is one entry for each person, and only the last state of it is told.

use std::time::Duration;

use linnet_contract::{
    UserId,
    presence::{Presence, Status},
};
use tokio::time::sleep;

use super::{MOST, board::Due};
use crate::{app::App, clock::timestamp};

/// How often it looks, while there is something to wait for.
const TICK: Duration = Duration::from_millis(250);
/// People of one batch.
const BATCH: usize = 128;
/// It rests so many times as long as it worked.
const REST: u32 = 4;
/// What counts as work of one batch at most.
const LONGEST_MS: i64 = 2_000;

/// Runs until the program is about to stop.
pub async fn run(app: App) {
    let mut pause = TICK;
    while app.draining.run_until_cancelled(sleep(pause)).await.is_some() {
        pause = TICK;
        if app.presence.with(|board| board.is_quiet()) {
            if app
                .draining
                .run_until_cancelled(app.presence.wake.notified())
                .await
                .is_none()
            {
                return;
            }
            continue;
        }
        if app.arrivals.is_crowded() {
            continue;
        }
        let now = app.now_ms();
        let due = app.presence.with(|board| board.due(now, BATCH));
        if !due.is_empty() {
            tell(&app, &due).await;
            // A clock that is set meanwhile must not make it rest for ever.
            let took = app.now_ms().saturating_sub(now).clamp(0, LONGEST_MS);
            pause = TICK.max(Duration::from_millis(took.unsigned_abs()) * REST);
        }
    }
}

async fn tell(app: &App, due: &[Due]) {
    let gone: Vec<(UserId, i64)> = due.iter().filter_map(|due| Some((due.user, due.left_ms?))).collect();
    if let Err(error) = app.store.presence_seen(&gone).await {
        tracing::warn!(%error, "it was not written down when people were last there");
    }
    let news: Vec<&Due> = due.iter().filter(|due| due.is_news).collect();
    let people: Vec<UserId> = news.iter().map(|due| due.user).collect();
    if people.is_empty() {
        return;
    }
    let _telling = app.presence.in_flight.begin().await;
    let mut audiences = match app.store.presence_audiences(&people, MOST).await {
        Ok(audiences) => audiences,
        Err(error) => {
            tracing::warn!(%error, "nobody was told who came and went");
            return;
        }
    };
    for due in news {
        let audience = audiences.remove(&due.user).unwrap_or_default();
        let last_seen = audience.last_seen.filter(|_| due.status == Status::Offline);
        let presence = Presence {
            user_id: due.user,
            status: due.status,
            last_seen: last_seen.map(timestamp),
        };
        app.fanout.presence(&presence, &audience.conversations, &audience.apart);
    }
}

/// Tells at once that somebody is offline, though they were so before: they show something else of it.
pub(super) async fn tell_again(app: &App, user: UserId) {
    let status = app.presence.with(|board| board.status(user));
    if status != Status::Offline {
        return;
    }
    let due = Due {
        user,
        status,
        is_news: true,
        left_ms: None,
    };
    tell(app, &[due]).await;
}

/// The program stops: writes down when everybody was last there.
pub async fn remember(app: &App) {
    let now = app.now_ms();
    let everybody = app.presence.with(|board| board.everybody(now));
    for some in everybody.chunks(1_000) {
        if let Err(error) = app.store.presence_seen(some).await {
            tracing::warn!(%error, "it was not written down when people were last there");
            return;
        }
    }
}
