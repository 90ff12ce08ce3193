//! History: a page of messages around a place. It costs the same in a conversation of a thousand and of a million.

use linnet_contract::{ConversationId, Sequence, UserId};

use super::{Message, crowded, show_own, sql};
use crate::{
    Store,
    db::{Tx, fetch},
    error::StoreError,
};

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The last one.
    Latest,
    /// The messages right before this one.
    Before(Sequence),
    /// The messages right after this one.
    After(Sequence),
    /// This message in the middle.
    Around(Sequence),
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOf {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are more in the direction that was asked for; around a message, in either.
    pub more: bool,
}

impl Store {
    /// A page of at most `limit` messages. None: not a member.
    pub async fn messages_page(
        &self,
        user: UserId,
        conversation: ConversationId,
        page: Page,
        limit: usize,
    ) -> Result<Option<PageOf>, StoreError> {
        Ok(self.page(user, conversation, page, limit).await?)
    }

    async fn page(
        &self,
        user: UserId,
        conversation: ConversationId,
        page: Page,
        limit: usize,
    ) -> Result<Option<PageOf>, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        let mut range = Range {
            tx: &mut tx,
            user,
            conversation,
        };
        let mut found = match page {
            Page::Latest => range.before(i64::MAX, limit).await?,
            Page::Before(sequence) => range.before(sequence.get(), limit).await?,
            Page::After(sequence) => range.after(sequence.get(), limit).await?,
            Page::Around(sequence) => {
                let newer = limit / 2;
                let mut older = range.before(sequence.get().saturating_add(1), limit - newer).await?;
                let newer = range.after(sequence.get(), newer).await?;
                older.messages.extend(newer.messages);
                PageOf {
                    messages: older.messages,
                    more: older.more || newer.more,
                }
            }
        };
        // Only an empty page leaves open whether this is a member: no row comes without a membership.
        if found.messages.is_empty() {
            let (count,): (i64,) = fetch!(one, tx, sql::IS_MEMBER, conversation.0, user.0)?;
            if count == 0 {
                return Ok(None);
            }
        }
        show_own(&mut tx, user, crowded(&mut found.messages)).await?;
        tx.commit().await?;
        Ok(Some(found))
    }
}

struct Range<'tx> {
    tx: &'tx mut Tx,
    user: UserId,
    conversation: ConversationId,
}

impl Range<'_> {
    async fn before(&mut self, sequence: i64, limit: usize) -> Result<PageOf, sqlx::Error> {
        let one_more = one_more(limit);
        let mut messages: Vec<Message> = fetch!(
            all,
            self.tx,
            sql::BEFORE,
            self.conversation.0,
            self.user.0,
            sequence,
            one_more
        )?;
        let more = messages.len() > limit;
        messages.sort_unstable_by_key(|message| message.sequence);
        messages.drain(..messages.len().saturating_sub(limit));
        Ok(PageOf { messages, more })
    }

    async fn after(&mut self, sequence: i64, limit: usize) -> Result<PageOf, sqlx::Error> {
        let one_more = one_more(limit);
        let mut messages: Vec<Message> = fetch!(
            all,
            self.tx,
            sql::AFTER,
            self.conversation.0,
            self.user.0,
            sequence,
            one_more
        )?;
        let more = messages.len() > limit;
        messages.sort_unstable_by_key(|message| message.sequence);
        messages.truncate(limit);
        Ok(PageOf { messages, more })
    }
}

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}
