//! `GET /conversations/{id}`.

use linnet_contract::{ConversationId, ConversationSummary, ErrorCode};

use super::wire;
use crate::{app::Ctx, error::RequestError};

/// One conversation of the user.
pub async fn get(ctx: &Ctx, conversation: ConversationId) -> Result<ConversationSummary, RequestError> {
    let summary = ctx.store.conversations_get(ctx.session.user, conversation).await?;
    // Somebody else's conversation is the same as none: whether it exists is not for outsiders.
    summary.map(wire::summary).ok_or_else(|| ErrorCode::NotFound.into())
}
