//! Signing devices out.

use linnet_contract::{DeviceId, UserId};

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

impl Store {
    /// Signs a device of this user out; `false` if there is none, or it is signed out already.
    pub async fn devices_revoke(&self, user: UserId, device: DeviceId, now: i64) -> Result<bool, StoreError> {
        Ok(retry!(self.revoke_once(user, device, now))?)
    }

    async fn revoke_once(&self, user: UserId, device: DeviceId, now: i64) -> Result<bool, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let revoked = execute!(tx, sql::REVOKE, user.0, device.0, now)?;
        tx.commit().await?;
        Ok(revoked > 0)
    }

    /// Signs all devices of this user out but the one that asks, and says which those were.
    pub async fn devices_revoke_others(
        &self,
        user: UserId,
        keep: DeviceId,
        now: i64,
    ) -> Result<Vec<DeviceId>, StoreError> {
        Ok(retry!(self.revoke_others_once(user, keep, now))?)
    }

    async fn revoke_others_once(&self, user: UserId, keep: DeviceId, now: i64) -> Result<Vec<DeviceId>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let revoked: Vec<(Id,)> = fetch!(all, tx, sql::REVOKE_OTHERS, user.0, keep.0, now)?;
        tx.commit().await?;
        Ok(revoked.into_iter().map(|(id,)| id.into()).collect())
    }

    /// Deletes devices that ended or were signed out before this time, at most 1,000 of them, and says how many. Call
    /// it now and then, with a time some days back, so that their number stays bounded.
    pub async fn devices_forget(&self, before: i64) -> Result<u64, StoreError> {
        Ok(retry!(self.forget_once(before))?)
    }

    async fn forget_once(&self, before: i64) -> Result<u64, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let forgotten = execute!(tx, sql::FORGET, before)?;
        tx.commit().await?;
        Ok(forgotten)
    }
}
