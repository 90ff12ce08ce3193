//! Direct conversations: found by the other person, made on first use.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use linnet_contract::{ConversationId, ErrorCode, UserId, events::Target};

use super::policy;
use crate::{app::Ctx, error::RequestError};

/// Pairs that are remembered at most, about 5 MB.
const REMEMBERED: usize = 50_000;

/// Remembers which conversation a pair has. A pair's conversation never changes once it is made, so an answer from here
/// is as good as one from the store; whether the two may write to each other is asked of the store with each message.
#[derive(Default)]
pub struct DirectConversations {
    pairs: Mutex<HashMap<(UserId, UserId), ConversationId>>,
}

impl DirectConversations {
    fn find(&self, pair: (UserId, UserId)) -> Option<ConversationId> {
        self.pairs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&pair)
            .copied()
    }

    fn remember(&self, pair: (UserId, UserId), conversation: ConversationId) {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= REMEMBERED {
            pairs.clear();
        }
        pairs.insert(pair, conversation);
    }
}

/// The conversation that a payload means. Membership is not checked here: the query that reads or writes does.
pub async fn resolve(ctx: &Ctx, target: Target) -> Result<ConversationId, RequestError> {
    match target {
        Target::Conversation(conversation) => Ok(conversation),
        Target::User(user) => direct(ctx, user).await,
    }
}

/// The direct conversation with somebody; made if the two may write to each other and have none yet.
pub(super) async fn direct(ctx: &Ctx, other: UserId) -> Result<ConversationId, RequestError> {
    let me = ctx.session.user;
    if other == me {
        return Err(RequestError::malformed("A conversation with yourself is not possible."));
    }
    let pair = (me.min(other), me.max(other));
    if let Some(conversation) = ctx.directs.find(pair) {
        return Ok(conversation);
    }
    // On the heap, since nearly every message finds its conversation above and is not to carry this with it.
    Box::pin(find_or_make(ctx, me, other)).await
}

async fn find_or_make(ctx: &Ctx, me: UserId, other: UserId) -> Result<ConversationId, RequestError> {
    let pair = (me.min(other), me.max(other));
    if let Some(conversation) = ctx.store.conversations_direct_find(me, other).await? {
        ctx.directs.remember(pair, conversation);
        return Ok(conversation);
    }
    let relation = ctx.store.connections_between(me, other).await?;
    policy::check_relation(relation, ctx.config.messages.direct_messages)?;
    let new = ConversationId(ctx.id());
    let direct = ctx
        .store
        .conversations_direct(me, other, new, ctx.now_ms())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    // Also where somebody else made it meanwhile: their sockets may join a moment later than ours would write.
    ctx.fanout.join_conversation(&[me, other], direct.id).await;
    ctx.directs.remember(pair, direct.id);
    Ok(direct.id)
}

/// The direct conversation with somebody, if there is one.
pub async fn existing(ctx: &Ctx, other: UserId) -> Result<Option<ConversationId>, RequestError> {
    let me = ctx.session.user;
    match ctx.directs.find((me.min(other), me.max(other))) {
        Some(conversation) => Ok(Some(conversation)),
        None => Ok(ctx.store.conversations_direct_find(me, other).await?),
    }
}
