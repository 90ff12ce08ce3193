//! What people keep to themselves.

use linnet_contract::UserId;

use super::{User, sql};
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

impl Store {
    /// Changes what is given of what a person hides. From then on others see the person's marks as they were, while those
    /// go on moving; and as they are again, when the person no longer hides them. None: no such person.
    pub async fn users_privacy_set(
        &self,
        user: UserId,
        hides_receipts: Option<bool>,
        hides_last_seen: Option<bool>,
    ) -> Result<Option<User>, StoreError> {
        Ok(retry!(self.privacy_set_once(user, hides_receipts, hides_last_seen))?)
    }

    async fn privacy_set_once(
        &self,
        user: UserId,
        hides_receipts: Option<bool>,
        hides_last_seen: Option<bool>,
    ) -> Result<Option<User>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let before: Option<(bool, bool)> = fetch!(optional, tx, sql::PRIVACY_LOCK, user.0)?;
        let Some((hid_receipts, hid_last_seen)) = before else {
            return Ok(None);
        };
        let hides_receipts = hides_receipts.unwrap_or(hid_receipts);
        let hides_last_seen = hides_last_seen.unwrap_or(hid_last_seen);
        let changed: Option<User> = fetch!(optional, tx, sql::PRIVACY_SET, user.0, hides_receipts, hides_last_seen)?;
        if hides_receipts != hid_receipts {
            let _: Vec<(Id,)> = fetch!(all, tx, sql::MEMBERSHIPS_LOCK, user.0)?;
            let statement = if hides_receipts {
                sql::RECEIPTS_HIDE
            } else {
                sql::RECEIPTS_SHOW
            };
            execute!(tx, statement, user.0)?;
        }
        tx.commit().await?;
        Ok(changed)
    }
}
