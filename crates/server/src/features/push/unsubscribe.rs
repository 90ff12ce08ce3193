//! `DELETE /push/subscriptions`.

use crate::{app::Ctx, error::RequestError};

/// This device is told no longer. There is no other device to name, and so nobody else's.
///
/// # Errors
/// Only the server's own.
pub async fn unsubscribe(ctx: &Ctx) -> Result<(), RequestError> {
    ctx.limits.settings_changes.check(ctx.session.user)?;
    ctx.store.push_unsubscribe(ctx.session.device).await?;
    Ok(())
}
