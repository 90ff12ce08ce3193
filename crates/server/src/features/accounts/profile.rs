//! People, as others and as they themselves see them.

use linnet_contract::{
    ConnectionState, ErrorCode, Person, User, UserId,
    http::{Me, UpdateMe, Users},
};

use super::policy;
use crate::{app::Ctx, error::RequestError};

/// People whom one search finds.
const FOUND: i64 = 20;
/// Characters of a search: no name is longer.
const QUERY_CHARS: usize = 64;

/// A person as others see them.
#[must_use]
pub fn public(user: linnet_store::User) -> User {
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

/// A person, and how the one who asks stands to them.
///
/// # Errors
/// `not_found`.
pub async fn get(ctx: &Ctx, id: UserId) -> Result<Person, RequestError> {
    let user = ctx.store.users_by_id(id).await?.ok_or(ErrorCode::NotFound)?;
    let mut found = people(ctx, vec![user]).await?;
    Ok(found.pop().ok_or(ErrorCode::NotFound)?)
}

async fn people(ctx: &Ctx, users: Vec<linnet_store::User>) -> Result<Vec<Person>, RequestError> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let states = ctx.store.connections_states(ctx.session.user, &ids).await?;
    let person = |user: linnet_store::User| Person {
        connection: states.get(&user.id).copied().unwrap_or(ConnectionState::None),
        user: public(user),
    };
    Ok(users.into_iter().map(person).collect())
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
        users: people(ctx, users).await?,
    })
}
