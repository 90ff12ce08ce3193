//! Who is in a conversation.

use linnet_contract::{ConversationId, UserId};

use super::{Member, sql};
use crate::{Store, db::fetch, decode::Id, error::StoreError, users::words};

/// A page of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    /// In the order they joined.
    pub members: Vec<Member>,
    /// The position behind which the next page begins, if there is one.
    pub next: Option<i64>,
}

impl Store {
    /// A page of at most `limit` members, those behind a position: all of them, or those of whom a word of the name
    /// begins with the query, as in `users_search`. None: the asker is not a member.
    pub async fn members_list(
        &self,
        user: UserId,
        conversation: ConversationId,
        query: &str,
        after: i64,
        limit: usize,
    ) -> Result<Option<MemberPage>, StoreError> {
        Ok(self
            .member_page(user, conversation, &words(query), after, limit)
            .await?)
    }

    async fn member_page(
        &self,
        user: UserId,
        conversation: ConversationId,
        (from, to): &(String, String),
        after: i64,
        limit: usize,
    ) -> Result<Option<MemberPage>, sqlx::Error> {
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut tx = self.db.snapshot().await?;
        let mut members: Vec<Member> = fetch!(
            all,
            tx,
            sql::PAGE,
            conversation.0,
            user.0,
            after,
            one_more,
            from.as_str(),
            to.as_str()
        )?;
        // Only an empty page leaves open whether the asker is a member.
        if members.is_empty() {
            let (count,): (i64,) = fetch!(one, tx, crate::messages::sql::IS_MEMBER, conversation.0, user.0)?;
            if count == 0 {
                return Ok(None);
            }
        }
        tx.commit().await?;
        let more = members.len() > limit;
        members.truncate(limit);
        let next = members.last().filter(|_| more).map(|member| member.position);
        Ok(Some(MemberPage { members, next }))
    }

    /// The members of a conversation, in the order they joined. For the server's own use: this does not ask who asks.
    pub async fn members_of(&self, conversation: ConversationId) -> Result<Vec<UserId>, StoreError> {
        Ok(self.member_ids(conversation).await?)
    }

    async fn member_ids(&self, conversation: ConversationId) -> Result<Vec<UserId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let ids: Vec<(Id,)> = fetch!(all, reader, sql::IDS, conversation.0)?;
        Ok(ids.into_iter().map(|(id,)| id.into()).collect())
    }
}
