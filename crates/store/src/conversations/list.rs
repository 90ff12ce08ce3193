//! The conversations of a user.

use std::{fmt, str::FromStr};

use linnet_contract::{ConversationId, UserId};
use uuid::Uuid;

use super::{Summary, sql, summaries};
use crate::{Store, db::fetch, decode::Id, error::StoreError};

/// Where a page of conversations ended. As a text, `<milliseconds>.<conversation>`, it goes to a client and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationCursor {
    last_message_at: i64,
    id: ConversationId,
}

impl fmt::Display for ConversationCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.last_message_at, self.id)
    }
}

/// The text is no cursor.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the cursor is not one that this server gave")]
pub struct BadCursor;

impl FromStr for ConversationCursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (time, id) = text.split_once('.').ok_or(BadCursor)?;
        Ok(Self {
            last_message_at: time.parse().map_err(|_| BadCursor)?,
            id: id.parse().map_err(|_| BadCursor)?,
        })
    }
}

/// A page of a user's conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationPage {
    /// The one with the latest message first.
    pub conversations: Vec<Summary>,
    /// Where the next page begins, if there is one.
    pub next: Option<ConversationCursor>,
}

impl Store {
    /// The ids of all conversations of a user: the rooms of their sockets. Empty direct ones are among them, so that the
    /// first message is heard.
    pub async fn conversations_of(&self, user: UserId) -> Result<Vec<ConversationId>, StoreError> {
        Ok(self.conversation_ids(user).await?)
    }

    async fn conversation_ids(&self, user: UserId) -> Result<Vec<ConversationId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let ids: Vec<(Id,)> = fetch!(all, reader, sql::IDS_OF, user.0)?;
        Ok(ids.into_iter().map(|(id,)| id.into()).collect())
    }

    /// A page of the user's conversations, the one with the latest message first. A direct conversation without a
    /// message is not listed.
    pub async fn conversations_list(
        &self,
        user: UserId,
        cursor: Option<ConversationCursor>,
        limit: usize,
    ) -> Result<ConversationPage, StoreError> {
        Ok(self.list(user, cursor, limit).await?)
    }

    async fn list(
        &self,
        user: UserId,
        cursor: Option<ConversationCursor>,
        limit: usize,
    ) -> Result<ConversationPage, sqlx::Error> {
        let from = cursor.unwrap_or(ConversationCursor {
            last_message_at: i64::MAX,
            id: ConversationId(Uuid::max()),
        });
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut tx = self.db.snapshot().await?;
        let rows: Vec<(Id, i64)> = fetch!(all, tx, sql::LIST, user.0, from.last_message_at, from.id.0, one_more)?;
        let mut places: Vec<ConversationCursor> = rows
            .into_iter()
            .map(|(id, last_message_at)| ConversationCursor {
                last_message_at,
                id: id.into(),
            })
            .collect();
        let more = places.len() > limit;
        places.truncate(limit);
        let ids: Vec<ConversationId> = places.iter().map(|place| place.id).collect();
        let conversations = summaries(&mut tx, user, &ids).await?;
        tx.commit().await?;
        Ok(ConversationPage {
            conversations,
            next: places.last().copied().filter(|_| more),
        })
    }

    /// A conversation as this user sees it. None: not a member, or no such conversation; the two are not told apart.
    pub async fn conversations_get(&self, user: UserId, id: ConversationId) -> Result<Option<Summary>, StoreError> {
        Ok(self.conversation_summaries(user, &[id]).await?.pop())
    }

    /// Those of the conversations that this user is a member of, in the order of `ids`.
    pub async fn conversation_summaries(
        &self,
        user: UserId,
        ids: &[ConversationId],
    ) -> Result<Vec<Summary>, StoreError> {
        Ok(self.summaries_read(user, ids).await?)
    }

    async fn summaries_read(&self, user: UserId, ids: &[ConversationId]) -> Result<Vec<Summary>, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        let found = summaries(&mut tx, user, ids).await?;
        tx.commit().await?;
        Ok(found)
    }
}
