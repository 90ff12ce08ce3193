//! `PATCH /users/me/password`.

use linnet_contract::{ErrorCode, events::SessionEndReason, http::ChangePassword};

use super::policy;
use crate::{app::Ctx, error::RequestError, features::connections::finish, session::passwords::Verdict};

/// Gives the account another password. Whoever is at an open device must know the current one; and every other device is
/// signed out, because a password is changed when somebody else may know it.
///
/// # Errors
/// `malformed` for a password that cannot be one, `invalid_credentials` for a wrong current one, `rate_limited` for too
/// many of those, `unavailable` when too many passwords wait to be hashed.
pub async fn change(ctx: &Ctx, request: ChangePassword) -> Result<(), RequestError> {
    let new = policy::new_password(&request.new_password)?;
    let me = ctx.session.user;
    // Checked before the hash, so that many guesses at once are not more than many in a row.
    ctx.limits.password_checks.check(me)?;
    let user = ctx.store.users_by_id(me).await?.ok_or(ErrorCode::Unauthenticated)?;
    let found = ctx.store.users_by_username(&user.username).await?;
    let kept = found.and_then(|found| found.password_hash);
    let typed = policy::password_typed(&request.current_password);
    let kept = kept.filter(|_| typed.is_some());
    if ctx.passwords.verify(typed.unwrap_or_default(), kept).await? == Verdict::Wrong {
        return Err(RequestError {
            sentence: "The current password is wrong.".into(),
            ..ErrorCode::InvalidCredentials.into()
        });
    }
    ctx.limits.password_checks.forget(&me);
    let hash = ctx.passwords.hash(new).await?;
    let ctx = ctx.clone();
    finish(async move {
        let gone = ctx
            .store
            .users_password_change(me, &hash, ctx.session.device, ctx.now_ms())
            .await?;
        for device in gone {
            ctx.fanout.end_device(device, SessionEndReason::Revoked).await;
        }
        tracing::info!(user = %me, "a password was changed");
        Ok(())
    })
    .await
}
