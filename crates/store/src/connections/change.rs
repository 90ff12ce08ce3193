//! Asking, accepting, ending.

use linnet_contract::{ConnectionState, UserId};

use super::{
    sql,
    standing::{Change, Standing, lock_direct, pair},
};
use crate::{
    Store,
    db::{Tx, execute, fetch},
    error::{StoreError, retry},
};

/// How many a person may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionBounds {
    /// Requests of their own without an answer.
    pub requested: i64,
    /// Requests of others that wait for their answer.
    pub received: i64,
    /// Connections.
    pub accepted: i64,
}

/// What became of a request or of an acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It was done, now or before.
    Done(Change),
    /// There is no such person, or, for an acceptance, no request of theirs.
    NotFound,
    /// The one who asks blocked the other.
    Blocked,
    /// It would be more than the bounds allow.
    TooMany,
}

#[derive(Clone, Copy, sqlx::FromRow)]
struct Counts {
    requested: i64,
    received: i64,
    accepted: i64,
}

impl Store {
    /// Asks somebody to be connected. Where the other one asked before, the two are connected now. Asking again changes
    /// nothing. Somebody who blocked the asker does not see the request, and the asker does not see that.
    pub async fn connections_request(
        &self,
        asker: UserId,
        other: UserId,
        now: i64,
        bounds: ConnectionBounds,
    ) -> Result<Asked, StoreError> {
        Ok(retry!(self.request_once(asker, other, now, bounds))?)
    }

    async fn request_once(
        &self,
        asker: UserId,
        other: UserId,
        now: i64,
        bounds: ConnectionBounds,
    ) -> Result<Asked, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let Some(before) = Standing::locked(&mut tx, asker, other).await? else {
            return Ok(Asked::NotFound);
        };
        let (low, high) = pair(asker, other);
        match before.seen_by(asker) {
            ConnectionState::Blocked => return Ok(Asked::Blocked),
            ConnectionState::Requested | ConnectionState::Accepted => {
                return Ok(Asked::Done(changed(&before, &before, asker, other)));
            }
            ConnectionState::Received => {
                if full(&mut tx, asker, other, bounds).await? {
                    return Ok(Asked::TooMany);
                }
                execute!(tx, sql::ACCEPT, low.0, high.0, now)?;
            }
            ConnectionState::None => {
                let (own, theirs) = (counts(&mut tx, asker).await?, counts(&mut tx, other).await?);
                if own.requested >= bounds.requested || theirs.received >= bounds.received {
                    return Ok(Asked::TooMany);
                }
                execute!(tx, sql::REQUEST, low.0, high.0, asker.0, now)?;
            }
        }
        let after = Standing::read(&mut tx, asker, other).await?;
        tx.commit().await?;
        Ok(Asked::Done(changed(&before, &after, asker, other)))
    }

    /// Accepts somebody's request. Where the two are connected already, nothing changes.
    pub async fn connections_accept(
        &self,
        user: UserId,
        other: UserId,
        now: i64,
        bounds: ConnectionBounds,
    ) -> Result<Asked, StoreError> {
        Ok(retry!(self.accept_once(user, other, now, bounds))?)
    }

    async fn accept_once(
        &self,
        user: UserId,
        other: UserId,
        now: i64,
        bounds: ConnectionBounds,
    ) -> Result<Asked, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let Some(before) = Standing::locked(&mut tx, user, other).await? else {
            return Ok(Asked::NotFound);
        };
        match before.seen_by(user) {
            ConnectionState::Blocked => return Ok(Asked::Blocked),
            ConnectionState::None | ConnectionState::Requested => return Ok(Asked::NotFound),
            ConnectionState::Accepted => return Ok(Asked::Done(changed(&before, &before, user, other))),
            ConnectionState::Received => {}
        }
        if full(&mut tx, user, other, bounds).await? {
            return Ok(Asked::TooMany);
        }
        let (low, high) = pair(user, other);
        execute!(tx, sql::ACCEPT, low.0, high.0, now)?;
        let after = Standing::read(&mut tx, user, other).await?;
        tx.commit().await?;
        Ok(Asked::Done(changed(&before, &after, user, other)))
    }

    /// Ends what there is between two people: a connection, a request of one or of the other. None: there is nothing, or
    /// nothing that this user sees.
    pub async fn connections_end(&self, user: UserId, other: UserId) -> Result<Option<Change>, StoreError> {
        Ok(retry!(self.end_once(user, other))?)
    }

    async fn end_once(&self, user: UserId, other: UserId) -> Result<Option<Change>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let Some(before) = Standing::locked(&mut tx, user, other).await? else {
            return Ok(None);
        };
        if !before.exists() || before.blocks(user) {
            return Ok(None);
        }
        lock_direct(&mut tx, user, other).await?;
        end(&mut tx, user, other).await?;
        let after = Standing::read(&mut tx, user, other).await?;
        tx.commit().await?;
        Ok(Some(changed(&before, &after, user, other)))
    }
}

/// Removes the row of a pair.
pub(crate) async fn end(tx: &mut Tx, user: UserId, other: UserId) -> Result<(), sqlx::Error> {
    let (low, high) = pair(user, other);
    execute!(tx, sql::END, low.0, high.0).map(drop)
}

/// What a change did.
pub(crate) fn changed(before: &Standing, after: &Standing, user: UserId, other: UserId) -> Change {
    Change {
        before: before.seen_by(user),
        now: after.seen_by(user),
        other_before: before.seen_by(other),
        other_now: after.seen_by(other),
        since: after.since(),
    }
}

/// One of the two has as many connections as there may be.
async fn full(tx: &mut Tx, user: UserId, other: UserId, bounds: ConnectionBounds) -> Result<bool, sqlx::Error> {
    let (own, theirs) = (counts(tx, user).await?, counts(tx, other).await?);
    Ok(own.accepted.max(theirs.accepted) >= bounds.accepted)
}

async fn counts(tx: &mut Tx, user: UserId) -> Result<Counts, sqlx::Error> {
    fetch!(one, tx, sql::COUNTS, user.0)
}
