//! `GET`, `PATCH` and `DELETE /users/me/digest`.

use linnet_contract::{
    ErrorCode,
    digest::{DigestSettings, UpdateDigest},
};

use crate::{app::Ctx, error::RequestError};

/// What the user said about digests.
///
/// # Errors
/// Only the server's own.
pub async fn get(ctx: &Ctx) -> Result<DigestSettings, RequestError> {
    let available = ctx.digests.mailer.is_some();
    let choice = ctx.store.digests_get(ctx.session.user).await?.filter(|_| available);
    Ok(DigestSettings {
        available,
        confirmed: choice.as_ref().is_some_and(|choice| choice.confirmed),
        on: choice.as_ref().is_some_and(|choice| choice.wanted),
        address: choice.map(|choice| choice.address),
    })
}

/// Turns them on or off. What was written before they are turned on is not told.
///
/// # Errors
/// `not_found` where no mail is sent; `forbidden` while no address is confirmed; `rate_limited`.
pub async fn update(ctx: &Ctx, request: UpdateDigest) -> Result<DigestSettings, RequestError> {
    ctx.digests.mailer()?;
    let user = ctx.session.user;
    ctx.limits.settings_changes.check(user)?;
    if !ctx
        .store
        .digests_switch(user, request.on, request.language, ctx.now_ms())
        .await?
    {
        return Err(RequestError {
            sentence: "Confirm an e-mail address first.".into(),
            ..ErrorCode::Forbidden.into()
        });
    }
    get(ctx).await
}

/// Forgets the address, whether there was one or not.
///
/// # Errors
/// `rate_limited`.
pub async fn forget(ctx: &Ctx) -> Result<(), RequestError> {
    ctx.limits.settings_changes.check(ctx.session.user)?;
    ctx.store.digests_forget(ctx.session.user).await?;
    Ok(())
}
