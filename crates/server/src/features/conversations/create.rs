//! `POST /conversations`: a direct conversation with somebody, made if there is none yet.

use linnet_contract::{ConversationKind, ConversationSummary, http::CreateConversation};

use super::{direct, get};
use crate::{app::Ctx, error::RequestError};

/// Finds or makes the conversation.
pub async fn create(ctx: &Ctx, request: CreateConversation) -> Result<ConversationSummary, RequestError> {
    match (request.kind, request.member_ids.as_slice()) {
        (ConversationKind::Direct, [other]) => get(ctx, direct::direct(ctx, *other).await?).await,
        (ConversationKind::Direct, _) => Err(RequestError::malformed(
            "memberIds of a direct conversation is the one other person.",
        )),
        _ => Err(RequestError::malformed("kind must be direct.")),
    }
}
