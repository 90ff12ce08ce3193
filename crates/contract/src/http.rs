//! Bodies of the HTTP API, `/api/v1`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    errors::ErrorCode,
    ids::{DeviceId, UserId},
    model::{ConversationSummary, Message, User},
    people::Person,
};

/// `POST /auth/register`.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Register {
    /// 3 to 32 of letters, digits, `.`, `_`, `-`; kept in lower case.
    pub username: String,
    /// 1 to 64 characters; the username when left out.
    pub display_name: Option<String>,
    /// 8 to 256 characters.
    pub password: String,
    /// Needed where registration is by invite.
    pub invite: Option<String>,
}

/// `POST /auth/login`.
#[derive(Clone, Deserialize, TS)]
pub struct Login {
    /// The account.
    pub username: String,
    /// Its password.
    pub password: String,
}

/// `POST /auth/refresh`. In a browser the cookie carries the token instead.
#[derive(Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Refresh {
    /// The refresh token, where there is no cookie.
    pub refresh_token: Option<String>,
}

/// What signing up, signing in and refreshing answer. The same tokens are set as `HttpOnly` cookies.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Who.
    pub user: Me,
    /// A JWT for `Authorization: Bearer` and for the socket's `auth.token`.
    pub access_token: String,
    /// Opaque; each use gives a new one and ends the old one.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    #[ts(type = "number")]
    pub expires_in: u64,
}

/// `GET /users/me`: the signed-in person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// As others see them.
    #[serde(flatten)]
    #[ts(flatten)]
    pub user: User,
    /// May manage the server.
    pub admin: bool,
    /// The device that asks.
    pub device_id: DeviceId,
}

/// `PATCH /users/me`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct UpdateMe {
    /// 1 to 64 characters.
    pub display_name: Option<String>,
}

/// `GET /users?query=`: people whose username or display name begins with, or has a word that begins with, the query.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Users {
    /// At most 20, the asker not among them.
    pub users: Vec<Person>,
}

/// `GET /auth/sessions`: the user's devices.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Devices {
    /// Most recently used first.
    pub sessions: Vec<Device>,
}

/// A signed-in device.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The device.
    pub id: DeviceId,
    /// What it called itself (its `User-Agent`), at most 200 characters.
    pub name: String,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601: when it last signed in or refreshed.
    pub last_used_at: String,
    /// The one that asks.
    pub current: bool,
}

/// `GET /server`: what a client has to know before anyone signed in.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// The program's version.
    pub version: String,
    /// Who may sign up.
    pub registration: Registration,
    /// Who may write to whom.
    pub direct_messages: DirectMessages,
    /// Characters of a message at most.
    #[ts(type = "number")]
    pub message_max_chars: usize,
    /// Nobody has signed up yet: the first account becomes the admin.
    pub empty: bool,
}

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Anyone.
    Open,
    /// Who has an invite.
    Invite,
    /// Nobody, once there is an admin.
    Closed,
}

/// Who may start a direct conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum DirectMessages {
    /// Anyone with anyone.
    Anyone,
    /// Connected people.
    Connections,
}

/// `POST /conversations`. In this version: a direct conversation with one person.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreateConversation {
    /// `direct`.
    pub kind: crate::model::ConversationKind,
    /// The other members.
    pub member_ids: Vec<UserId>,
}

/// `GET /conversations`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Conversations {
    /// Those of the user, the one with the latest message first.
    pub conversations: Vec<ConversationSummary>,
    /// Give it as `cursor` to get the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `GET /conversations/{id}/messages`.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Messages {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are more in the direction asked.
    pub more: bool,
}

/// Every error of the HTTP API: RFC 9457 problem details, `application/problem+json`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Problem {
    /// `about:blank`: the code says which problem it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status' own words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A sentence for people.
    pub detail: String,
    /// One of the error table.
    pub code: ErrorCode,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub retry_after_ms: Option<u64>,
}
