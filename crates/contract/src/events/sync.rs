//! Catching up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ids::{ConversationId, Sequence, Version},
    model::{ConversationSummary, Message},
};

/// `sync`: tell what changed since the versions that the client has.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Sync {
    /// For each conversation that the client has, its version. At most 10,000.
    pub versions: BTreeMap<ConversationId, Version>,
    /// For each conversation that the client has, the sum of `delivered + read` over the members it knows. Receipts do
    /// not count as changes, so a version cannot tell that a mark moved; marks only grow, so their sum can. A
    /// conversation whose sum differs is answered, also when its version is the latest. Without it, only versions count.
    ///
    /// The user's own `settings.version` is added, which only grows as well. In conversations of more than 100 members only
    /// the user's own marks count, since those of others are not told.
    pub marks: Option<BTreeMap<ConversationId, Sequence>>,
    /// Only the user's own marks are in `marks`, of every conversation: what a client says whose user keeps receipts to
    /// themselves. Such a user is shown nobody else's, but the client may know some from before, and a sum with them hides
    /// that one's own have moved.
    pub own_marks: Option<bool>,
}

/// The answer to `sync`: state, not history.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Synced {
    /// Conversations that are behind, each with the messages changed since.
    pub conversations: Vec<SyncedConversation>,
    /// Conversations that the client named and the user is no longer in.
    pub removed: Vec<ConversationId>,
    /// There is more: sync again with the versions just learned.
    pub more: bool,
}

/// One conversation of a `sync`. Its `version` is the one that the client has after applying it: where `more` cuts a
/// conversation short, that is the version of its last message here, not of the conversation.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SyncedConversation {
    /// The conversation as it is now.
    #[serde(flatten)]
    #[ts(flatten)]
    pub summary: ConversationSummary,
    /// Messages changed since, by `version`, oldest first. One from long before what the client holds may be among them,
    /// because it was changed.
    pub messages: Vec<Message>,
    /// Too far behind: `messages` is the last page, and the client drops what it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<bool>,
}
