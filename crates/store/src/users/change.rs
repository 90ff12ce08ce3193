//! Changing an account.

use linnet_contract::{DeviceId, UserId};

use super::{User, create::words_set, sql};
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    devices,
    error::{StoreError, retry},
};

impl Store {
    /// Gives an account another display name; none if there is no such account.
    pub async fn users_rename(&self, id: UserId, display_name: &str) -> Result<Option<User>, StoreError> {
        Ok(retry!(self.rename_once(id, display_name))?)
    }

    async fn rename_once(&self, id: UserId, display_name: &str) -> Result<Option<User>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let renamed: Option<User> = fetch!(optional, tx, sql::RENAME, id.0, display_name)?;
        if let Some(user) = &renamed {
            execute!(tx, sql::WORDS_DELETE, id.0)?;
            words_set(&mut tx, user).await?;
            tx.commit().await?;
        }
        Ok(renamed)
    }

    /// Gives an account another password, signs out all its devices but one, and says which those were.
    pub async fn users_password_change(
        &self,
        id: UserId,
        hash: &str,
        keep: DeviceId,
        now: i64,
    ) -> Result<Vec<DeviceId>, StoreError> {
        Ok(retry!(self.password_change_once(id, hash, keep, now))?)
    }

    async fn password_change_once(
        &self,
        id: UserId,
        hash: &str,
        keep: DeviceId,
        now: i64,
    ) -> Result<Vec<DeviceId>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        execute!(tx, sql::PASSWORD_SET, id.0, hash)?;
        let revoked: Vec<(Id,)> = fetch!(all, tx, devices::sql::REVOKE_OTHERS, id.0, keep.0, now)?;
        tx.commit().await?;
        Ok(revoked.into_iter().map(|(id,)| id.into()).collect())
    }

    /// Sets the password's hash; `false` if there is no such account.
    pub async fn users_password_set(&self, id: UserId, hash: &str) -> Result<bool, StoreError> {
        Ok(retry!(self.password_set_once(id, hash))?)
    }

    async fn password_set_once(&self, id: UserId, hash: &str) -> Result<bool, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let changed = execute!(tx, sql::PASSWORD_SET, id.0, hash)?;
        tx.commit().await?;
        Ok(changed > 0)
    }
}
