//! Telling devices whose page is closed, by their browsers' own push services (RFC 8030).
//!
//! Where a message was written is noted ([`Push::wrote`]), nothing else; one task ([`run`]) asks the store a moment later
//! who is still to be told of what, leaves out who is looking at another device, and sends what it finds, encrypted for the
//! device ([`encrypt`]) and signed by the server ([`vapid`]). See `docs/decisions/0019-web-push.md`.

mod deliver;
mod encrypt;
mod key;
mod policy;
mod run;
mod subscribe;
mod unsubscribe;
mod vapid;
mod waiting;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use linnet_contract::{ConversationId, Sequence};
use tokio::sync::{Notify, Semaphore};

pub use key::key;
pub use policy::worth_telling;
pub use run::{round, run, settled, sweep};
pub use subscribe::subscribe;
pub use unsubscribe::unsubscribe;
pub use vapid::Vapid;
pub use waiting::Waiting;

use crate::{
    config::Config,
    outbound::{Names, Reach},
};

/// Messages on their way to push services at once.
const AT_ONCE: usize = 64;

/// Who waits to be told, and what it takes to tell them.
pub struct Push {
    /// 0: nobody has a subscription, as far as this node knows. Each new one makes it another number, so that who looked
    /// before it came does not say that there is none.
    subscribed: AtomicU64,
    waiting: Mutex<Waiting>,
    wake: Notify,
    vapid: Vapid,
    reach: Reach,
    client: Option<reqwest::Client>,
    places: Arc<Semaphore>,
    /// For the addresses of new subscriptions: they are not what what is sent waits for.
    names: Names,
}

impl Push {
    /// Nobody waits.
    #[must_use]
    pub fn new(config: &Config, vapid: Vapid) -> Self {
        let reach = if config.push.private_endpoints {
            Reach::Anywhere
        } else {
            Reach::Public
        };
        let client = reach.client();
        if let Err(error) = &client {
            tracing::warn!(%error, "nobody can be told by push: install the certificates of authorities (ca-certificates)");
        }
        Self {
            subscribed: AtomicU64::new(0),
            waiting: Mutex::default(),
            wake: Notify::new(),
            vapid,
            reach,
            client: client.ok(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            names: Names::default(),
        }
    }

    /// A message is on disk. Where nobody has a subscription, this is all that it costs: one look.
    pub fn wrote(&self, conversation: ConversationId, sequence: Sequence, now: i64) {
        if self.subscribed.load(Ordering::Relaxed) == 0 {
            return;
        }
        if self.with(|waiting| waiting.wrote(conversation, sequence.get(), now)) {
            self.wake.notify_one();
        }
    }

    /// How many conversations and devices wait.
    #[must_use]
    pub fn waits(&self) -> usize {
        self.with(|waiting| waiting.len())
    }

    /// Something waits now, for the task that tells.
    fn wait(&self, change: impl FnOnce(&mut Waiting)) {
        self.with(change);
        self.wake.notify_one();
    }

    fn with<T>(&self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
