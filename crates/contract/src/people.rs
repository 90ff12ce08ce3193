//! How two people stand to each other, and what they keep to themselves. Shared by the events and by HTTP.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ids::UserId, model::User};

/// How two people stand to each other, as one of them sees it.
///
/// Whom the other one has blocked sees what they would see of somebody who never answers: `none`, or a request of their own
/// that stays `requested`. So `blocked` always means: by the one who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionState {
    /// Nothing. Also between a person and themselves.
    None,
    /// The one who looks asked, and the other has not answered.
    Requested,
    /// The other asked, and the one who looks has not answered.
    Received,
    /// One asked, the other accepted.
    Accepted,
    /// The one who looks blocked the other.
    Blocked,
}

/// A person, and how whoever asks stands to them. What `GET /users` and `GET /users/{id}` show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    /// As everyone sees them.
    #[serde(flatten)]
    #[ts(flatten)]
    pub user: User,
    /// How the one who asks stands to them.
    pub connection: ConnectionState,
}

/// A connection or an open request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Connection {
    /// The other person.
    pub user: User,
    /// `requested`, `received` or `accepted`.
    pub state: ConnectionState,
    /// Since when it is so: ISO 8601, UTC, milliseconds.
    pub since: String,
}

/// `GET /connections`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Connections {
    /// The latest first.
    pub connections: Vec<Connection>,
    /// Give it as `cursor` to get the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `POST /connections`.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestConnection {
    /// Whom to ask.
    pub user_id: UserId,
}

/// Somebody whom the user blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Block {
    /// Whom.
    pub user: User,
    /// Since when: ISO 8601, UTC, milliseconds.
    pub since: String,
}

/// `GET /blocks`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Blocks {
    /// The latest first.
    pub blocks: Vec<Block>,
    /// Give it as `cursor` to get the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `connectionUpdated`: how the user stands to somebody has changed.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ConnectionUpdated {
    /// The other person.
    pub user: User,
    /// How the one who hears this stands to them now.
    pub state: ConnectionState,
}

/// `userUpdated`: somebody's display name or picture has changed. Heard by those who share a conversation or a connection
/// with them, and on all their own devices.
#[derive(Debug, Clone, Serialize, TS)]
pub struct UserUpdated {
    /// As everyone sees them now.
    pub user: User,
}

/// What somebody shows of themselves beside their profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Privacy {
    /// How far they have received and read. Who does not show it does not see it of others either.
    pub receipts: bool,
    /// When they were last there. Who does not show it does not see it of others either.
    pub last_seen: bool,
}

/// `notification`: something for this user to know, on all devices. A client ignores the types that it does not know.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Notification {
    /// Somebody asks to be connected.
    ConnectionRequested {
        /// Who.
        user: User,
    },
    /// Somebody accepted: the two are connected now.
    ConnectionAccepted {
        /// Who.
        user: User,
    },
    /// The user changed, perhaps on another device, what they show. After a change of `receipts` a client that keeps
    /// marks of others forgets them (it is shown none) or calls `sync` (it is shown them again).
    PrivacyChanged {
        /// As it is now.
        privacy: Privacy,
    },
}
