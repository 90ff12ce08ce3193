//! The picture of a person: PUT and DELETE `/users/me/avatar`, GET `/avatars/{id}`.

use linnet_contract::{ErrorCode, http::Me};
use linnet_store::Avatar;
use uuid::Uuid;

use super::profile;
use crate::{app::Ctx, error::RequestError, features::connections::finish};

/// Makes a small square picture of the file and shows it to everyone who knows the user.
///
/// # Errors
/// `malformed` for what is no picture, `too_large`, `rate_limited`, `unavailable` when too many pictures wait.
pub async fn set(ctx: &Ctx, file: bytes::Bytes) -> Result<Me, RequestError> {
    ctx.limits.avatar_changes.check(ctx.session.user)?;
    let picture = ctx.pictures.square(file).await?;
    change(ctx, Some((ctx.id(), picture))).await
}

/// Takes the picture away. Where there is none, that is what was asked for.
///
/// # Errors
/// `rate_limited`.
pub async fn remove(ctx: &Ctx) -> Result<Me, RequestError> {
    ctx.limits.avatar_changes.check(ctx.session.user)?;
    change(ctx, None).await
}

/// A picture.
///
/// # Errors
/// `not_found`: there never was one, or it was replaced.
pub async fn get(ctx: &Ctx, id: Uuid) -> Result<Avatar, RequestError> {
    Ok(ctx.store.avatars_get(id).await?.ok_or(ErrorCode::NotFound)?)
}

async fn change(ctx: &Ctx, picture: Option<(Uuid, Avatar)>) -> Result<Me, RequestError> {
    let ctx = ctx.clone();
    finish(async move {
        let _turn = ctx.turns.take(ctx.session.user, ctx.session.user).await;
        let user = ctx.store.avatars_set(ctx.session.user, picture).await?;
        let user = user.ok_or(ErrorCode::Unauthenticated)?;
        profile::tell(&ctx, &user).await;
        Ok(profile::as_me(&ctx, user))
    })
    .await
}
