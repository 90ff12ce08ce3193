//! Who blocked whom.
//!
//! A block ends what was between the two, keeps both from writing to each other, and holds back the receipts of both in
//! their direct conversation, in one transaction that waits for what is being written there. Whoever was blocked finds
//! nothing that says so: their requests look open, their messages are refused as between people who are not connected.

pub(crate) mod sql;

use linnet_contract::UserId;

use crate::{
    Store,
    connections::{Change, PeopleCursor, Standing, changed, end, from_start, lock_direct},
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
    users::User,
};

/// Somebody whom a user blocked.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Block {
    /// Whom.
    #[sqlx(flatten)]
    pub user: User,
    /// Since when.
    pub since: i64,
}

/// A page of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockPage {
    /// The latest first.
    pub blocks: Vec<Block>,
    /// Where the next page begins, if there is one.
    pub next: Option<PeopleCursor>,
}

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// It stands, now or since before.
    Done(Change),
    /// There is no such person.
    NotFound,
    /// The user has blocked as many as they may.
    TooMany,
}

impl Store {
    /// Blocks somebody, of at most `most` people. Blocking again changes nothing.
    pub async fn blocks_add(&self, user: UserId, other: UserId, now: i64, most: i64) -> Result<Blocked, StoreError> {
        Ok(retry!(self.block_once(user, other, now, most))?)
    }

    async fn block_once(&self, user: UserId, other: UserId, now: i64, most: i64) -> Result<Blocked, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let Some(before) = Standing::locked(&mut tx, user, other).await? else {
            return Ok(Blocked::NotFound);
        };
        if before.blocks(user) {
            let since: (i64,) = fetch!(one, tx, sql::SINCE, user.0, other.0)?;
            let unchanged = changed(&before, &before, user, other);
            return Ok(Blocked::Done(Change {
                since: since.0,
                ..unchanged
            }));
        }
        let count: (i64,) = fetch!(one, tx, sql::COUNT, user.0)?;
        if count.0 >= most {
            return Ok(Blocked::TooMany);
        }
        if let Some(direct) = lock_direct(&mut tx, user, other).await? {
            let _: Vec<(Id,)> = fetch!(all, tx, sql::MEMBERS_LOCK, direct.0)?;
            execute!(tx, sql::RECEIPTS_HOLD, direct.0)?;
        }
        end(&mut tx, user, other).await?;
        execute!(tx, sql::INSERT, user.0, other.0, now)?;
        let after = Standing::read(&mut tx, user, other).await?;
        tx.commit().await?;
        let change = changed(&before, &after, user, other);
        Ok(Blocked::Done(Change { since: now, ..change }))
    }

    /// Ends a block. None: there was none. What was ended by it does not come back; a request that was made meanwhile is
    /// seen now.
    pub async fn blocks_remove(&self, user: UserId, other: UserId) -> Result<Option<Change>, StoreError> {
        Ok(retry!(self.unblock_once(user, other))?)
    }

    async fn unblock_once(&self, user: UserId, other: UserId) -> Result<Option<Change>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let Some(before) = Standing::locked(&mut tx, user, other).await? else {
            return Ok(None);
        };
        if !before.blocks(user) {
            return Ok(None);
        }
        execute!(tx, sql::DELETE, user.0, other.0)?;
        let after = Standing::read(&mut tx, user, other).await?;
        if !after.any_block()
            && let Some(direct) = lock_direct(&mut tx, user, other).await?
        {
            let _: Vec<(Id,)> = fetch!(all, tx, sql::MEMBERS_LOCK, direct.0)?;
            execute!(tx, sql::RECEIPTS_SHOW, direct.0)?;
        }
        tx.commit().await?;
        Ok(Some(changed(&before, &after, user, other)))
    }

    /// A page of the people whom the user blocked, the latest first.
    pub async fn blocks_list(
        &self,
        user: UserId,
        cursor: Option<PeopleCursor>,
        limit: usize,
    ) -> Result<BlockPage, StoreError> {
        Ok(self.blocks_page(user, from_start(cursor), limit).await?)
    }

    async fn blocks_page(&self, user: UserId, from: PeopleCursor, limit: usize) -> Result<BlockPage, sqlx::Error> {
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut reader = self.db.reader().await?;
        let mut blocks: Vec<Block> = fetch!(all, reader, sql::LIST, user.0, from.since, from.other.0, one_more)?;
        let more = blocks.len() > limit;
        blocks.truncate(limit);
        let next = blocks.last().filter(|_| more).map(|last| PeopleCursor {
            since: last.since,
            other: last.user.id,
        });
        Ok(BlockPage { blocks, next })
    }
}
