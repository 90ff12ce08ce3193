//! What did not reach a user yet, and what they did not read.

use std::collections::HashMap;

use linnet_contract::{ConversationId, UserId};

use super::{Message, crowded, show_own, sql};
use crate::{Store, bulk::Column, db::fetch, decode::Id, error::StoreError};

/// What a user has not read in one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where.
    pub conversation: ConversationId,
    /// How many messages.
    pub unread: i64,
    /// The newest of them, oldest first.
    pub messages: Vec<Message>,
}

/// A part of a conversation: the messages with `low < sequence <= high`.
struct Part {
    conversation: ConversationId,
    unread: i64,
    low: i64,
    high: i64,
}

impl Store {
    /// Messages of others that have not reached any device of this user, oldest first. Nobody who is not a member has
    /// any.
    pub async fn messages_undelivered(
        &self,
        user: UserId,
        conversation: ConversationId,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.undelivered(user, conversation, limit).await?)
    }

    async fn undelivered(
        &self,
        user: UserId,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<Vec<Message>, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        let mut messages: Vec<Message> = fetch!(all, tx, sql::UNDELIVERED, conversation.0, user.0, limit)?;
        show_own(&mut tx, user, crowded(&mut messages)).await?;
        tx.commit().await?;
        messages.sort_unstable_by_key(|message| message.sequence);
        Ok(messages)
    }

    /// What the user has not read: the conversation with the latest message first, at most 1,000 of them, each with its
    /// newest unread messages. Where `total` is used up, conversations come with their number alone.
    pub async fn messages_unread(
        &self,
        user: UserId,
        per_conversation: usize,
        total: usize,
    ) -> Result<Vec<Unread>, StoreError> {
        let bound = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Ok(self.unread(user, bound(per_conversation), bound(total)).await?)
    }

    async fn unread(&self, user: UserId, per_conversation: i64, mut total: i64) -> Result<Vec<Unread>, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        let rows: Vec<(Id, i64, i64)> = fetch!(all, tx, sql::UNREAD, user.0)?;
        let parts: Vec<Part> = rows
            .into_iter()
            .map(|(conversation, read, last)| {
                let take = (last - read).min(per_conversation).min(total);
                total -= take;
                Part {
                    conversation: conversation.into(),
                    unread: last - read,
                    low: last - take,
                    high: last,
                }
            })
            .collect();
        let columns = || {
            vec![
                Column::Ids(parts.iter().map(|part| part.conversation.0).collect()),
                Column::Numbers(parts.iter().map(|part| part.low).collect()),
                Column::Numbers(parts.iter().map(|part| part.high).collect()),
            ]
        };
        let mut messages: Vec<Message> = fetch!(all, tx, sql::BY_SEQUENCES, user.0; columns())?;
        show_own(&mut tx, user, crowded(&mut messages)).await?;
        tx.commit().await?;
        let mut messages = by_conversation(messages);
        let unread = |part: Part| Unread {
            conversation: part.conversation,
            unread: part.unread,
            messages: messages.remove(&part.conversation).unwrap_or_default(),
        };
        Ok(parts.into_iter().map(unread).collect())
    }
}

/// Messages by conversation, each list in the order they came.
pub(crate) fn by_conversation(messages: Vec<Message>) -> HashMap<ConversationId, Vec<Message>> {
    let mut lists: HashMap<ConversationId, Vec<Message>> = HashMap::new();
    for message in messages {
        lists.entry(message.conversation).or_default().push(message);
    }
    lists
}
