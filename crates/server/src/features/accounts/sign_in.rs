//! What signing up, signing in and refreshing have in common: a device with two tokens.

use std::net::IpAddr;

use linnet_contract::{DeviceId, events::SessionEndReason, http::SignedIn};
use linnet_store::{NewDevice, User};

use super::{policy, profile};
use crate::{
    app::App,
    error::RequestError,
    session::tokens::{ACCESS_SECONDS, REFRESH_SECONDS, RefreshToken},
};

/// Who asks to be let in: no session yet.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its address, for the limits.
    pub address: IpAddr,
    /// Its `User-Agent`, which names the device.
    pub user_agent: Option<String>,
}

/// Makes a device for this user. If it is one too many, the least recently used one is signed out, on live sockets too.
pub(super) async fn new_device(app: &App, user: User, client: &Client) -> Result<SignedIn, RequestError> {
    let refresh = RefreshToken::generate(&*app.random);
    let now = app.now_ms();
    let id = DeviceId(app.id());
    let device = NewDevice {
        id,
        user: user.id,
        name: policy::device_name(client.user_agent.as_deref()),
        refresh_hash: refresh.hash,
        now,
        expires_at: refresh_expires(now),
        most: app.config.accounts.devices_per_account,
    };
    for displaced in app.store.devices_create(device).await? {
        app.fanout.end_device(displaced, SessionEndReason::TooManyDevices).await;
    }
    Ok(signed_in(app, user, id, refresh))
}

/// When a refresh token that is made now ends.
pub(super) const fn refresh_expires(now_ms: i64) -> i64 {
    now_ms + REFRESH_SECONDS * 1_000
}

/// The answer for a device.
pub(super) fn signed_in(app: &App, user: User, device: DeviceId, refresh: RefreshToken) -> SignedIn {
    let access_token = app.tokens.issue(user.id, device, app.now_ms());
    let user = profile::seen_by_themselves(user, device);
    SignedIn {
        user,
        access_token,
        refresh_token: refresh.text,
        expires_in: ACCESS_SECONDS.unsigned_abs(),
    }
}
