//! `markRead` and `markDelivered`: a mark moves forward. A lower one than what is known changes nothing.

use linnet_contract::{
    ConversationId, ErrorCode, Sequence,
    events::{Empty, MarkDelivered, MarkRead},
};
use linnet_store::Mark;
use tokio::sync::oneshot;

use crate::{app::Ctx, error::RequestError};

/// Everything up to `sequence` was read, and so it was delivered.
pub async fn mark_read(ctx: &Ctx, request: MarkRead) -> Result<Empty, RequestError> {
    mark(ctx, request.conversation_id, None, Some(request.sequence)).await
}

/// Everything up to `sequence` has reached this device.
pub async fn mark_delivered(ctx: &Ctx, request: MarkDelivered) -> Result<Empty, RequestError> {
    mark(ctx, request.conversation_id, Some(request.sequence), None).await
}

/// Waits until the user's marks that were queued before are written; refuses who is not a member. A mark that moves
/// nothing does both.
///
/// A client that changes pages leaves one chat and joins the next within a moment; what it heard must count by then.
pub async fn settle(ctx: &Ctx, conversation: ConversationId) -> Result<Empty, RequestError> {
    mark(ctx, conversation, None, None).await
}

async fn mark(
    ctx: &Ctx,
    conversation: ConversationId,
    delivered: Option<Sequence>,
    read: Option<Sequence>,
) -> Result<Empty, RequestError> {
    let mark = Mark {
        user: ctx.session.user,
        conversation,
        delivered,
        read,
    };
    let (answer, answered) = oneshot::channel();
    ctx.marks
        .queue(mark, Box::new(move |result| drop(answer.send(result))))
        .await;
    match answered.await {
        Ok(Ok(true)) => Ok(Empty {}),
        Ok(Ok(false)) => Err(ErrorCode::NotFound.into()),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(RequestError::unavailable()),
    }
}
