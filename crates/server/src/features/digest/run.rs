//! The one task that sends digests.
//!
//! It goes through the people who want them, a batch after the other, and rests for longer than that took. Before a mail is
//! handed over it is written down that it was: whoever stops this program in between, or two nodes at once, make a digest too
//! few and never one too many. Only what the mail server said it did not take is tried again.

use std::{collections::HashSet, time::Duration};

use futures_util::{StreamExt as _, stream};
use linnet_store::{DigestDue, StoreError};
use tokio::time::sleep;

use super::{
    compose::{self, Unread},
    mailer::{AT_ONCE, Mailer, Outcome},
    policy,
};
use crate::{app::App, features::push::worth_telling};

/// How often it looks: eight times while something gets old enough, within these bounds.
const LOOKS: u32 = 8;
const OFTEN: Duration = Duration::from_secs(1);
const SELDOM: Duration = Duration::from_mins(5);
/// How long it rests at most when the mail server is away.
const AWAY: Duration = Duration::from_mins(30);
/// Digests of one person come no sooner than this.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long until the second try; each further one comes after four times as long.
const BACKOFF_MS: i64 = 15 * 60 * 1_000;
/// Tries, all on the same day.
const TRIES: i64 = 4;
/// People that the store is asked for at once.
const BATCH: i64 = 200;
/// It rests so many times as long as it worked.
const REST: u32 = 2;
/// Conversations that one digest tells of.
const CONVERSATIONS: usize = 20;
/// Messages that are looked at in one conversation, by the store.
const LOOKED_AT: usize = 100;

/// Runs until the program is about to stop.
pub async fn run(app: App) {
    if app.digests.mailer.is_none() {
        return;
    }
    let often = (app.config.mail.digest_after / LOOKS).clamp(OFTEN, SELDOM);
    let mut pause = often;
    loop {
        // Dropped when the program stops: whoever was written down is not told, and nobody twice.
        match app.draining.run_until_cancelled(round(&app)).await {
            None => return,
            Some(true) => pause = often,
            Some(false) => pause = (pause * 2).min(AWAY),
        }
        if app.draining.run_until_cancelled(sleep(pause)).await.is_none() {
            return;
        }
    }
}

/// Tells whoever is due. `false`: it did not come to the end, since the mail server or the database is away.
pub async fn round(app: &App) -> bool {
    let Some(mailer) = &app.digests.mailer else {
        return true;
    };
    let mut behind = None;
    loop {
        let now = app.now_ms();
        let old = now - i64::try_from(app.config.mail.digest_after.as_millis()).unwrap_or(i64::MAX);
        let page = match app.store.digests_due(behind, now, old, BATCH).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%error, "nobody was told by mail");
                return false;
            }
        };
        let more = i64::try_from(page.len()).is_ok_and(|count| count == BATCH);
        behind = page.last().map(|due| due.user);
        // Nothing is written down while there is nobody to hand it over to.
        if !page.is_empty() && !mailer.reachable().await {
            return false;
        }
        stream::iter(page)
            .for_each_concurrent(AT_ONCE, async |due| {
                if let Err(error) = tell(app, mailer, due, now, old).await {
                    tracing::warn!(%error, "somebody was not told by mail");
                }
            })
            .await;
        if !more {
            return true;
        }
        let took = u64::try_from(app.now_ms().saturating_sub(now)).unwrap_or(0);
        sleep(Duration::from_millis(took) * REST).await;
    }
}

async fn tell(app: &App, mailer: &Mailer, due: DigestDue, now: i64, old: i64) -> Result<(), StoreError> {
    if app.presence.is_looking(due.user) {
        return Ok(());
    }
    let Some(Found { unread, more, newest }) = find(app, &due, now, old).await? else {
        return Ok(());
    };
    let Ok(to) = due.address.parse() else {
        return Ok(());
    };
    let link = format!(
        "{}/api/v1/digest/unsubscribe/{}",
        mailer.origin,
        policy::token_text(&due.token)
    );
    let letter = compose::digest(mailer, to, due.language, &unread, more, link);
    if !app.store.digests_claim(&due, newest, now, now + DAY_MS).await? {
        return Ok(());
    }
    match mailer.send(app, letter).await {
        Outcome::Later if due.tries + 1 < TRIES => {
            let wait = BACKOFF_MS.saturating_mul(4_i64.saturating_pow(u32::try_from(due.tries).unwrap_or(0)));
            app.store
                .digests_give_back(&due, newest, now.saturating_add(wait))
                .await
        }
        // What was not taken: another day, with what is new then.
        Outcome::Taken | Outcome::Later | Outcome::Refused | Outcome::Unknown => {
            app.store.digests_taken(&due, newest).await
        }
    }
}

/// What to tell somebody.
struct Found {
    unread: Vec<Unread>,
    /// There are further conversations.
    more: bool,
    /// When the last of it was written. What is written at this moment and committed the next is told another time.
    newest: i64,
}

/// What to tell them. None: nothing that is worth it and old enough.
async fn find(app: &App, due: &DigestDue, now: i64, old: i64) -> Result<Option<Found>, StoreError> {
    let most = i64::try_from(CONVERSATIONS).unwrap_or(i64::MAX);
    let conversations = app.store.digests_unread(due.user, due.since, now, most + 1).await?;
    let more = conversations.len() > CONVERSATIONS;
    let (mut unread, mut is_old, mut newest) = (Vec::new(), false, due.since);
    for place in conversations.into_iter().take(CONVERSATIONS) {
        let audience = app
            .store
            .push_audience(place.conversation, place.read.get(), i64::MAX)
            .await?;
        let (mut known, mut senders, mut count, mut title) = (HashSet::new(), Vec::new(), 0, None);
        let worth = worth_telling(&audience, due.user, place.read, place.notify);
        for message in worth.filter(|message| message.created_at > due.since) {
            count += 1;
            is_old |= message.created_at <= old;
            newest = newest.max(message.created_at);
            title.clone_from(&message.title);
            if known.insert(message.sender) {
                senders.push(message.sender_name.clone());
            }
        }
        let at_least = audience.messages.len() >= LOOKED_AT;
        // Where there are more than that, the oldest are older still.
        is_old |= at_least && count > 0;
        if count > 0 {
            unread.push(Unread {
                title,
                count,
                at_least,
                senders,
            });
        }
    }
    Ok(is_old.then_some(Found { unread, more, newest }))
}
