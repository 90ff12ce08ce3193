//! `POST /conversations`: a direct conversation with somebody, made if there is none yet; or a new group or channel.

use linnet_contract::{
    ConversationId, ConversationKind, ConversationSummary, MessageId, http::CreateConversation, limits,
};
use linnet_store::NewGroup;

use super::{
    change::{refusal, tell, whom},
    direct, get,
    members::most,
    policy,
};
use crate::{app::Ctx, error::RequestError};

/// Finds or makes the conversation.
pub async fn create(ctx: &Ctx, request: CreateConversation) -> Result<ConversationSummary, RequestError> {
    match (request.kind, request.member_ids.as_slice()) {
        (ConversationKind::Direct, [other]) => get(ctx, direct::direct(ctx, *other).await?).await,
        (ConversationKind::Direct, _) => Err(RequestError::malformed(
            "memberIds of a direct conversation is the one other person.",
        )),
        (ConversationKind::Group | ConversationKind::Channel, _) => group(ctx, request).await,
    }
}

async fn group(ctx: &Ctx, request: CreateConversation) -> Result<ConversationSummary, RequestError> {
    let title = request
        .title
        .ok_or_else(|| RequestError::malformed("A group or channel has a title."))?;
    let title = policy::title(&title)?;
    let topic = policy::topic(request.topic.as_deref().unwrap_or_default())?;
    if request.member_ids.len() > limits::MEMBER_IDS {
        let most = limits::MEMBER_IDS;
        return Err(RequestError::malformed(format!("memberIds is at most {most} people.")));
    }
    ctx.limits.messages.check(ctx.session.user)?;
    let id = ConversationId(ctx.id());
    let new = NewGroup {
        id,
        kind: request.kind,
        title,
        topic: (!topic.is_empty()).then_some(topic),
        posting: request.posting.unwrap_or_default(),
        owner: ctx.session.user,
        members: request.member_ids,
        policy: whom(ctx),
        most: most(ctx, request.kind),
        message: MessageId(ctx.id()),
        now: ctx.now_ms(),
    };
    let app = ctx.app.clone();
    let turn = async move {
        let made = app.store.groups_create(&new).await?.map_err(refusal)?;
        tell(&app, id, made).await;
        Ok(())
    };
    ctx.messages.in_turn(turn).await?;
    get(ctx, id).await
}
