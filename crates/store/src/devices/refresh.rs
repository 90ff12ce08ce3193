//! Rotation of refresh tokens, and what happens when an old one comes back.
//!
//! Each use of a token ends it and gives the next one. A used token that comes again means that two parties have it, and
//! nobody can tell which one is the thief: the device is signed out. One case is innocent: two tabs that share a cookie
//! refresh at the same moment. So the token before the newest one, within a short grace, gets another new token. Tabs that
//! share a cookie go on with one of the two, and so only one of the two may be used later: the other one, when it comes
//! after the grace, is in the hands of somebody who was as fast as a second tab, and signs the device out as well.

use linnet_contract::{DeviceId, UserId};

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// Used tokens of a device that are known again, at the least. Somebody who refreshes in a loop must not fill the disk.
const REMEMBERED: i64 = 100;

/// A refresh token that is used, and the one to put in its place.
#[derive(Clone, Copy)]
pub struct Refresh {
    /// SHA-256 of the token that came.
    pub old_hash: [u8; 32],
    /// SHA-256 of the one to give.
    pub new_hash: [u8; 32],
    /// Now.
    pub now: i64,
    /// When the new one ends.
    pub expires_at: i64,
    /// How long after its rotation a token may come once more, in milliseconds.
    pub grace_ms: i64,
}

/// What became of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refreshed {
    /// The new token counts from now on.
    Rotated {
        /// The device.
        device: DeviceId,
        /// Whose it is.
        user: UserId,
    },
    /// Another tab was faster by a moment; the new token counts too.
    Concurrent {
        /// The device.
        device: DeviceId,
        /// Whose it is.
        user: UserId,
    },
    /// An old token came back: the device was signed out in the same transaction. Its sockets must go.
    Reused {
        /// The device.
        device: DeviceId,
        /// Whose it is.
        user: UserId,
    },
    /// There is no such token, or it ended, or its device was signed out.
    Unknown,
}

#[derive(sqlx::FromRow)]
struct Token {
    #[sqlx(try_from = "Id", rename = "id")]
    device: DeviceId,
    #[sqlx(try_from = "Id", rename = "user_id")]
    user: UserId,
    generation: i64,
    used_at: Option<i64>,
    superseded: bool,
    /// When a token given at the same time as this one, or later, was last used.
    rival_used_at: Option<i64>,
}

impl Store {
    /// Uses a refresh token.
    pub async fn devices_refresh(&self, refresh: Refresh) -> Result<Refreshed, StoreError> {
        Ok(retry!(self.refresh_once(&refresh))?)
    }

    async fn refresh_once(&self, refresh: &Refresh) -> Result<Refreshed, sqlx::Error> {
        let (old, new) = (refresh.old_hash.as_slice(), refresh.new_hash.as_slice());
        let mut tx = self.db.write().await?;
        let locked: Option<(Id,)> = fetch!(optional, tx, sql::LOCK_BY_TOKEN, old)?;
        let token: Option<Token> = match locked {
            Some(_) => fetch!(optional, tx, sql::TOKEN, old, refresh.now)?,
            None => None,
        };
        let Some(Token {
            device,
            user,
            generation,
            used_at,
            superseded,
            rival_used_at,
        }) = token
        else {
            return Ok(Refreshed::Unknown);
        };
        let in_grace = |used_at: i64| refresh.now <= used_at.saturating_add(refresh.grace_ms);
        let outcome = match used_at {
            None if rival_used_at.is_none_or(in_grace) => {
                execute!(tx, sql::TOKEN_USED, old, refresh.now)?;
                Refreshed::Rotated { device, user }
            }
            Some(used_at) if !superseded && in_grace(used_at) => Refreshed::Concurrent { device, user },
            _ => {
                execute!(tx, sql::REVOKE, user.0, device.0, refresh.now)?;
                tx.commit().await?;
                return Ok(Refreshed::Reused { device, user });
            }
        };
        execute!(tx, sql::TOKEN_INSERT, new, device.0, generation + 1, refresh.expires_at)?;
        execute!(tx, sql::TOKENS_FORGET, device.0, refresh.now, generation - REMEMBERED)?;
        execute!(tx, sql::USED, device.0, refresh.now, refresh.expires_at)?;
        tx.commit().await?;
        Ok(outcome)
    }
}
