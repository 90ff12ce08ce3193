//! The conversation of two people: made on first use, and only once however many ask at once.

use linnet_contract::{ConversationId, UserId};

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// The direct conversation of two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direct {
    /// Its id.
    pub id: ConversationId,
    /// This call made it.
    pub created: bool,
}

impl Store {
    /// The direct conversation of two people, made under `new_id` if there is none. None: one of them does not exist,
    /// or the two are the same person.
    pub async fn conversations_direct(
        &self,
        user: UserId,
        other: UserId,
        new_id: ConversationId,
        now: i64,
    ) -> Result<Option<Direct>, StoreError> {
        if user == other {
            return Ok(None);
        }
        let pair = (user.min(other), user.max(other));
        if let Some(id) = self.direct_find(pair).await? {
            return Ok(Some(Direct { id, created: false }));
        }
        Ok(retry!(self.direct_once(pair, new_id, now))?)
    }

    /// The direct conversation of two people, if there is one.
    pub async fn conversations_direct_find(
        &self,
        user: UserId,
        other: UserId,
    ) -> Result<Option<ConversationId>, StoreError> {
        Ok(self.direct_find((user.min(other), user.max(other))).await?)
    }

    async fn direct_find(&self, (low, high): (UserId, UserId)) -> Result<Option<ConversationId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let found: Option<(Id,)> = fetch!(optional, reader, sql::DIRECT, low.0, high.0)?;
        Ok(found.map(|(id,)| id.into()))
    }

    async fn direct_once(
        &self,
        (low, high): (UserId, UserId),
        new_id: ConversationId,
        now: i64,
    ) -> Result<Option<Direct>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        if execute!(tx, sql::DIRECT_INSERT, new_id.0, low.0, high.0, now)? == 0 {
            let found: Option<(Id,)> = fetch!(optional, tx, sql::DIRECT, low.0, high.0)?;
            return Ok(found.map(|(id,)| Direct {
                id: id.into(),
                created: false,
            }));
        }
        execute!(tx, sql::DIRECT_MEMBERS_INSERT, new_id.0, low.0, high.0, now)?;
        tx.commit().await?;
        Ok(Some(Direct {
            id: new_id,
            created: true,
        }))
    }
}
