//! `/channels`: what there is to join, and joining it.

use linnet_contract::{ConversationId, ConversationKind, ConversationSummary, http::Channels, limits};
use linnet_store::What;

use super::{change::change, get, members::most, policy::Action, wire};
use crate::{app::Ctx, error::RequestError};

/// Channels of one page when the client does not say.
const PAGE: usize = 50;
/// Channels of one page at most.
const PAGE_MAX: usize = 100;

/// One page of the channels whose title contains the query, by title.
pub async fn channels(
    ctx: &Ctx,
    query: &str,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Channels, RequestError> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(RequestError::malformed(format!(
            "limit must be between 1 and {PAGE_MAX}."
        )));
    }
    if query.chars().count() > *limits::TITLE_CHARS.end() {
        return Err(RequestError::malformed("`query` is at most 100 characters."));
    }
    let cursor = cursor.map(str::parse).transpose();
    let cursor = cursor.map_err(|_| RequestError::malformed("The cursor is not one that this server gave."))?;
    let page = ctx.store.channels_list(ctx.session.user, query, cursor, limit).await?;
    Ok(Channels {
        channels: page.channels.into_iter().map(wire::channel).collect(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    })
}

/// Joins a channel; who is in already stays in.
pub async fn join_channel(ctx: &Ctx, channel: ConversationId) -> Result<ConversationSummary, RequestError> {
    let what = What::Join {
        invite: None,
        most: most(ctx, ConversationKind::Channel),
    };
    change(ctx, channel, what, |_| Action::Join).await?;
    get(ctx, channel).await
}
