//! Changing an account.

use linnet_contract::UserId;

use super::{User, create::words_set, sql};
use crate::{
    Store,
    db::{execute, fetch},
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
