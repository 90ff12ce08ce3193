//! Who is there: online, away, offline, and when they were last there.
//!
//! The [`Board`] counts each person's sockets; one task ([`run`]) takes what changed from it, a batch at a time, and tells
//! those who share a small conversation with the person. See `docs/decisions/0016-presence.md`.

mod ask;
mod board;
mod come_and_go;
mod part;
mod status;
mod tell;

use std::sync::{Mutex, PoisonError};

use linnet_contract::UserId;
use tokio::sync::Notify;

pub use ask::get_presence;
pub use board::Board;
pub use come_and_go::{arrive, leave};
pub use part::{blocked, last_seen_shown, unblocked};
pub use status::{Attention, set_status};
pub use tell::{remember, run};

use crate::in_flight::InFlight;

#[expect(clippy::cast_possible_wrap, reason = "a small constant")]
const MOST: i64 = linnet_contract::limits::PRESENCE_MEMBERS as i64;

/// Who is there, as this node knows it.
pub struct Presence {
    board: Mutex<Board>,
    /// The board has something that will be due.
    wake: Notify,
    in_flight: InFlight,
}

impl Presence {
    /// Nobody is there.
    #[must_use]
    pub fn new(grace_ms: i64) -> Self {
        Self {
            board: Mutex::new(Board::new(grace_ms)),
            wake: Notify::new(),
            in_flight: InFlight::default(),
        }
    }

    /// Whether this person looks at one of their devices right now.
    #[must_use]
    pub fn is_looking(&self, user: UserId) -> bool {
        self.with(|board| board.is_looking(user))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Board) -> T) -> T {
        change(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
