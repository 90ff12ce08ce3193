//! Staying signed in: a refresh token is used once, and gives the next.

use std::net::IpAddr;

use linnet_contract::{ErrorCode, events::SessionEndReason, http::SignedIn};
use linnet_store::{Refresh, Refreshed};

use super::sign_in;
use crate::{
    app::App,
    error::RequestError,
    gateway::limits::address_key,
    session::tokens::{self, RefreshToken},
};

/// How long after its use a token may come once more: two tabs that wake up together both send the one they have.
const GRACE_MS: i64 = 10_000;

/// What a refresh token is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To go on.
    Refresh,
    /// To end: once for each device, so it needs no limit, and the next token is known to nobody.
    SignOut,
}

/// Trades a refresh token for two new tokens.
///
/// A token that comes again later was stolen from someone, its owner or the thief, and we cannot tell which of them
/// asks: the device is signed out, on live sockets too, and whoever knows the password signs in again.
///
/// # Errors
/// `unauthenticated` for a token that is unknown, ended, or used before; `rate_limited` for too many of them from one
/// address, and for too many refreshes of one account.
pub async fn refresh(app: &App, address: IpAddr, token: &str) -> Result<SignedIn, RequestError> {
    let (refreshed, new) = spend(app, address, token, Purpose::Refresh).await?;
    match refreshed {
        Refreshed::Rotated { device, user } | Refreshed::Concurrent { device, user } => {
            let user = app.store.users_by_id(user).await?.ok_or(ErrorCode::Unauthenticated)?;
            Ok(sign_in::signed_in(app, user, device, new))
        }
        Refreshed::Reused { device, user } => {
            tracing::warn!(%user, %device, "an old refresh token came again; its device was signed out");
            app.fanout.end_device(device, SessionEndReason::TokenReused).await;
            Err(ErrorCode::Unauthenticated.into())
        }
        Refreshed::Unknown => Err(ErrorCode::Unauthenticated.into()),
    }
}

/// Uses a refresh token up. What is none counts against the address that sent it.
///
/// # Errors
/// `rate_limited`; `unauthenticated` for what cannot be a token.
pub(super) async fn spend(
    app: &App,
    address: IpAddr,
    token: &str,
    purpose: Purpose,
) -> Result<(Refreshed, RefreshToken), RequestError> {
    let old_hash = tokens::refresh_hash(token).ok_or(ErrorCode::Unauthenticated)?;
    let address = address_key(address);
    let failures = &app.limits.refresh_failures_by_address;
    failures.check(address)?;
    let used = use_up(app, old_hash, purpose).await;
    if !matches!(used, Ok((Refreshed::Unknown, _))) {
        failures.give_back(&address);
    }
    used
}

/// A read says what is no token, and who asks too often; only the rest costs a transaction.
async fn use_up(app: &App, old_hash: [u8; 32], purpose: Purpose) -> Result<(Refreshed, RefreshToken), RequestError> {
    let new = RefreshToken::generate(&*app.random);
    let Some(owner) = app.store.devices_owner_by_token(&old_hash).await? else {
        return Ok((Refreshed::Unknown, new));
    };
    let grace_ms = match purpose {
        Purpose::Refresh => {
            app.limits.refreshes_by_account.check(owner)?;
            GRACE_MS
        }
        Purpose::SignOut => 0,
    };
    let now = app.now_ms();
    let refresh = Refresh {
        old_hash,
        new_hash: new.hash,
        now,
        expires_at: sign_in::refresh_expires(now),
        grace_ms,
    };
    Ok((app.store.devices_refresh(refresh).await?, new))
}
