//! Signing out.

use std::net::IpAddr;

use linnet_contract::{DeviceId, ErrorCode, UserId, events::SessionEndReason};
use linnet_store::Refreshed;

use super::refresh::{self, Purpose};
use crate::{app::App, error::RequestError, session};

/// Signs out the device that either token belongs to. The access token may have ended, as it has after a night: then
/// the refresh token says which device it is, by being used up. Neither being good, there is nothing to sign out of,
/// which is what was asked for.
///
/// # Errors
/// `rate_limited` for too many refresh tokens that are none.
pub async fn logout(
    app: &App,
    address: IpAddr,
    access: Option<&str>,
    refresh: Option<&str>,
) -> Result<(), RequestError> {
    let mut device = None;
    if let Some(token) = access {
        device = session::authenticate(app, token)
            .await
            .ok()
            .map(|session| (session.user, session.device));
    }
    if let (None, Some(token)) = (device, refresh) {
        device = by_refresh_token(app, address, token).await?;
    }
    let Some((user, device)) = device else { return Ok(()) };
    app.store.devices_revoke(user, device, app.now_ms()).await?;
    app.fanout.end_device(device, SessionEndReason::SignedOut).await;
    Ok(())
}

async fn by_refresh_token(app: &App, address: IpAddr, token: &str) -> Result<Option<(UserId, DeviceId)>, RequestError> {
    match refresh::spend(app, address, token, Purpose::SignOut).await {
        Ok((Refreshed::Unknown, _)) => Ok(None),
        Ok((
            Refreshed::Rotated { device, user }
            | Refreshed::Concurrent { device, user }
            | Refreshed::Reused { device, user },
            _,
        )) => Ok(Some((user, device))),
        Err(error) if error.code == ErrorCode::Unauthenticated => Ok(None),
        Err(error) => Err(error),
    }
}
