//! The channels that anybody may join.

use std::{fmt, str::FromStr};

use linnet_contract::{ConversationId, ConversationKind, Posting, UserId};
use uuid::Uuid;

use super::{change::title_key, sql};
use crate::{
    BadCursor, Store,
    db::fetch,
    decode::{Id, Word},
    error::StoreError,
};

/// A conversation, as somebody sees it who is perhaps not in it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Channel {
    /// Its id.
    #[sqlx(try_from = "Id")]
    pub id: ConversationId,
    /// What it is for: behind an invite link there may be a group.
    #[sqlx(try_from = "Word")]
    pub kind: ConversationKind,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub topic: Option<String>,
    /// Where its picture is kept, if there is one.
    pub avatar: Option<String>,
    /// Who may write.
    #[sqlx(try_from = "Word")]
    pub posting: Posting,
    /// How many members it has.
    pub member_count: i64,
    /// The asker is one of them.
    pub joined: bool,
    title_key: String,
}

/// Where a page of channels ended. As a text, `<conversation>.<title>`, it goes to a client and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelCursor {
    title_key: String,
    id: ConversationId,
}

impl fmt::Display for ChannelCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.title_key)
    }
}

impl FromStr for ChannelCursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (id, title_key) = text.split_once('.').ok_or(BadCursor)?;
        // PostgreSQL has no zero character in texts.
        if title_key.contains('\0') {
            return Err(BadCursor);
        }
        Ok(Self {
            id: id.parse().map_err(|_| BadCursor)?,
            title_key: title_key.to_owned(),
        })
    }
}

/// A page of channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelPage {
    /// By title.
    pub channels: Vec<Channel>,
    /// Where the next page begins, if there is one.
    pub next: Option<ChannelCursor>,
}

impl Store {
    /// A page of the channels whose title contains the query, in any case; all of them for an empty one.
    pub async fn channels_list(
        &self,
        user: UserId,
        query: &str,
        cursor: Option<ChannelCursor>,
        limit: usize,
    ) -> Result<ChannelPage, StoreError> {
        let query = title_key(query.trim());
        if query.contains('\0') {
            return Ok(ChannelPage {
                channels: Vec::new(),
                next: None,
            });
        }
        Ok(self.channels(user, &query, cursor, limit).await?)
    }

    async fn channels(
        &self,
        user: UserId,
        query: &str,
        cursor: Option<ChannelCursor>,
        limit: usize,
    ) -> Result<ChannelPage, sqlx::Error> {
        let from = cursor.unwrap_or(ChannelCursor {
            title_key: String::new(),
            id: ConversationId(Uuid::nil()),
        });
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut reader = self.db.reader().await?;
        let mut channels: Vec<Channel> = fetch!(
            all,
            reader,
            sql::CHANNELS,
            user.0,
            from.title_key.as_str(),
            from.id.0,
            query,
            one_more
        )?;
        let more = channels.len() > limit;
        channels.truncate(limit);
        let next = channels.last().filter(|_| more).map(|last| ChannelCursor {
            title_key: last.title_key.clone(),
            id: last.id,
        });
        Ok(ChannelPage { channels, next })
    }
}
