//! What happens to a message after it was written, and what was not read of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ids::{ConversationId, MessageId, Version},
    model::Message,
};

/// `editMsg`: another text for a message of one's own. The same text again changes nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditMsg {
    /// Which one.
    pub message_id: MessageId,
    /// The text, with the bounds that it has in `sendMsg`.
    pub msg: String,
}

/// `deleteMsg`: takes the text of a message away, one's own or, for those who may, anybody's. That there was one stays.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMsg {
    /// Which one.
    pub message_id: MessageId,
}

/// `reactMsg`: puts an emoji to a message, or takes one's own away again.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReactMsg {
    /// Which one.
    pub message_id: MessageId,
    /// One emoji, at most 64 bytes. A message has at most 20 different ones.
    pub emoji: String,
    /// It is to be there afterwards.
    pub on: bool,
}

/// `removePreview`: takes the preview of a link from a message of one's own, for good: unless it is edited to have another
/// link, it gets none again.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemovePreview {
    /// Which one.
    pub message_id: MessageId,
}

/// The answer to a change of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Touched {
    /// The change of the conversation that last touched the message: this one, or an earlier one where there was nothing
    /// to do.
    pub version: Version,
}

/// `msgUpdated`: a message as it is now, after an edit, a deletion, a reaction, or with another preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct MsgUpdated(pub Message);

/// `getUnreadMessages`: what the user has not read yet.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(type = "Record<never, never>")]
pub struct GetUnreadMessages {}

/// The answer to `getUnreadMessages`.
#[derive(Debug, Clone, Serialize, TS)]
pub struct UnreadMessages {
    /// Conversations with something unread.
    pub conversations: Vec<Unread>,
}

/// What is unread in one conversation.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// Where.
    pub conversation_id: ConversationId,
    /// How many messages.
    pub unread: i64,
    /// The unread messages, oldest first; the newest 100 of them.
    pub messages: Vec<Message>,
}
