//! `GET /conversations`: the user's conversations.

use linnet_contract::http::Conversations;

use super::wire;
use crate::{app::Ctx, error::RequestError};

/// Conversations of one page when the client does not say.
const PAGE: usize = 50;
/// Conversations of one page at most.
const PAGE_MAX: usize = 100;

/// One page, the conversation with the latest message first.
pub async fn list(ctx: &Ctx, cursor: Option<&str>, limit: Option<usize>) -> Result<Conversations, RequestError> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(RequestError::malformed(format!(
            "limit must be between 1 and {PAGE_MAX}."
        )));
    }
    let cursor = cursor.map(str::parse).transpose();
    let cursor = cursor.map_err(|_| RequestError::malformed("The cursor is not one that this server gave."))?;
    let page = ctx.store.conversations_list(ctx.session.user, cursor, limit).await?;
    Ok(Conversations {
        conversations: page.conversations.into_iter().map(wire::summary).collect(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    })
}
