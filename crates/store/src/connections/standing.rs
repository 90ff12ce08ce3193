//! How two people stand to each other, as the row and the blocks say it, and as each of the two sees it.

use linnet_contract::{ConnectionState, ConversationId, UserId};

use super::sql;
use crate::{
    db::{Tx, fetch},
    decode::{Id, MaybeId},
};

/// A pair as its row names it.
pub(crate) fn pair(user: UserId, other: UserId) -> (UserId, UserId) {
    (user.min(other), user.max(other))
}

/// What a change did, as each of the two sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What the one who changed it saw before.
    pub before: ConnectionState,
    /// What they see now.
    pub now: ConnectionState,
    /// What the other one saw before.
    pub other_before: ConnectionState,
    /// What the other one sees now.
    pub other_now: ConnectionState,
    /// Since when it is so, for the one who changed it: of the connection or of the block; 0 for none.
    pub since: i64,
}

impl Change {
    /// The one who made it sees something else than before.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.before != self.now
    }

    /// The other one sees something else than before.
    #[must_use]
    pub fn is_seen_by_other(&self) -> bool {
        self.other_before != self.other_now
    }
}

/// The row of a pair, if there is one, and the blocks between the two.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Standing {
    state: Option<String>,
    #[sqlx(try_from = "MaybeId")]
    requested_by: Option<UserId>,
    since: Option<i64>,
    pub(crate) low_blocks: bool,
    pub(crate) high_blocks: bool,
    /// Filled in by the program: the two themselves.
    #[sqlx(skip)]
    pair: Option<(UserId, UserId)>,
}

impl Standing {
    /// Locks the two people and looks. None: one of them does not exist, or they are the same.
    pub(crate) async fn locked(tx: &mut Tx, user: UserId, other: UserId) -> Result<Option<Self>, sqlx::Error> {
        let (low, high) = pair(user, other);
        let people: Vec<(Id,)> = fetch!(all, tx, sql::PEOPLE_LOCK, low.0, high.0)?;
        if people.len() < 2 {
            return Ok(None);
        }
        Self::read(tx, user, other).await.map(Some)
    }

    /// Looks, without a lock.
    pub(crate) async fn read(tx: &mut Tx, user: UserId, other: UserId) -> Result<Self, sqlx::Error> {
        let (low, high) = pair(user, other);
        let standing: Self = fetch!(one, tx, sql::STANDING, low.0, high.0)?;
        Ok(Self {
            pair: Some((low, high)),
            ..standing
        })
    }

    /// There is a request or a connection, whoever sees it.
    pub(crate) fn exists(&self) -> bool {
        self.state.is_some()
    }

    /// Since when there is; 0 if there is none.
    pub(crate) fn since(&self) -> i64 {
        self.since.unwrap_or(0)
    }

    /// This one of the two blocked the other.
    pub(crate) fn blocks(&self, user: UserId) -> bool {
        match self.pair {
            Some((low, _)) if low == user => self.low_blocks,
            _ => self.high_blocks,
        }
    }

    /// One of the two blocked the other.
    pub(crate) fn any_block(&self) -> bool {
        self.low_blocks || self.high_blocks
    }

    /// What this one of the two sees.
    pub(crate) fn seen_by(&self, user: UserId) -> ConnectionState {
        state(self.state.as_deref(), self.requested_by, self.blocks(user), user)
    }
}

/// What somebody sees of a row, if they block the other or not.
pub(super) fn state(state: Option<&str>, requested_by: Option<UserId>, blocks: bool, user: UserId) -> ConnectionState {
    match state {
        _ if blocks => ConnectionState::Blocked,
        None => ConnectionState::None,
        Some("accepted") => ConnectionState::Accepted,
        Some(_) if requested_by == Some(user) => ConnectionState::Requested,
        Some(_) => ConnectionState::Received,
    }
}

/// Keeps the direct conversation of a pair, if there is one, from being written in until the commit.
pub(crate) async fn lock_direct(
    tx: &mut Tx,
    user: UserId,
    other: UserId,
) -> Result<Option<ConversationId>, sqlx::Error> {
    let (low, high) = pair(user, other);
    let direct: Option<(Id,)> = fetch!(optional, tx, sql::DIRECT_LOCK, low.0, high.0)?;
    Ok(direct.map(|(id,)| id.into()))
}
