//! `sync`: what changed since the versions that the client has. State, not history.

use linnet_contract::{
    events::{Sync, Synced, SyncedConversation},
    limits,
};
use linnet_store::SyncLimits;

use super::wire;
use crate::{app::Ctx, error::RequestError, features::messages};

#[expect(clippy::cast_possible_wrap, reason = "small constants")]
const LIMITS: SyncLimits = SyncLimits {
    messages: limits::SYNC_MESSAGES as i64,
    reset_after: limits::SYNC_RESET_CHANGES,
    page: limits::PAGE_DEFAULT as i64,
};

/// Everything that the client does not have, in one consistent picture, at most so much at once.
pub async fn sync(ctx: &Ctx, request: Sync) -> Result<Synced, RequestError> {
    let named = request
        .versions
        .len()
        .max(request.marks.as_ref().map_or(0, std::collections::BTreeMap::len));
    if named > limits::SYNC_VERSIONS {
        let most = limits::SYNC_VERSIONS;
        return Err(RequestError::malformed(format!(
            "sync names at most {most} conversations."
        )));
    }
    let synced = ctx
        .store
        .sync(ctx.session.user, &request.versions, request.marks.as_ref(), LIMITS)
        .await?;
    let conversations = synced.conversations.into_iter().map(|row| {
        let mut summary = wire::summary(row.summary);
        // What the client has after this, which is less than what there is where the answer was cut short.
        summary.version = row.covered_version;
        SyncedConversation {
            summary,
            messages: row.messages.into_iter().map(messages::message).collect(),
            reset: row.reset.then_some(true),
        }
    });
    Ok(Synced {
        conversations: conversations.collect(),
        removed: synced.removed,
        more: synced.more,
    })
}
