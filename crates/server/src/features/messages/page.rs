//! `GET /conversations/{id}/messages`: a page of history.

use linnet_contract::{ConversationId, ErrorCode, http::Messages, limits};
use linnet_store::Page;

use super::message;
use crate::{app::Ctx, error::RequestError};

/// One page, oldest message first. It costs the same wherever it is and however long the conversation is.
pub async fn page(
    ctx: &Ctx,
    conversation: ConversationId,
    page: Page,
    limit: Option<usize>,
) -> Result<Messages, RequestError> {
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    if !(1..=limits::PAGE_MAX).contains(&limit) {
        return Err(RequestError::malformed(format!(
            "limit must be between 1 and {}.",
            limits::PAGE_MAX
        )));
    }
    let found = ctx
        .store
        .messages_page(ctx.session.user, conversation, page, limit)
        .await?;
    let found = found.ok_or(ErrorCode::NotFound)?;
    Ok(Messages {
        messages: found.messages.into_iter().map(message).collect(),
        more: found.more,
    })
}
