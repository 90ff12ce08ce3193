//! Who is in a conversation.

use linnet_contract::{ConversationId, UserId};

use super::sql;
use crate::{Store, db::fetch, decode::Id, error::StoreError};

impl Store {
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
