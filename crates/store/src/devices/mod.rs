//! Signed-in devices: each is one session of one user, with a chain of refresh tokens of which only the newest works.

mod create;
mod find;
mod refresh;
mod revoke;
pub(crate) mod sql;

use linnet_contract::{DeviceId, UserId};

use crate::decode::Id;

pub use create::NewDevice;
pub use refresh::{Refresh, Refreshed};

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Device {
    /// The device.
    #[sqlx(try_from = "Id")]
    pub id: DeviceId,
    /// Whose it is.
    #[sqlx(try_from = "Id")]
    pub user: UserId,
    /// What it called itself.
    pub name: String,
    /// When it signed in.
    pub created_at: i64,
    /// When it last signed in or refreshed.
    pub last_used_at: i64,
    /// When its newest refresh token ends.
    pub expires_at: i64,
    /// When it was signed out, by itself or by someone.
    pub revoked_at: Option<i64>,
}

impl Device {
    /// Whether its session still stands at this time.
    #[must_use]
    pub fn is_alive(&self, now: i64) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}
