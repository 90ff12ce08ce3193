//! `sync`: what changed since the versions that the client has. State, not history.

use linnet_contract::{
    events::{Sync, Synced, SyncedConversation},
    limits,
};
use linnet_store::{SyncLimits, SyncMarks};

use super::wire;
use crate::{
    app::Ctx,
    error::RequestError,
    features::messages::{self, Portion},
};

#[expect(clippy::cast_possible_wrap, reason = "small constants")]
const LIMITS: SyncLimits = SyncLimits {
    messages: limits::SYNC_MESSAGES as i64,
    reset_after: limits::SYNC_RESET_CHANGES,
    page: limits::PAGE_DEFAULT as i64,
};

/// Everything that the client does not have, in one consistent picture, at most so much at once.
///
/// When everybody comes back at once, everybody asks for this at once. They take turns, and who waits holds no more than
/// the question.
pub async fn sync(ctx: &Ctx, request: Sync) -> Result<Synced, RequestError> {
    let _turn = ctx.arrivals.turn().await;
    Box::pin(answer(ctx, request)).await
}

async fn answer(ctx: &Ctx, request: Sync) -> Result<Synced, RequestError> {
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
    let marks = request.marks.as_ref().map(match request.own_marks {
        Some(true) => SyncMarks::Own,
        _ => SyncMarks::Everybodys,
    });
    let user = ctx.session.user;
    let synced = ctx.store.sync(user, &request.versions, marks, LIMITS).await?;
    let mut portion = Portion::new(ctx);
    let mut conversations = Vec::with_capacity(synced.conversations.len());
    let mut cut = false;
    for mut row in synced.conversations {
        // A last page is whole or not there: half of one would leave a hole that no number shows.
        let taken = row.messages.iter().take_while(|message| portion.takes(message)).count();
        let fits = match row.reset {
            true if taken == row.messages.len() || conversations.is_empty() => row.messages.len(),
            true => 0,
            false => taken,
        };
        cut = fits < row.messages.len();
        if cut {
            row.messages.truncate(fits);
            let Some(last) = row.messages.last() else { break };
            row.covered_version = last.version;
        }
        conversations.push(synced_conversation(row));
        if cut {
            break;
        }
    }
    Ok(Synced {
        conversations,
        removed: synced.removed,
        more: synced.more || cut,
    })
}

fn synced_conversation(row: linnet_store::SyncedConversation) -> SyncedConversation {
    let mut summary = wire::summary(row.summary);
    // What the client has after this, which is less than what there is where the answer was cut short.
    summary.version = row.covered_version;
    SyncedConversation {
        summary,
        messages: row.messages.into_iter().map(messages::message).collect(),
        reset: row.reset.then_some(true),
    }
}
