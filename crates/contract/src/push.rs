//! Web Push: telling a device whose page is closed. `/push/key`, `/push/subscriptions`, and what a push carries.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{ConversationId, Sequence};

/// `GET /push/key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PushKey {
    /// The server's public key (RFC 8292), for `applicationServerKey`: base64url without padding.
    pub key: String,
}

/// `POST /push/subscriptions`: what the browser's `PushSubscription.toJSON()` gives. It takes the place of what this device
/// said before, and ends with its session.
#[derive(Clone, Deserialize, TS)]
pub struct SubscribePush {
    /// Where the browser's push service takes messages for it: an `https` address that is not of a private network.
    pub endpoint: String,
    /// What messages are encrypted with.
    pub keys: PushKeys,
}

/// The browser's half of the encryption (RFC 8291), base64url.
#[derive(Clone, Deserialize, TS)]
pub struct PushKeys {
    /// Its public key: an uncompressed point of P-256.
    pub p256dh: String,
    /// Its secret: 16 bytes.
    pub auth: String,
}

/// What a push says when it is decrypted: the newest message that is worth telling of in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PushMessage {
    /// Where.
    pub conversation_id: ConversationId,
    /// Which message.
    pub sequence: Sequence,
    /// What the conversation is called; `null` between two people.
    pub title: Option<String>,
    /// Who wrote it.
    pub sender: String,
    /// How the text begins.
    pub text: String,
    /// It carries files.
    pub files: bool,
    /// Where the user has something unread, this conversation included: what is shown of others was read elsewhere. `null`
    /// when there are too many to say.
    pub waiting: Option<Vec<ConversationId>>,
}
