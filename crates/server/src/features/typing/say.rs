//! `typing`: the user is writing something, or no longer.

use linnet_contract::{
    ConversationId, ErrorCode, UserId,
    events::{Empty, Target},
    limits,
    presence::{IsTyping, Typing},
};

use super::{Own, policy};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::conversations,
};

#[expect(clippy::cast_possible_wrap, reason = "a small constant")]
pub(super) const MOST: i64 = limits::PRESENCE_MEMBERS as i64;

/// Tells the others. `own` is what this socket said last.
///
/// # Errors
/// As for a message there: `not_found`, `blocked`, `not_connected`, `forbidden`; `malformed`, `rate_limited`.
pub async fn typing(ctx: &Ctx, request: Typing, own: &Own) -> Result<Empty, RequestError> {
    let target = request.target().map_err(RequestError::malformed)?;
    let user = ctx.session.user;
    ctx.limits.typing.check(user)?;
    let conversation = match target {
        Target::Conversation(conversation) => conversation,
        // What is being written may never be sent: that must not make a conversation.
        Target::User(other) => match conversations::existing(ctx, other).await? {
            Some(conversation) => conversation,
            None => return Ok(Empty {}),
        },
    };
    let now = ctx.now_ms();
    if request.is_typing
        && let Some(ticket) = ctx.typists.again(user, conversation, now)
    {
        own.said(conversation, ticket);
        return Ok(Empty {});
    }
    tell(&ctx.app, user, conversation, || {
        if request.is_typing {
            let ticket = ctx.typists.begin(user, conversation, now);
            own.said(conversation, ticket);
            Some(true)
        } else {
            ctx.typists.end(user, conversation, None, now).then_some(false)
        }
    })
    .await?;
    Ok(Empty {})
}

/// Checks whether the user may write there, and tells the others what `decide` says then.
pub(super) async fn tell(
    app: &App,
    user: UserId,
    conversation: ConversationId,
    decide: impl FnOnce() -> Option<bool> + Send,
) -> Result<(), RequestError> {
    let _telling = app.typists.in_flight.begin().await;
    let writing = app.store.presence_writing(user, conversation, MOST).await?;
    let writing = writing.ok_or(ErrorCode::NotFound)?;
    policy::check(&writing, app.config.messages.direct_messages)?;
    if writing.member_count > MOST {
        return Ok(());
    }
    if let Some(is_typing) = decide() {
        let event = IsTyping {
            conversation_id: conversation,
            user_id: user,
            name: writing.name,
            is_typing,
        };
        app.fanout.typing(&event, &writing.apart);
    }
    Ok(())
}
