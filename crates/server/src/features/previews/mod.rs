//! Previews of links: what the page behind the first link of a message says of itself, asked by the server where the operator
//! switched that on, so that nobody who reads tells the page's owner that they do.
//!
//! A message with a link is noted after its commit ([`Previews::wrote`]), and nothing waits for it; a few are asked at a time
//! ([`run`]), without trust in the address ([`ask`]) or in what comes back ([`read`]), and what is found becomes a change of the
//! message. See `docs/decisions/0020-link-previews.md`.

mod ask;
mod link;
mod read;
mod run;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use linnet_contract::{Message, MessageKind};
use tokio::sync::{Notify, Semaphore};
use url::Url;

pub use link::first_link;
pub use run::{round, run, settled};

use crate::{config::Config, outbound::Reach};

/// Messages that wait at most; what comes when there is no room gets no preview.
const WAITING: usize = 256;
/// Pages that are asked at once.
const AT_ONCE: usize = 8;

/// What waits to be asked, and what it takes to ask.
pub struct Previews {
    reach: Reach,
    /// None: nothing is asked.
    client: Option<reqwest::Client>,
    agent: String,
    waiting: Mutex<VecDeque<Waiting>>,
    wake: Notify,
    places: Arc<Semaphore>,
    /// One page is read at a time: that is work for a core, and the others have theirs.
    reading: Arc<Semaphore>,
}

/// A message whose link is to be asked.
struct Waiting {
    message: Message,
    link: Url,
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
            waiting: Mutex::default(),
            wake: Notify::new(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
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
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING {
            waiting.push_back(Waiting {
                message: message.clone(),
                link,
            });
            self.wake.notify_one();
        }
    }

    fn next(&self) -> Option<Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}
