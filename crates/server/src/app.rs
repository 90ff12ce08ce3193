//! What the whole program shares, built once.

use std::{ops::Deref, sync::Arc};

use linnet_store::Store;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::Config,
    fanout::Fanout,
    features::{
        accounts::Pictures, connections::Turns, conversations::DirectConversations, digest::Digests, files::Files,
        messages, presence::Presence, previews::Previews, push::Push, receipts, typing::Typists,
    },
    gateway::{arrivals::Arrivals, limits::Limits},
    random::{self, Random},
    session::{Session, passwords::Passwords, tokens::Tokens},
};

/// The program's parts. `app.store`, `app.clock` and so on; a clone is one counter more.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of. Tests bring their own clock, randomness and store.
pub struct Parts {
    /// The settings, as they were at start.
    pub config: Config,
    /// Everything that is kept.
    pub store: Store,
    /// Who hears what.
    pub fanout: Arc<Fanout>,
    /// Commits messages.
    pub messages: messages::Writer,
    /// Commits marks.
    pub marks: receipts::Writer,
    /// What counts as delivered to clients that do not say so.
    pub implied: Arc<receipts::Implied>,
    /// Which conversation a pair has.
    pub directs: DirectConversations,
    /// Makes pictures of uploaded ones.
    pub pictures: Pictures,
    /// Where files come in and stay.
    pub files: Files,
    /// Who is there.
    pub presence: Presence,
    /// What is behind links.
    pub previews: Arc<Previews>,
    /// Who is told while their page is closed.
    pub push: Arc<Push>,
    /// Who is told by mail.
    pub digests: Digests,
    /// Who is writing.
    pub typists: Typists,
    /// Changes between two people, one after the other.
    pub turns: Turns,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub random: Arc<dyn Random>,
    /// How many sockets come in or catch up at once.
    pub arrivals: Arrivals,
    /// How often somebody may do something.
    pub limits: Limits,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Cancelled when the program is about to stop: nothing new is begun.
    pub draining: CancellationToken,
}

impl App {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// Milliseconds since 1970, by the app's clock.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// A new `UUIDv7`, for `UserId(app.id())` and its like.
    #[must_use]
    pub fn id(&self) -> uuid::Uuid {
        random::id(&*self.random, self.clock.now_ms())
    }
}

/// What a verb gets: the program, and who asks. Reads like the program: `ctx.store`, `ctx.fanout`, `ctx.session.user`.
#[derive(Clone)]
pub struct Ctx {
    /// The program.
    pub app: App,
    /// Who asks.
    pub session: Session,
}

impl Deref for Ctx {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.app
    }
}
