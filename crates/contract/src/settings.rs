//! What a member sets for themselves in one conversation. Nobody else sees it. Shared by the events and by HTTP.

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use crate::ids::{ConversationId, Sequence};

/// Of what a conversation notifies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Messages that mention the user.
    Mentions,
    /// Nothing.
    None,
}

/// The viewer's own settings of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSettings {
    /// Each change raises it: of two states a client keeps the one with the higher version.
    #[ts(type = "number")]
    pub version: i64,
    /// Of what to notify.
    pub notify: Notify,
    /// Nothing notifies until then: ISO 8601, UTC, milliseconds. `null`, or a time that is over: it is not muted.
    pub muted_until: Option<String>,
    /// Marked unread from this message on; `null` when nothing is. Reading it or anything after it clears it.
    pub unread_from: Option<Sequence>,
}

/// `PATCH /conversations/{id}/settings`. What is left out stays. The answer is the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSettings {
    /// Of what to notify.
    #[ts(optional)]
    pub notify: Option<Notify>,
    /// Nothing notifies until then: ISO 8601 with a time zone, before the year 9999; `null` ends it.
    #[serde(default, deserialize_with = "given")]
    #[ts(optional, as = "Option<Option<String>>")]
    pub muted_until: Option<Option<String>>,
}

/// Tells `null` from what is left out.
#[expect(clippy::option_option, reason = "left out, null and a time are three things")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// `markUnread`: the messages from `sequence` on count as unread on the user's own devices. The receipts that others see
/// do not move. A later `markRead` of that message or one after it clears it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkUnread {
    /// Where.
    pub conversation_id: ConversationId,
    /// From where: 1 to the conversation's `lastSequence`.
    pub sequence: Sequence,
}

/// `settingsUpdated`: the user changed their settings of a conversation, perhaps on another device.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsUpdated {
    /// Where.
    pub conversation_id: ConversationId,
    /// As they are now.
    pub settings: ConversationSettings,
    /// How many messages count as unread now.
    pub unread: i64,
}
