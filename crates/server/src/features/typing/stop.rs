//! What ends it beside the writer's own word.

use linnet_contract::{ConversationId, UserId};

use super::{Own, say::tell};
use crate::app::App;

/// The socket is gone: what it said last is over, unless another one of the user has said it again.
pub async fn stop(app: &App, user: UserId, own: &Own) {
    let Some((conversation, ticket)) = own.take() else {
        return;
    };
    if !app.typists.end(user, conversation, Some(ticket), app.now_ms()) {
        return;
    }
    // Boxed: this is part of the end of every socket, and few of them were writing.
    if let Err(error) = Box::pin(tell(app, user, conversation, || Some(false))).await {
        tracing::debug!(?error, "nobody was told that somebody no longer writes");
    }
}

/// A message of the user is on its way, and says more than an event could: clients take it for the end of the writing.
pub fn wrote(app: &App, user: UserId, conversation: ConversationId) {
    app.typists.end(user, conversation, None, app.now_ms());
}

/// A block was committed: when this returns, what was read before it has been told.
pub async fn block_committed(app: &App) {
    app.typists.in_flight.caught_up().await;
}
