//! Previews of links: what the page behind the first link of a message says of itself, asked by the server where the operator
//! switched that on, so that nobody who reads tells the page's owner that they do.
//!
//! A message with a link is noted after its commit ([`Previews::wrote`]), and nothing waits for it; a few are asked at a time
//! ([`run`]), without trust in the address ([`ask`]) or in what comes back ([`read`]), and what is found becomes a change of the
//! message. See `docs/decisions/0020-link-previews.md`.

mod ask;
mod link;
mod queue;
mod read;
mod run;

use std::sync::{Arc, Mutex, PoisonError};

use linnet_contract::{Message, MessageKind};
use tokio::sync::{Notify, Semaphore};
use url::Url;

pub use link::first_link;
pub use run::{run, settled};

use crate::{config::Config, outbound::Reach};
use queue::{Queue, Waiting};

/// What waits to be asked, and what it takes to ask.
pub struct Previews {
    reach: Reach,
    /// None: nothing is asked.
    client: Option<reqwest::Client>,
    agent: String,
    queue: Mutex<Queue>,
    /// Something new waits, or a place is free.
    wake: Notify,
    /// One page is read at a time: that is work for a core, and the others have theirs.
    reading: Arc<Semaphore>,
}

/// A page that has its place until this is dropped, whatever became of it.
struct Place {
    previews: Arc<Previews>,
    page: Url,
}

impl Previews {
    /// Nothing waits.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let reach = Reach::Pages(config.messages.link_previews_also);
        let client = config.messages.link_previews.then(|| reach.client());
        if let Some(Err(error)) = &client {
            tracing::warn!(%error, "there are no previews of links: install the certificates of authorities (ca-certificates)");
        }
        // Whoever runs the page may want to know who asked, and to write to them.
        let about = config.server.public_url.as_ref();
        let about = about.map(|url| format!("; +{url}")).unwrap_or_default();
        Self {
            reach,
            client: client.and_then(Result::ok),
            agent: format!("Linnet/{} (link preview{about})", env!("CARGO_PKG_VERSION")),
            queue: Mutex::default(),
            wake: Notify::new(),
            reading: Arc::new(Semaphore::new(1)),
        }
    }

    /// A message is on disk as it is now. Where previews are off, this is all that it costs: one look.
    pub fn wrote(&self, message: &Message) {
        if self.client.is_none() || message.kind != MessageKind::Text || message.preview.is_some() {
            return;
        }
        let Some(link) = first_link(&message.msg) else {
            return;
        };
        if self.with(|queue| queue.add(Waiting::new(message.clone(), link))) {
            self.wake.notify_one();
        }
    }

    fn next(self: &Arc<Self>) -> Option<(Waiting, Place)> {
        let next = self.with(Queue::next)?;
        let place = Place {
            previews: self.clone(),
            page: next.page.clone(),
        };
        Some((next, place))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Queue) -> T) -> T {
        change(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.previews.with(|queue| queue.done(&self.page));
        self.previews.wake.notify_one();
    }
}
