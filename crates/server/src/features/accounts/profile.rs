//! People, as others and as they themselves see them.

use linnet_contract::{
    ConnectionState, DeviceId, ErrorCode, Person, User, UserId,
    http::{Me, UpdateMe, UpdatePrivacy, Users},
    people::{Notification, Privacy, UserUpdated},
};

use super::policy;
use crate::{
    app::Ctx,
    error::RequestError,
    features::{connections::finish, presence},
};

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
    Ok(as_me(ctx, user))
}

/// The signed-in person, on the device that asks.
pub(super) fn as_me(ctx: &Ctx, user: linnet_store::User) -> Me {
    seen_by_themselves(user, ctx.session.device)
}

/// A person on one of their devices.
pub(super) fn seen_by_themselves(user: linnet_store::User, device_id: DeviceId) -> Me {
    Me {
        admin: user.admin,
        device_id,
        privacy: privacy(&user),
        user: public(user),
    }
}

fn privacy(user: &linnet_store::User) -> Privacy {
    Privacy {
        receipts: !user.hides_receipts,
        last_seen: !user.hides_last_seen,
    }
}

/// Changes what the signed-in person shows of themselves. What is left out stays. Everyone who knows them is told at once.
///
/// # Errors
/// `malformed`, `rate_limited`.
pub async fn update(ctx: &Ctx, request: UpdateMe) -> Result<Me, RequestError> {
    let name = request.display_name.as_deref().map(policy::display_name).transpose()?;
    if name.is_none() && request.privacy.is_none() {
        return me(ctx).await;
    }
    ctx.limits.profile_changes.check(ctx.session.user)?;
    let ctx = ctx.clone();
    finish(async move {
        let me = ctx.session.user;
        let _turn = ctx.turns.take(me, me).await;
        let mut user = ctx.store.users_by_id(me).await?.ok_or(ErrorCode::Unauthenticated)?;
        if let Some(name) = name.filter(|name| *name != user.display_name) {
            user = ctx
                .store
                .users_rename(me, &name)
                .await?
                .ok_or(ErrorCode::Unauthenticated)?;
            tell(&ctx, &user).await;
        }
        if let Some(UpdatePrivacy { receipts, last_seen }) = request.privacy {
            let before = privacy(&user);
            let hides = |shows: Option<bool>| shows.map(|shows| !shows);
            let changed = ctx
                .store
                .users_privacy_set(me, hides(receipts), hides(last_seen))
                .await?;
            user = changed.ok_or(ErrorCode::Unauthenticated)?;
            let privacy = privacy(&user);
            if privacy.receipts != before.receipts {
                // What was committed before is told before.
                ctx.marks.caught_up().await;
                ctx.fanout.show_receipts(me, privacy.receipts).await;
            }
            if privacy.last_seen != before.last_seen {
                presence::last_seen_shown(&ctx, privacy.last_seen).await;
            }
            if privacy != before {
                ctx.fanout.to_user(me, &Notification::PrivacyChanged { privacy });
            }
        }
        Ok(as_me(&ctx, user))
    })
    .await
}

/// Tells everyone who shares a conversation or a connection with the person how they look now, each socket once. Whoever
/// misses it sees it when they fetch the conversation or the person again.
pub(super) async fn tell(ctx: &Ctx, user: &linnet_store::User) {
    let known = async {
        let conversations = ctx.store.conversations_of(user.id).await?;
        let mut people = ctx.store.connections_peers(user.id).await?;
        people.push(user.id);
        Ok::<_, linnet_store::StoreError>((conversations, people))
    };
    match known.await {
        Ok((conversations, people)) => {
            let user = public(user.clone());
            ctx.fanout.to_all_of(&conversations, &people, &UserUpdated { user });
        }
        Err(error) => tracing::warn!(%error, "a changed profile could not be told"),
    }
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
