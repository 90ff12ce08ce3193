//! `DELETE /connections/{userId}`: decline, take back, or part.

use linnet_contract::UserId;

use super::{finish, tell::Pair};
use crate::{app::Ctx, error::RequestError};

/// Ends what there is between the two. Where there is nothing, that is what was asked for.
///
/// # Errors
/// `malformed` for oneself, `not_found`, `rate_limited`.
pub async fn end(ctx: &Ctx, other: UserId) -> Result<(), RequestError> {
    ctx.limits.people_changes.check(ctx.session.user)?;
    let ctx = ctx.clone();
    finish(async move {
        let pair = Pair::find(&ctx, other).await?;
        let _turn = ctx.turns.take(pair.user.id, other).await;
        if let Some(change) = ctx.store.connections_end(pair.user.id, other).await? {
            // What was committed before is told before: from the answer on, nothing more comes from there.
            ctx.messages.caught_up().await;
            pair.tell(&ctx, change);
        }
        Ok(())
    })
    .await
}
