//! The Socket.IO events: one table, from which the traits, the names and the TypeScript maps derive.
//!
//! Every client event takes an optional acknowledgement callback. With it, the answer is an [`Ack`]. Without it, a
//! failure arrives as an event: [`SendError`] for a message, [`RateLimitExceeded`] for a limit, [`ErrorEvent`] else.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ts_rs::TS;

use crate::{
    errors::ErrorCode,
    ids::{ConversationId, FileId, MessageId, Sequence, TempId, UserId, Version},
    model::{ConversationSummary, Message},
    people::{ConnectionUpdated, Notification, UserUpdated},
    presence::{GetPresence, IsTyping, Presence, PresenceOf, SetStatus, Typing},
    settings::{MarkUnread, SettingsUpdated},
    table::wire_contract,
};

mod conversations;
mod messages;
mod sync;

pub use conversations::{Announcement, ConversationRemoved, JoinedRoom, ReceiptUpdated};
pub use messages::{
    DeleteMsg, EditMsg, GetUnreadMessages, MsgUpdated, ReactMsg, RemovePreview, Touched, Unread, UnreadMessages,
};
pub use sync::{Sync, Synced, SyncedConversation};

/// An event that a client emits.
pub trait ClientEvent: DeserializeOwned + TS + 'static {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What the acknowledgement says beside `success: true`.
    type Reply: Serialize + TS + 'static;
}

/// An event that the server emits.
pub trait ServerEvent: Serialize + TS + 'static {
    /// Its name on the wire.
    const NAME: &'static str;
}

wire_contract! {
    client {
        JoinChat as "joinChat" => Joined,
        LeaveChat as "leaveChat" => Empty,
        SendMsg as "sendMsg" => Sent,
        EditMsg as "editMsg" => Touched,
        DeleteMsg as "deleteMsg" => Touched,
        ReactMsg as "reactMsg" => Touched,
        RemovePreview as "removePreview" => Touched,
        MarkRead as "markRead" => Empty,
        MarkDelivered as "markDelivered" => Empty,
        MarkUnread as "markUnread" => Empty,
        Typing as "typing" => Empty,
        SetStatus as "setStatus" => Empty,
        GetPresence as "getPresence" => PresenceOf,
        GetUnreadMessages as "getUnreadMessages" => UnreadMessages,
        Sync as "sync" => Synced,
    }
    server {
        JoinedRoom as "joinedRoom",
        Message as "RecievedMsg",
        MsgUpdated as "msgUpdated",
        ReceiptUpdated as "receiptUpdated",
        SettingsUpdated as "settingsUpdated",
        IsTyping as "typing",
        Presence as "presenceChanged",
        ConversationSummary as "conversationUpdated",
        ConnectionUpdated as "connectionUpdated",
        UserUpdated as "userUpdated",
        Notification as "notification",
        ConversationRemoved as "conversationRemoved",
        Announcement as "announcement",
        SendError as "sendError",
        RateLimitExceeded as "rateLimitExceeded",
        ErrorEvent as "error",
        SessionEnded as "sessionEnded",
        Resync as "resync",
    }
}

/// An acknowledgement: `{ success: true, ... }` or `{ success: false, code, error, retryAfterMs? }`.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Ack<T> {
    /// It was done.
    Success(Success<T>),
    /// It was refused and changed nothing.
    Failure(Failure),
}

/// The acknowledgement of what was done.
#[derive(Debug, Clone, Serialize)]
pub struct Success<T> {
    /// Always `true`.
    pub success: bool,
    /// What the event's table row says.
    #[serde(flatten)]
    pub reply: T,
}

/// The acknowledgement of what was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Always `false`.
    #[ts(type = "false")]
    pub success: bool,
    /// One of the error table.
    pub code: ErrorCode,
    /// A sentence for people.
    pub error: String,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub retry_after_ms: Option<u64>,
}

impl<T> Ack<T> {
    /// An acknowledgement of success.
    pub const fn success(reply: T) -> Self {
        Self::Success(Success { success: true, reply })
    }
}

/// Nothing beside `success`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[ts(type = "Record<never, never>")]
pub struct Empty {}

