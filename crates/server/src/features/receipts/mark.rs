//! `markRead` and `markDelivered`: a mark moves forward. A lower one than what is known changes nothing.

use linnet_contract::{
    ConversationId, ErrorCode,
    events::{Empty, MarkDelivered, MarkRead},
};
use linnet_store::Mark;
use tokio::sync::oneshot;

use crate::{app::Ctx, error::RequestError};

/// Everything up to `sequence` was read, and so it was delivered.
pub async fn mark_read(ctx: &Ctx, request: MarkRead) -> Result<Empty, RequestError> {
    let MarkRead {
        conversation_id,
        sequence,
    } = request;
    let user = ctx.session.user;
    mark(
        ctx,
        Mark {
            user,
            conversation: conversation_id,
            delivered: None,
            read: Some(sequence),
        },
    )
    .await
}

/// Everything up to `sequence` has reached this device.
pub async fn mark_delivered(ctx: &Ctx, request: MarkDelivered) -> Result<Empty, RequestError> {
    let MarkDelivered {
        conversation_id,
        sequence,
    } = request;
    let user = ctx.session.user;
    mark(
        ctx,
        Mark {
            user,
            conversation: conversation_id,
            delivered: Some(sequence),
            read: None,
        },
    )
    .await
}

/// Waits until the user's marks that were queued before are written; refuses who is not a member. A mark that moves
/// nothing does both.
///
/// A client that changes pages leaves one chat and joins the next within a moment; what it heard must count by then.
pub async fn settle(ctx: &Ctx, conversation: ConversationId) -> Result<(), RequestError> {
    let user = ctx.session.user;
    let nothing = Mark {
        user,
        conversation,
        delivered: None,
        read: None,
    };
    mark(ctx, nothing).await.map(|Empty {}| ())
}

async fn mark(ctx: &Ctx, mark: Mark) -> Result<Empty, RequestError> {
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
