//! Signing out.

use linnet_contract::{DeviceId, UserId, events::SessionEndReason};
use linnet_store::{Refresh, Refreshed};

use super::sign_in;
use crate::{
    app::App,
    error::RequestError,
    session::{
        self,
        tokens::{self, RefreshToken},
    },
};

/// Signs out the device that either token belongs to. The access token may have ended, as it has after a night: then
/// the refresh token says which device it is, by being used up. Neither being good, there is nothing to sign out of,
/// which is what was asked for.
///
/// # Errors
/// Only the server's own.
pub async fn logout(app: &App, access: Option<&str>, refresh: Option<&str>) -> Result<(), RequestError> {
    let mut device = None;
    if let Some(token) = access {
        device = session::authenticate(app, token)
            .await
            .ok()
            .map(|session| (session.user, session.device));
    }
    if let (None, Some(token)) = (device, refresh) {
        device = by_refresh_token(app, token).await?;
    }
    let Some((user, device)) = device else { return Ok(()) };
    app.store.devices_revoke(user, device, app.now_ms()).await?;
    app.fanout.end_device(device, SessionEndReason::SignedOut).await;
    Ok(())
}

async fn by_refresh_token(app: &App, token: &str) -> Result<Option<(UserId, DeviceId)>, RequestError> {
    let Some(old_hash) = tokens::refresh_hash(token) else {
        return Ok(None);
    };
    // The new token is known to nobody, and ends with the device in a moment.
    let new_hash = RefreshToken::generate(&*app.random).hash;
    let now = app.now_ms();
    let expires_at = sign_in::refresh_expires(now);
    Ok(
        match app
            .store
            .devices_refresh(Refresh {
                old_hash,
                new_hash,
                now,
                expires_at,
                grace_ms: 0,
            })
            .await?
        {
            Refreshed::Rotated { device, user }
            | Refreshed::Concurrent { device, user }
            | Refreshed::Reused { device, user } => Some((user, device)),
            Refreshed::Unknown => None,
        },
    )
}
