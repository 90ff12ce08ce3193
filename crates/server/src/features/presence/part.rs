//! What somebody may know of another one changes, though the other one does not.

use linnet_contract::{
    UserId,
    presence::{Presence, Status},
};

use super::{MOST, ask::seen_by, tell::tell_again};
use crate::app::Ctx;

/// A block was committed between the two. When this returns, what was read before it has been told; and where the two knew
/// of each other, each looks to the other as if they had left.
pub async fn blocked(ctx: &Ctx, other: UserId) {
    ctx.presence.in_flight.caught_up().await;
    let me = ctx.session.user;
    match ctx.store.presence_shared(me, other, MOST).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::warn!(%error, "it is not known whether two people knew of each other");
            return;
        }
    }
    for (of, to) in [(me, other), (other, me)] {
        let presence = Presence {
            user_id: of,
            status: Status::Offline,
            last_seen: None,
        };
        ctx.fanout.to_user(to, &presence);
    }
}

/// A block is over. Where the two may know of each other again, they do.
pub async fn unblocked(ctx: &Ctx, other: UserId) {
    let me = ctx.session.user;
    for (of, to) in [(me, other), (other, me)] {
        match seen_by(ctx, to, &[of]).await {
            Ok(seen) => seen.iter().for_each(|presence| ctx.fanout.to_user(to, presence)),
            Err(error) => tracing::warn!(?error, "two people were not told of each other"),
        }
    }
}

/// The user shows when they were last there, or no longer: whoever knows is told, where they are offline (by HTTP, one need
/// not be there to say so).
pub async fn last_seen_shown(ctx: &Ctx, shows: bool) {
    let me = ctx.session.user;
    ctx.presence.in_flight.caught_up().await;
    ctx.fanout.show_last_seen(me, shows).await;
    tell_again(&ctx.app, me).await;
}
