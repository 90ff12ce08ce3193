//! The one task that tells devices.
//!
//! It asks the store for what is due, one conversation after the other, and rests for longer than that took, so that it never
//! has more than a part of a core. It waits for no push service: what is on its way has a bounded number of places, and where
//! there is none the device is tried again a moment later.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use linnet_contract::{ConversationId, DeviceId, UserId};
use linnet_store::{PushAudience, StoreError, Subscriber};
use tokio::{sync::OwnedSemaphorePermit, time::sleep};

use super::{
    AT_ONCE, Push,
    deliver::{Outcome, deliver},
    policy,
    waiting::{Due, Try},
};
use crate::app::App;

/// How often it looks, while something waits.
const TICK: Duration = Duration::from_millis(250);
/// It rests so many times as long as it worked.
const REST: u32 = 2;
/// Conversations and devices of one round at most.
const BATCH: usize = 64;
/// Devices that the store is asked for at once.
const PAGE: i64 = 500;
/// How often it looks whether anybody has a subscription, and forgets those of devices that were signed out.
const SWEEP_EVERY_MS: i64 = 60_000;
/// What counts as work of one round at most.
const LONGEST_MS: i64 = 2_000;

/// Runs until the program is about to stop. What waits then is not told: it is unread, and the next message says so.
pub async fn run(app: App) {
    let mut swept: Option<i64> = None;
    loop {
        let now = app.now_ms();
        if swept.is_none_or(|at| !(at..at + SWEEP_EVERY_MS).contains(&now)) {
            sweep(&app).await;
            swept = Some(now);
        }
        round(&app).await;
        // A clock that is set meanwhile must not make it rest for ever.
        let took = app.now_ms().saturating_sub(now).clamp(0, LONGEST_MS);
        let rest = TICK.max(Duration::from_millis(took.unsigned_abs()) * REST);
        let quiet = app.push.waits() == 0;
        let pause = async {
            if quiet {
                tokio::select! {
                    () = app.push.wake.notified() => {}
                    () = sleep(Duration::from_millis(SWEEP_EVERY_MS.unsigned_abs())) => {}
                }
            }
            sleep(rest).await;
        };
        if app.draining.run_until_cancelled(pause).await.is_none() {
            return;
        }
    }
}

/// Forgets the subscriptions of devices that were signed out, and looks whether there are any.
pub async fn sweep(app: &App) {
    let known = &app.push.subscribed;
    let before = known.load(Ordering::Relaxed);
    let swept = async {
        if app.store.push_any().await? {
            app.store.push_sweep(app.now_ms()).await?;
        }
        app.store.push_any().await
    };
    match swept.await {
        Ok(true) => drop(known.fetch_max(1, Ordering::Relaxed)),
        // Unless somebody has subscribed meanwhile.
        Ok(false) => drop(known.compare_exchange(before, 0, Ordering::Relaxed, Ordering::Relaxed)),
        Err(error) => tracing::warn!(%error, "push subscriptions could not be swept"),
    }
}

/// Tells whoever is due. It returns when the messages are on their way.
pub async fn round(app: &App) {
    for _ in 0..BATCH {
        let now = app.now_ms();
        let Some(due) = app.push.with(|waiting| waiting.due(now)) else {
            return;
        };
        let done = match due {
            Due::Everybody {
                conversation,
                after,
                until,
            } => everybody(app, conversation, after, until).await,
            Due::Again(again) => once_more(app, again).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "somebody was not told by push");
        }
    }
}

/// Waits until nothing is on its way, for tests.
pub async fn settled(app: &App) {
    let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
    drop(app.push.places.acquire_many(all).await);
}

async fn everybody(app: &App, conversation: ConversationId, after: i64, until: i64) -> Result<(), StoreError> {
    let (mut audience, mut last): (Option<Arc<PushAudience>>, Option<Subscriber>) = (None, None);
    loop {
        let now = app.now_ms();
        let page = app
            .store
            .push_subscribers(conversation, until, now, last.as_ref(), PAGE)
            .await?;
        let more = i64::try_from(page.len()).is_ok_and(|count| count == PAGE);
        last = page.last().cloned();
        for subscriber in page {
            if app.presence.is_looking(subscriber.user)
                || app.push.with(|waiting| waiting.waits(conversation, subscriber.device))
            {
                continue;
            }
            // Asked only where there is somebody to tell.
            let audience = match &audience {
                Some(audience) => audience.clone(),
                None => audience.insert(find(app, conversation, after, until).await?).clone(),
            };
            let first = Try {
                conversation,
                device: subscriber.device,
                after,
                before: 0,
            };
            tell(app, audience, subscriber, first);
        }
        if !more {
            return Ok(());
        }
    }
}

async fn once_more(app: &App, again: Try) -> Result<(), StoreError> {
    let (conversation, until) = (again.conversation, i64::MAX);
    let found = app
        .store
        .push_subscriber(conversation, until, app.now_ms(), again.device)
        .await?;
    let Some(subscriber) = found.filter(|subscriber| !app.presence.is_looking(subscriber.user)) else {
        return Ok(());
    };
    let audience = find(app, conversation, again.after, until).await?;
    tell(app, audience, subscriber, again);
    Ok(())
}

async fn find(
    app: &App,
    conversation: ConversationId,
    after: i64,
    until: i64,
) -> Result<Arc<PushAudience>, StoreError> {
    app.store.push_audience(conversation, after, until).await.map(Arc::new)
}

fn tell(app: &App, audience: Arc<PushAudience>, subscriber: Subscriber, this: Try) {
    if policy::newest(&audience, &subscriber).is_none() {
        return;
    }
    let Some(place) = Place::take(app, subscriber.user) else {
        let now = app.now_ms();
        return app.push.wait(|waiting| waiting.crowded(this, now));
    };
    let app = app.clone();
    tokio::spawn(async move {
        let _place = place;
        let Some(message) = policy::newest(&audience, &subscriber) else {
            return;
        };
        match deliver(&app, this.conversation, &subscriber, message).await {
            Outcome::Taken => {}
            Outcome::Gone => forget(&app, subscriber.device, &subscriber.endpoint).await,
            Outcome::Later(retry_after) => {
                let now = app.now_ms();
                app.push.wait(|waiting| waiting.failed(this, retry_after, now));
            }
            Outcome::Refused(status) => {
                tracing::warn!(status, device = %subscriber.device, "a push service refused a message");
            }
        }
    });
}

/// A message is on its way.
struct Place {
    push: Arc<Push>,
    user: UserId,
    _of_all: OwnedSemaphorePermit,
}

impl Place {
    fn take(app: &App, user: UserId) -> Option<Self> {
        let of_all = app.push.places.clone().try_acquire_owned().ok()?;
        app.push.with(|waiting| waiting.sets_out(user)).then(|| Self {
            push: app.push.clone(),
            user,
            _of_all: of_all,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.push.with(|waiting| waiting.arrived(self.user));
    }
}

async fn forget(app: &App, device: DeviceId, endpoint: &str) {
    match app.store.push_forget(device, endpoint).await {
        Ok(_) => tracing::debug!(%device, "a push subscription has ended"),
        Err(error) => tracing::warn!(%error, "a push subscription that has ended could not be forgotten"),
    }
}
