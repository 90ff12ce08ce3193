//! What the server says about conversations as a whole.

use serde::Serialize;
use ts_rs::TS;

use crate::ids::{ConversationId, Sequence, UserId};

/// `conversationRemoved`: the user is no longer in a conversation, because they left, were removed, or it was deleted.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRemoved {
    /// Which.
    pub conversation_id: ConversationId,
}

/// `announcement`: the server's admin tells everyone something. It is told to who is connected, and not kept.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Announcement {
    /// What.
    pub message: String,
    /// ISO 8601, UTC, milliseconds.
    pub timestamp: String,
}

/// `joinedRoom`: the answer to `joinChat` as the reference's client hears it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JoinedRoom {
    /// The conversation's id.
    pub room_id: ConversationId,
}

/// `receiptUpdated`: a member's marks moved.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptUpdated {
    /// Where.
    pub conversation_id: ConversationId,
    /// Whose.
    pub user_id: UserId,
    /// Delivered up to here.
    pub delivered: Sequence,
    /// Read up to here.
    pub read: Sequence,
}
