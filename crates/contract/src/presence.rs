//! Who is there, and who is writing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{ConversationId, UserId};

/// `typing`: the user is writing something, or no longer. Only told in conversations of at most 100 members. It holds for
/// five seconds: a client that goes on writing says so again about every three.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Typing {
    /// The other person of a direct conversation; where there is none yet, nobody is told; or
    pub to_user_id: Option<UserId>,
    /// a conversation.
    pub conversation_id: Option<ConversationId>,
    /// Whether they are writing.
    pub is_typing: bool,
}

/// `typing`: somebody else in a conversation is writing, or no longer. It may be lost. A client shows it for five seconds
/// from the last one, and no longer once a message of theirs comes. Said to be over when the writer's socket goes.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IsTyping {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// Their display name.
    pub name: String,
    /// Whether they are writing.
    pub is_typing: bool,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Connected, and looking on at least one device.
    Online,
    /// Connected, and looking on none.
    Away,
    /// Not connected.
    Offline,
}

/// `setStatus`: whether this tab or device is being looked at. A socket that never says so is.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
pub struct SetStatus {
    /// Whether it is.
    pub active: bool,
}

/// Whether somebody is there, as the one who hears this sees it.
///
/// As `presenceChanged`: they came, went, or look away. Heard by those who share a direct conversation with them, or one of
/// at most 100 members, but not across a block. Who no longer shares one with somebody forgets what they knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// Who.
    pub user_id: UserId,
    /// Whether they are there.
    pub status: Status,
    /// Of somebody offline, when they were last there: ISO 8601, UTC, milliseconds. `null` when they, or the one who
    /// looks, keep that to themselves, or when it is not known.
    pub last_seen: Option<String>,
}

/// `getPresence`: who of these people is there. What a client asks once on connecting; later changes are told.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GetPresence {
    /// At most 200.
    pub user_ids: Vec<UserId>,
}

/// The answer to `getPresence`.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PresenceOf {
    /// Those whom the user would hear `presenceChanged` about, in the order they were asked for. Of the others nothing is
    /// said.
    pub users: Vec<Presence>,
}
