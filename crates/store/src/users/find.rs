//! Finding accounts by what names them.

use linnet_contract::UserId;

use super::{Credentials, User, sql};
use crate::{Store, bulk::Column, db::fetch, error::StoreError};

impl Store {
    /// Whether there is any account.
    pub async fn users_any(&self) -> Result<bool, StoreError> {
        Ok(self.count(sql::ANY).await? > 0)
    }

    /// How many accounts there are.
    pub async fn users_count(&self) -> Result<i64, StoreError> {
        Ok(self.count(sql::COUNT).await?)
    }

    async fn count(&self, sql: crate::Sql) -> Result<i64, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let (count,): (i64,) = fetch!(one, reader, sql)?;
        Ok(count)
    }

    /// An account.
    pub async fn users_by_id(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.users_by_ids(&[id]).await?.pop())
    }

    /// Those of the accounts that exist, in no order.
    pub async fn users_by_ids(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        Ok(self.by_ids(ids).await?)
    }

    async fn by_ids(&self, ids: &[UserId]) -> Result<Vec<User>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let ids = || vec![Column::Ids(ids.iter().map(|id| id.0).collect())];
        fetch!(all, reader, sql::BY_IDS; ids())
    }

    /// An account with its password hash, by its username in any case.
    pub async fn users_by_username(&self, username: &str) -> Result<Option<Credentials>, StoreError> {
        // PostgreSQL has no zero character in texts, so nobody's name has one.
        if username.contains('\0') {
            return Ok(None);
        }
        Ok(self.by_username(&username.to_lowercase()).await?)
    }

    async fn by_username(&self, username: &str) -> Result<Option<Credentials>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::BY_USERNAME, username)
    }
}
