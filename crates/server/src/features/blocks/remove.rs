//! `DELETE /blocks/{userId}`.

use linnet_contract::UserId;

use crate::{
    app::Ctx,
    error::RequestError,
    features::{
        connections::{Pair, finish},
        presence,
    },
};

/// Unblocks somebody. What the block ended does not come back; what they asked meanwhile is seen now. Where there is no
/// block, that is what was asked for.
///
/// # Errors
/// `malformed` for oneself, `not_found`, `rate_limited`.
pub async fn remove(ctx: &Ctx, other: UserId) -> Result<(), RequestError> {
    ctx.limits.people_changes.check(ctx.session.user)?;
    let ctx = ctx.clone();
    finish(async move {
        let pair = Pair::find(&ctx, other).await?;
        let _turn = ctx.turns.take(pair.user.id, other).await;
        if let Some(change) = ctx.store.blocks_remove(pair.user.id, other).await? {
            pair.tell(&ctx, change);
            presence::unblocked(&ctx, other).await;
        }
        Ok(())
    })
    .await
}
