//! `getPresence`: who of these people is there.

use linnet_contract::{
    UserId, limits,
    presence::{GetPresence, Presence, PresenceOf, Status},
};

use super::MOST;
use crate::{app::Ctx, clock::timestamp, error::RequestError};

/// Those about whom the user may know. When everybody comes back at once, everybody asks this at once: they take turns.
///
/// # Errors
/// `malformed` for more people than one may ask about, `rate_limited`.
pub async fn get_presence(ctx: &Ctx, request: GetPresence) -> Result<PresenceOf, RequestError> {
    if request.user_ids.len() > limits::PRESENCE_USERS {
        let most = limits::PRESENCE_USERS;
        return Err(RequestError::malformed(format!("userIds is at most {most} people.")));
    }
    ctx.limits.presence_requests.check(ctx.session.user)?;
    let _turn = ctx.arrivals.turn().await;
    let users = Box::pin(seen_by(ctx, ctx.session.user, &request.user_ids)).await?;
    Ok(PresenceOf { users })
}

/// Those of the people about whom the viewer may know, each once.
pub(super) async fn seen_by(ctx: &Ctx, viewer: UserId, people: &[UserId]) -> Result<Vec<Presence>, RequestError> {
    let mut visible = ctx.store.presence_visible(viewer, people, MOST).await?;
    let seen = |user: &UserId| {
        let last_seen = visible.remove(user)?;
        Some((*user, last_seen))
    };
    let seen: Vec<_> = people.iter().filter_map(seen).collect();
    Ok(ctx.presence.with(|board| {
        let presence = |(user_id, last_seen): (UserId, Option<i64>)| {
            let status = board.status(user_id);
            Presence {
                user_id,
                status,
                last_seen: last_seen.filter(|_| status == Status::Offline).map(timestamp),
            }
        };
        seen.into_iter().map(presence).collect()
    }))
}
