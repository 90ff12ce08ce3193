//! Signing in.

use linnet_contract::{DeviceId, UserId};

use super::{Device, sql};
use crate::{
    Store,
    db::execute,
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
}

impl Store {
    /// Remembers a device that signed in.
    pub async fn devices_create(&self, new: NewDevice) -> Result<Device, StoreError> {
        retry!(self.device_create_once(&new))?;
        Ok(Device {
            id: new.id,
            user: new.user,
            name: new.name,
            created_at: new.now,
            last_used_at: new.now,
            expires_at: new.expires_at,
            revoked_at: None,
        })
    }

    async fn device_create_once(&self, new: &NewDevice) -> Result<(), sqlx::Error> {
        let mut tx = self.db.write().await?;
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
        tx.commit().await
    }
}
