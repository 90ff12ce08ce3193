//! Signing in.

use linnet_contract::{DeviceId, UserId};

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// The device that signs in.
#[derive(Clone)]
pub struct NewDevice {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub user: UserId,
    /// What it calls itself.
    pub name: String,
    /// SHA-256 of its first refresh token: whoever reads the database cannot use it.
    pub refresh_hash: [u8; 32],
    /// Now.
    pub now: i64,
    /// When the refresh token ends.
    pub expires_at: i64,
    /// Devices that the user may be signed in on, this one included.
    pub most: u32,
}

impl Store {
    /// Remembers a device that signed in. Where the user has more than they may, those that were used least recently are
    /// signed out in the same transaction; which ones these are is the answer. Their sockets must go.
    pub async fn devices_create(&self, new: NewDevice) -> Result<Vec<DeviceId>, StoreError> {
        Ok(retry!(self.device_create_once(&new))?)
    }

    async fn device_create_once(&self, new: &NewDevice) -> Result<Vec<DeviceId>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let _locked: Option<(Id,)> = fetch!(optional, tx, sql::LOCK_OWNER, new.user.0)?;
        execute!(
            tx,
            sql::INSERT,
            new.id.0,
            new.user.0,
            new.name.as_str(),
            new.now,
            new.expires_at
        )?;
        execute!(
            tx,
            sql::TOKEN_INSERT,
            new.refresh_hash.as_slice(),
            new.id.0,
            0_i64,
            new.expires_at
        )?;
        let others = i64::from(new.most.saturating_sub(1));
        let revoked: Vec<(Id,)> = fetch!(all, tx, sql::REVOKE_OLDEST, new.user.0, new.id.0, new.now, others)?;
        tx.commit().await?;
        Ok(revoked.into_iter().map(|(id,)| id.into()).collect())
    }
}
