//! People, as others and as they themselves see them.

use linnet_contract::{
    ErrorCode, User, UserId,
    http::{Me, UpdateMe, Users},
};

use super::policy;
use crate::{app::Ctx, error::RequestError};

/// People whom one search finds.
const FOUND: i64 = 20;
/// Characters of a search: no name is longer.
const QUERY_CHARS: usize = 64;

/// A person as others see them.
pub(super) fn public(user: linnet_store::User) -> User {
    let linnet_store::User {
        id,
        username,
        display_name,
        avatar,
        ..
    } = user;
    User {
        id,
        username,
        display_name,
        avatar_url: avatar,
    }
}

/// The signed-in person.
///
/// # Errors
/// `unauthenticated` if the account is gone.
pub async fn me(ctx: &Ctx) -> Result<Me, RequestError> {
    let user = ctx
        .store
        .users_by_id(ctx.session.user)
        .await?
        .ok_or(ErrorCode::Unauthenticated)?;
    Ok(Me {
        admin: user.admin,
        device_id: ctx.session.device,
        user: public(user),
    })
}

/// Changes what the signed-in person shows of themselves. What is left out stays.
///
/// # Errors
/// `malformed`.
pub async fn update(ctx: &Ctx, request: UpdateMe) -> Result<Me, RequestError> {
    if let Some(name) = request.display_name {
        let name = policy::display_name(&name)?;
        ctx.store.users_rename(ctx.session.user, &name).await?;
    }
    me(ctx).await
}

/// A person.
///
/// # Errors
/// `not_found`.
pub async fn get(ctx: &Ctx, id: UserId) -> Result<User, RequestError> {
    Ok(ctx
        .store
        .users_by_id(id)
        .await?
        .map(public)
        .ok_or(ErrorCode::NotFound)?)
}

/// People by the beginning of their username or of a word of their display name; nobody for an empty query.
///
/// # Errors
/// `malformed` for a query longer than a name.
pub async fn search(ctx: &Ctx, query: &str) -> Result<Users, RequestError> {
    if query.chars().count() > QUERY_CHARS {
        return Err(RequestError::malformed("`query` is at most 64 characters."));
    }
    let users = ctx.store.users_search(query, ctx.session.user, FOUND).await?;
    Ok(Users {
        users: users.into_iter().map(public).collect(),
    })
}
