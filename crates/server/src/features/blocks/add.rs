//! `PUT /blocks/{userId}`.

use linnet_contract::{ErrorCode, UserId, limits};
use linnet_store::Blocked;

use crate::{
    app::Ctx,
    error::RequestError,
    features::{
        connections::{Pair, finish},
        presence, typing,
    },
};

#[expect(clippy::cast_possible_wrap, reason = "a small constant")]
const MOST: i64 = limits::BLOCKS as i64;

/// Blocks somebody. When this returns, nothing of theirs is on its way any more: what was committed before the block has
/// been told, and after it nothing is committed.
///
/// # Errors
/// `malformed` for oneself, `not_found`, `limit_reached`, `rate_limited`.
pub async fn add(ctx: &Ctx, other: UserId) -> Result<(), RequestError> {
    ctx.limits.people_changes.check(ctx.session.user)?;
    let ctx = ctx.clone();
    finish(async move {
        let pair = Pair::find(&ctx, other).await?;
        let _turn = ctx.turns.take(pair.user.id, other).await;
        let change = match ctx.store.blocks_add(pair.user.id, other, ctx.now_ms(), MOST).await? {
            Blocked::Done(change) => change,
            Blocked::NotFound => return Err(ErrorCode::NotFound.into()),
            Blocked::TooMany => return Err(ErrorCode::LimitReached.into()),
        };
        ctx.messages.caught_up().await;
        ctx.marks.caught_up().await;
        typing::block_committed(&ctx.app).await;
        pair.tell(&ctx, change);
        if change.is_seen() {
            presence::blocked(&ctx, other).await;
        }
        Ok(())
    })
    .await
}
