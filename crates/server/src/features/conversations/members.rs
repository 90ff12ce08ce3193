//! `/conversations/{id}/members`: who is in, who comes, who goes, and what they may do.

use linnet_contract::{
    ConversationId, ConversationKind, ConversationSummary, ErrorCode, Role, UserId,
    http::{AddMembers, Members, UpdateMember},
    limits,
};
use linnet_store::{Standing, What};

use super::{
    change::{change, whom},
    get,
    policy::Action,
    wire,
};
use crate::{app::Ctx, error::RequestError};

/// Members of one page when the client does not say, and at most.
const PAGE: usize = 100;

/// A page of members, in the order they joined: all of them, or those of whom a word of the name begins with the query.
pub async fn list(
    ctx: &Ctx,
    conversation: ConversationId,
    query: &str,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Members, RequestError> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&limit) {
        return Err(RequestError::malformed(format!("limit must be between 1 and {PAGE}.")));
    }
    if query.chars().count() > *limits::DISPLAY_NAME_CHARS.end() {
        return Err(RequestError::malformed("`query` is at most 64 characters."));
    }
    let after = cursor.map_or(Ok(0), str::parse::<i64>);
    let after = after.map_err(|_| RequestError::malformed("The cursor is not one that this server gave."))?;
    let page = ctx
        .store
        .members_list(ctx.session.user, conversation, query, after, limit)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    Ok(Members {
        members: page.members.into_iter().map(wire::member).collect(),
        next_cursor: page.next.map(|position| position.to_string()),
    })
}

/// Adds people: all of them, or nobody.
pub async fn add(
    ctx: &Ctx,
    conversation: ConversationId,
    request: AddMembers,
) -> Result<ConversationSummary, RequestError> {
    if !(1..=limits::MEMBER_IDS).contains(&request.user_ids.len()) {
        let most = limits::MEMBER_IDS;
        return Err(RequestError::malformed(format!("userIds is 1 to {most} people.")));
    }
    // The kind never changes, so it may be asked before; whether this is a member is asked again under the lock.
    let summary = get(ctx, conversation).await?;
    let what = What::Add {
        users: request.user_ids,
        policy: whom(ctx),
        most: most(ctx, summary.kind),
    };
    change(ctx, conversation, what, |_| Action::Add).await?;
    get(ctx, conversation).await
}

/// Members that a conversation of this kind may have.
pub(super) fn most(ctx: &Ctx, kind: ConversationKind) -> i64 {
    match kind {
        ConversationKind::Channel => ctx.config.conversations.channel_members,
        ConversationKind::Group | ConversationKind::Direct => ctx.config.conversations.group_members,
    }
}

/// Lets somebody do more or less. Making somebody an owner hands over; who did it stays one until they step back.
pub async fn set_role(
    ctx: &Ctx,
    conversation: ConversationId,
    user: UserId,
    request: UpdateMember,
) -> Result<ConversationSummary, RequestError> {
    let what = What::SetRole {
        user,
        role: request.role,
    };
    change(ctx, conversation, what, |_| Action::SetRole).await?;
    get(ctx, conversation).await
}

/// Removes somebody; oneself: leaves.
pub async fn remove(ctx: &Ctx, conversation: ConversationId, user: UserId) -> Result<(), RequestError> {
    let leaves = user == ctx.session.user;
    let action = move |standing: Standing| match standing.target {
        _ if leaves => Action::Leave,
        Some(Role::Owner) => Action::RemoveOwner,
        Some(Role::Admin) => Action::RemoveAdmin,
        Some(Role::Member) | None => Action::RemoveMember,
    };
    change(ctx, conversation, What::Remove { user }, action).await
}
