//! What people keep to themselves.

use linnet_contract::UserId;

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// What others see of a person beside their profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Privacy {
    /// Nobody sees their receipts, and they see nobody's.
    pub hides_receipts: bool,
    /// Nobody sees when they were last there, and they see nobody's.
    pub hides_last_seen: bool,
}

impl Store {
    /// What this person keeps to themselves; none if there is no such person.
    pub async fn users_privacy(&self, user: UserId) -> Result<Option<Privacy>, StoreError> {
        Ok(self.privacy(user).await?)
    }

    async fn privacy(&self, user: UserId) -> Result<Option<Privacy>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::PRIVACY, user.0)
    }

    /// Changes what is given. From then on others see the person's marks as they were, while those go on moving; and as
    /// they are again, when the person no longer hides them. None: no such person.
    pub async fn users_privacy_set(
        &self,
        user: UserId,
        hides_receipts: Option<bool>,
        hides_last_seen: Option<bool>,
    ) -> Result<Option<Privacy>, StoreError> {
        Ok(retry!(self.privacy_set_once(user, hides_receipts, hides_last_seen))?)
    }

    async fn privacy_set_once(
        &self,
        user: UserId,
        hides_receipts: Option<bool>,
        hides_last_seen: Option<bool>,
    ) -> Result<Option<Privacy>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let before: Option<Privacy> = fetch!(optional, tx, sql::PRIVACY_LOCK, user.0)?;
        let Some(before) = before else { return Ok(None) };
        let after = Privacy {
            hides_receipts: hides_receipts.unwrap_or(before.hides_receipts),
            hides_last_seen: hides_last_seen.unwrap_or(before.hides_last_seen),
        };
        if after == before {
            return Ok(Some(after));
        }
        execute!(tx, sql::PRIVACY_SET, user.0, after.hides_receipts, after.hides_last_seen)?;
        if after.hides_receipts != before.hides_receipts {
            let _: Vec<(Id,)> = fetch!(all, tx, sql::MEMBERSHIPS_LOCK, user.0)?;
            let statement = if after.hides_receipts {
                sql::RECEIPTS_HIDE
            } else {
                sql::RECEIPTS_SHOW
            };
            execute!(tx, statement, user.0)?;
        }
        tx.commit().await?;
        Ok(Some(after))
    }
}
