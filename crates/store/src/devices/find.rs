//! Looking devices up.

use linnet_contract::{DeviceId, UserId};

use super::{Device, sql};
use crate::{Store, db::fetch, decode::Id, error::StoreError};

impl Store {
    /// A device, signed out or not.
    pub async fn devices_get(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        Ok(self.device(id).await?)
    }

    async fn device(&self, id: DeviceId) -> Result<Option<Device>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::GET, id.0)
    }

    /// Whose refresh token this is, whether it still counts or not. Reads only, so that who refreshes too often can be
    /// refused before it costs a transaction.
    pub async fn devices_owner_by_token(&self, hash: &[u8; 32]) -> Result<Option<UserId>, StoreError> {
        Ok(self.owner_by_token(hash).await?)
    }

    async fn owner_by_token(&self, hash: &[u8; 32]) -> Result<Option<UserId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let owner: Option<(Id,)> = fetch!(optional, reader, sql::OWNER_BY_TOKEN, hash.as_slice())?;
        Ok(owner.map(|(id,)| id.into()))
    }

    /// The user's devices whose sessions stand at this time, most recently used first, at most 1,000.
    pub async fn devices_list(&self, user: UserId, now: i64) -> Result<Vec<Device>, StoreError> {
        Ok(self.devices_of(user, now).await?)
    }

    async fn devices_of(&self, user: UserId, now: i64) -> Result<Vec<Device>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(all, reader, sql::LIST, user.0, now)
    }
}
