//! `conversationUpdated` for a direct conversation that got its first message. Before that, nobody lists it: looking at
//! somebody's page must not put an empty conversation in front of them.

use linnet_contract::ConversationId;
use linnet_store::{Store, StoreError};

use super::wire;
use crate::fanout::Fanout;

/// Shows new conversations to their members, to each as they see it. Whoever misses it learns of it by the message.
pub async fn tell_begun(store: &Store, fanout: &Fanout, begun: &[ConversationId]) {
    for conversation in begun {
        if let Err(error) = tell(store, fanout, *conversation).await {
            tracing::warn!(%error, %conversation, "a new conversation could not be shown");
        }
    }
}

async fn tell(store: &Store, fanout: &Fanout, conversation: ConversationId) -> Result<(), StoreError> {
    for user in store.members_of(conversation).await? {
        if let Some(summary) = store.conversations_get(user, conversation).await? {
            fanout.to_user(user, &wire::summary(summary));
        }
    }
    Ok(())
}
