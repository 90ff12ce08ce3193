//! Taking away what deleted conversations left behind.

use linnet_contract::ConversationId;

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
    files::release_portion,
    search::index,
};

impl Store {
    /// Takes away at most `portion` messages of one deleted conversation, and the conversation when none is left. `false`:
    /// there was nothing to take away. In portions, because a conversation of a million messages would keep everybody
    /// else from writing meanwhile.
    pub async fn conversations_purge(&self, portion: i64) -> Result<bool, StoreError> {
        Ok(retry!(self.purge_once(portion))?)
    }

    async fn purge_once(&self, portion: i64) -> Result<bool, sqlx::Error> {
        // Most of the time there is nothing to do, and then the write lock is not asked for.
        let mut reader = self.db.reader().await?;
        let found: Option<(Id,)> = fetch!(optional, reader, sql::DELETED)?;
        drop(reader);
        let Some((id,)) = found else { return Ok(false) };
        let id = ConversationId::from(id);
        let mut tx = self.db.write().await?;
        release_portion(&mut tx, id, portion).await?;
        index::purge(&mut tx, id, portion).await?;
        if execute!(tx, sql::PURGE_MESSAGES, id.0, portion)? == 0 {
            execute!(tx, sql::PURGE, id.0)?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
