//! `POST /connections/{userId}/accept`.

use linnet_contract::{UserId, people::Connection};

use super::{
    BOUNDS, finish,
    list::{connection, refusal},
    tell::Pair,
};
use crate::{app::Ctx, error::RequestError};

/// Accepts somebody's request. Where the two are connected already, nothing changes.
///
/// # Errors
/// `not_found` if there is no request of theirs, `blocked`, `limit_reached`, `rate_limited`.
pub async fn accept(ctx: &Ctx, other: UserId) -> Result<Connection, RequestError> {
    ctx.limits.people_changes.check(ctx.session.user)?;
    let ctx = ctx.clone();
    finish(async move {
        let pair = Pair::find(&ctx, other).await?;
        let me = pair.user.id;
        let _turn = ctx.turns.take(me, other).await;
        let accepted = ctx.store.connections_accept(me, other, ctx.now_ms(), BOUNDS).await?;
        let change = refusal(accepted)?;
        pair.tell(&ctx, change);
        Ok(connection(pair.other, change.now, change.since))
    })
    .await
}