/// Names a conversation by its id, or by the other person of a direct one. Exactly one of the two is set: a payload
/// with both or with neither is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawTarget")]
pub enum Target {
    /// A conversation of any kind.
    Conversation(ConversationId),
    /// The direct conversation with this person, made on first use.
    User(UserId),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawTarget {
    to_user_id: Option<UserId>,
    conversation_id: Option<ConversationId>,
}

impl TryFrom<RawTarget> for Target {
    type Error = &'static str;
    fn try_from(raw: RawTarget) -> Result<Self, Self::Error> {
        match (raw.conversation_id, raw.to_user_id) {
            (Some(conversation), None) => Ok(Self::Conversation(conversation)),
            (None, Some(user)) => Ok(Self::User(user)),
            // The two together could disagree, and guessing which one is meant would send words to the wrong people.
            (Some(_), Some(_)) => Err("give toUserId or conversationId, not both"),
            (None, None) => Err("toUserId or conversationId is missing"),
        }
    }
}

/// `joinChat`: this socket now looks at a conversation.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct JoinChat {
    /// The other person of a direct conversation, which is made if need be; or
    pub to_user_id: Option<UserId>,
    /// a conversation.
    pub conversation_id: Option<ConversationId>,
    /// What the reference's client sends. If it is not the session's user, the event is refused.
    pub from_user_id: Option<UserId>,
    /// The version that the client has. Without it, the messages that this user has not had delivered are sent as
    /// `RecievedMsg`, oldest first, as the reference's client expects, and so is what this socket heard before it joined: the
    /// `id` tells one that was heard already. With it, the client calls `sync` itself.
    pub since: Option<Version>,
}

/// The answer to `joinChat`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Joined {
    /// The conversation's id.
    pub room_id: ConversationId,
}

/// `leaveChat`: this socket no longer looks at a conversation. Membership does not change.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct LeaveChat {
    /// The other person of a direct conversation, or
    pub to_user_id: Option<UserId>,
    /// a conversation.
    pub conversation_id: Option<ConversationId>,
    /// If it is not the session's user, the event is refused.
    pub from_user_id: Option<UserId>,
}

/// `sendMsg`: write a message.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SendMsg {
    /// The other person of a direct conversation, which is made if need be; or
    pub to_user_id: Option<UserId>,
    /// a conversation.
    pub conversation_id: Option<ConversationId>,
    /// The text: 1 to 1,000 characters (a setting) after trimming, no control characters but newline and tab. With files
    /// it may be empty.
    pub msg: String,
    /// Files that the sender uploaded and no message carries yet: at most 10, in the order in which they are shown.
    pub files: Option<Vec<FileId>>,
    /// The sender's own name for the message: sending the same one again gets the first one's acknowledgement.
    pub temp_id: Option<TempId>,
    /// A message of the same conversation that this one answers.
    pub reply_to: Option<MessageId>,
    /// If it is not the session's user, the event is refused.
    pub from_user_id: Option<UserId>,
    /// Taken and ignored: the name is always the server's.
    pub from_user_name: Option<String>,
}

macro_rules! targets {
    ($($event:ident),*) => {$(
        impl $event {
            /// Where it goes.
            ///
            /// # Errors
            /// A sentence, if both or neither of `toUserId` and `conversationId` are given.
            pub fn target(&self) -> Result<Target, &'static str> {
                Target::try_from(RawTarget { to_user_id: self.to_user_id, conversation_id: self.conversation_id })
            }
        }
    )*};
}
targets!(JoinChat, LeaveChat, SendMsg, Typing);

/// The answer to `sendMsg`: the message is on disk.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// The server's id.
    pub message_id: MessageId,
    /// As it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub temp_id: Option<TempId>,
    /// Its place in the conversation.
    pub sequence: Sequence,
    /// The change of the conversation that it was.
    pub version: Version,
    /// By the server's clock.
    pub timestamp: String,
    /// Where it went: the id of a direct conversation that this message made is new to its sender.
    pub conversation_id: ConversationId,
}

/// `markRead`: everything up to `sequence` was read. Marks only grow; a lower one changes nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkRead {
    /// Where.
    pub conversation_id: ConversationId,
    /// Up to where. Beyond the last message counts as the last message.
    pub sequence: Sequence,
}

/// `markDelivered`: everything up to `sequence` has reached this device.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkDelivered {
    /// Where.
    pub conversation_id: ConversationId,
    /// Up to where. Beyond the last message counts as the last message.
    pub sequence: Sequence,
}

/// `sendError`: a `sendMsg` without a callback failed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SendError {
    /// The message, if it had a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temp_id: Option<String>,
    /// Why.
    pub code: ErrorCode,
    /// A sentence for people.
    pub error: String,
}

/// `rateLimitExceeded`: an event without a callback came too often.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitExceeded {
    /// A sentence for people.
    pub message: String,
    /// When the next one is taken: milliseconds since 1970, by the server's clock.
    #[ts(type = "number")]
    pub reset_time: i64,
}

/// `error`: any other event without a callback failed.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ErrorEvent {
    /// Why.
    pub code: ErrorCode,
    /// A sentence for people.
    pub message: String,
}

/// `sessionEnded`: this device was signed out; the socket is disconnected next.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SessionEnded {
    /// Why.
    pub reason: SessionEndReason,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionEndReason {
    /// The user signed out on this device.
    SignedOut,
    /// The device was removed from another one.
    Revoked,
    /// An old refresh token was used again: somebody may have stolen it.
    TokenReused,
    /// The user signed in on another device, and this was the least recently used of too many.
    TooManyDevices,
}

/// `resync`: something may have been missed; call `sync`.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[ts(type = "Record<never, never>")]
pub struct Resync {}
