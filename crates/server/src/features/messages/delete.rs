//! `deleteMsg`: takes a message back. Its place stays, because the numbers of a conversation have no hole.

use linnet_contract::events::{DeleteMsg, Touched};
use linnet_store::ToMessage;

use super::change;
use crate::{app::Ctx, error::RequestError};

/// Deletes a message: one's own, or anybody's for those who may.
pub async fn delete(ctx: &Ctx, request: DeleteMsg) -> Result<Touched, RequestError> {
    ctx.limits.message_changes.check(ctx.session.user)?;
    change(ctx, request.message_id, ToMessage::Delete).await
}
