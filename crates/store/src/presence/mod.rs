//! Who is told when somebody comes, goes or writes, and when people were last there. Who is there now is nothing that is
//! kept: the server knows it.

pub(crate) mod sql;

use std::collections::HashMap;

use linnet_contract::{ConversationId, UserId};

use crate::{
    Store,
    bulk::Column,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// Somebody who is about to write in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the questions that are asked where a message is written"
)]
pub struct Writing {
    /// Their display name.
    pub name: String,
    /// It is the conversation of two.
    pub direct: bool,
    /// How many members it has.
    pub member_count: i64,
    /// It is open to all members, or they are more than one.
    pub may_post: bool,
    /// They blocked the other one of a direct conversation.
    pub blocking: bool,
    /// The other one of a direct conversation blocked them.
    pub blocked: bool,
    /// The two of a direct conversation are connected.
    pub connected: bool,
    /// Members with whom there is a block, in either direction; not looked up in large conversations.
    #[sqlx(skip)]
    pub apart: Vec<UserId>,
}

/// Who hears of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// Everyone in these conversations,
    pub conversations: Vec<ConversationId>,
    /// but for these: there is a block, in either direction.
    pub apart: Vec<UserId>,
    /// When the person was last there, as they show it.
    pub last_seen: Option<i64>,
}

impl Store {
    /// Somebody who is about to write, where they are a member. Whom to leave out is told of conversations of at most `most`
    /// members.
    pub async fn presence_writing(
        &self,
        user: UserId,
        conversation: ConversationId,
        most: i64,
    ) -> Result<Option<Writing>, StoreError> {
        Ok(self.writing(user, conversation, most).await?)
    }

    async fn writing(
        &self,
        user: UserId,
        conversation: ConversationId,
        most: i64,
    ) -> Result<Option<Writing>, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        let found: Option<Writing> = fetch!(optional, tx, sql::WRITER, conversation.0, user.0)?;
        let Some(mut writing) = found else { return Ok(None) };
        if !writing.direct && writing.member_count <= most {
            let apart: Vec<(Id,)> = fetch!(all, tx, sql::APART_IN, conversation.0, user.0)?;
            writing.apart = apart.into_iter().map(|(id,)| id.into()).collect();
        }
        tx.commit().await?;
        Ok(Some(writing))
    }

    /// Who hears of each of these people: the conversations of at most `most` members that they are in.
    pub async fn presence_audiences(
        &self,
        people: &[UserId],
        most: i64,
    ) -> Result<HashMap<UserId, Audience>, StoreError> {
        Ok(self.audiences(people, most).await?)
    }

    async fn audiences(&self, people: &[UserId], most: i64) -> Result<HashMap<UserId, Audience>, sqlx::Error> {
        let columns = || vec![Column::Ids(people.iter().map(|id| id.0).collect())];
        let mut tx = self.db.snapshot().await?;
        let rooms: Vec<(Id, Id)> = fetch!(all, tx, sql::ROOMS, most; columns())?;
        let apart: Vec<(Id, Id)> = fetch!(all, tx, sql::APART; columns())?;
        let seen: Vec<(Id, Option<i64>)> = fetch!(all, tx, sql::LAST_SEEN; columns())?;
        tx.commit().await?;
        let mut audiences: HashMap<UserId, Audience> = HashMap::with_capacity(people.len());
        for (person, last_seen) in seen {
            audiences.entry(person.into()).or_default().last_seen = last_seen;
        }
        for (person, conversation) in rooms {
            let audience = audiences.entry(person.into()).or_default();
            audience.conversations.push(conversation.into());
        }
        for (person, other) in apart {
            audiences.entry(person.into()).or_default().apart.push(other.into());
        }
        Ok(audiences)
    }

    /// Those of the people about whom the viewer may know whether they are there, each with when they were last there as far
    /// as the viewer may know that.
    pub async fn presence_visible(
        &self,
        viewer: UserId,
        people: &[UserId],
        most: i64,
    ) -> Result<HashMap<UserId, Option<i64>>, StoreError> {
        Ok(self.visible(viewer, people, most).await?)
    }

    async fn visible(
        &self,
        viewer: UserId,
        people: &[UserId],
        most: i64,
    ) -> Result<HashMap<UserId, Option<i64>>, sqlx::Error> {
        let columns = || vec![Column::Ids(people.iter().map(|id| id.0).collect())];
        let mut reader = self.db.reader().await?;
        let found: Vec<(Id, Option<i64>)> = fetch!(all, reader, sql::VISIBLE, viewer.0, most; columns())?;
        Ok(found.into_iter().map(|(id, seen)| (id.into(), seen)).collect())
    }

    /// Whether two people share a conversation of at most `most` members, blocks aside.
    pub async fn presence_shared(&self, user: UserId, other: UserId, most: i64) -> Result<bool, StoreError> {
        Ok(self.shared(user, other, most).await?)
    }

    async fn shared(&self, user: UserId, other: UserId, most: i64) -> Result<bool, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let found: Option<(i32,)> = fetch!(optional, reader, sql::SHARE, user.0, other.0, most)?;
        Ok(found.is_some())
    }

    /// Writes down when these people were last there. It never goes back.
    pub async fn presence_seen(&self, seen: &[(UserId, i64)]) -> Result<(), StoreError> {
        if seen.is_empty() {
            return Ok(());
        }
        Ok(retry!(self.seen_once(seen))?)
    }

    async fn seen_once(&self, seen: &[(UserId, i64)]) -> Result<(), sqlx::Error> {
        // In the order of ids, so that two nodes cannot wait for each other.
        let mut seen = seen.to_vec();
        seen.sort_unstable();
        let columns = || {
            vec![
                Column::Ids(seen.iter().map(|(id, _)| id.0).collect()),
                Column::Numbers(seen.iter().map(|(_, at)| *at).collect()),
            ]
        };
        let mut tx = self.db.write().await?;
        execute!(tx, sql::LAST_SEEN_SET; columns())?;
        tx.commit().await
    }
}
