//! The devices that somebody is signed in on.

use linnet_contract::{
    DeviceId, ErrorCode,
    events::SessionEndReason,
    http::{Device, Devices},
};

use crate::{app::Ctx, clock::timestamp, error::RequestError, features::connections::finish};

/// The user's devices, most recently used first.
///
/// # Errors
/// Only the server's own.
pub async fn list(ctx: &Ctx) -> Result<Devices, RequestError> {
    let devices = ctx.store.devices_list(ctx.session.user, ctx.now_ms()).await?;
    let device = |device: linnet_store::Device| Device {
        id: device.id,
        name: device.name,
        created_at: timestamp(device.created_at),
        last_used_at: timestamp(device.last_used_at),
        current: device.id == ctx.session.device,
    };
    Ok(Devices {
        sessions: devices.into_iter().map(device).collect(),
    })
}

/// Signs out every device of the user but the one that asks.
///
/// # Errors
/// Only the server's own.
pub async fn revoke_others(ctx: &Ctx) -> Result<(), RequestError> {
    let ctx = ctx.clone();
    finish(async move {
        let (user, keep) = (ctx.session.user, ctx.session.device);
        for device in ctx.store.devices_revoke_others(user, keep, ctx.now_ms()).await? {
            ctx.fanout.end_device(device, SessionEndReason::Revoked).await;
        }
        Ok(())
    })
    .await
}

/// Signs a device of the user out: its tokens no longer count, and its sockets are told and disconnected.
///
/// # Errors
/// `not_found` for a device that does not exist, is somebody else's, or was signed out before: the three are not told
/// apart.
pub async fn revoke(ctx: &Ctx, device: DeviceId) -> Result<(), RequestError> {
    if !ctx.store.devices_revoke(ctx.session.user, device, ctx.now_ms()).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let own = device == ctx.session.device;
    let reason = if own {
        SessionEndReason::SignedOut
    } else {
        SessionEndReason::Revoked
    };
    ctx.fanout.end_device(device, reason).await;
    Ok(())
}
