//! PUT and DELETE `/conversations/{id}/avatar`: the picture of a group or a channel.

use linnet_contract::{ConversationId, ConversationSummary};
use linnet_store::{Avatar, What};
use uuid::Uuid;

use super::{change::change, get, policy::Action};
use crate::{app::Ctx, error::RequestError};

/// Makes a small square picture of the file and gives it to the conversation.
///
/// # Errors
/// `malformed` for what is no picture, `too_large`, `unavailable` when too many pictures wait, and those of any change.
pub async fn avatar_set(
    ctx: &Ctx,
    conversation: ConversationId,
    file: bytes::Bytes,
) -> Result<ConversationSummary, RequestError> {
    ctx.limits.avatar_changes.check(ctx.session.user)?;
    let picture = ctx.pictures.square(file).await?;
    replace(ctx, conversation, Some((ctx.id(), picture))).await
}

/// Takes the picture away. Where there is none, that is what was asked for.
pub async fn avatar_remove(ctx: &Ctx, conversation: ConversationId) -> Result<ConversationSummary, RequestError> {
    replace(ctx, conversation, None).await
}

async fn replace(
    ctx: &Ctx,
    conversation: ConversationId,
    new: Option<(Uuid, Avatar)>,
) -> Result<ConversationSummary, RequestError> {
    change(ctx, conversation, What::Picture { new }, |_| Action::Edit).await?;
    get(ctx, conversation).await
}
