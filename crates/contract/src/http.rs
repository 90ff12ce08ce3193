//! Bodies of the HTTP API, `/api/v1`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    errors::ErrorCode,
    ids::{ConversationId, DeviceId, UserId},
    model::{ConversationKind, ConversationSummary, Member, Message, Posting, Role, User},
    people::{Person, Privacy},
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
    /// What they show beside their profile.
    pub privacy: Privacy,
}

/// `PATCH /users/me`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct UpdateMe {
    /// 1 to 64 characters.
    pub display_name: Option<String>,
    /// What is left out stays.
    pub privacy: Option<UpdatePrivacy>,
}

/// Part of `PATCH /users/me`.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct UpdatePrivacy {
    /// Show how far one has received and read.
    pub receipts: Option<bool>,
    /// Show when one was last there.
    pub last_seen: Option<bool>,
}

/// `PATCH /users/me/password`: signs out all other devices.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangePassword {
    /// The one that counts now.
    pub current_password: String,
    /// 8 to 256 characters.
    pub new_password: String,
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
    /// Bytes of a file at most.
    pub file_max_bytes: i64,
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

/// `POST /conversations`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct CreateConversation {
    /// A direct conversation is found if the two have one already; groups and channels are always new.
    pub kind: ConversationKind,
    /// Of a group or a channel: 1 to 100 characters.
    pub title: Option<String>,
    /// Of a group or a channel: at most 500 characters.
    pub topic: Option<String>,
    /// The other members: exactly one of a direct conversation, at most 100 otherwise.
    #[serde(default)]
    #[ts(as = "Option<Vec<UserId>>")]
    pub member_ids: Vec<UserId>,
    /// Of a group or a channel: who may write; everybody when left out.
    pub posting: Option<Posting>,
}

/// `PATCH /conversations/{id}`. What is left out stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct UpdateConversation {
    /// 1 to 100 characters.
    pub title: Option<String>,
    /// At most 500 characters; an empty one takes it away.
    pub topic: Option<String>,
    /// Who may write.
    pub posting: Option<Posting>,
}

/// `POST /conversations/{id}/members`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddMembers {
    /// Whom to add, 1 to 100 people. Who is a member already stays one. All are added or nobody is.
    pub user_ids: Vec<UserId>,
}

/// `PATCH /conversations/{id}/members/{userId}`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateMember {
    /// What they may do from now on. There may be several owners: handing over is making somebody else one.
    pub role: Role,
}

/// `GET /conversations/{id}/members?query=&cursor=&limit=`: those of whom a word of the name begins with `query`, or all.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Members {
    /// In the order they joined, at most 100.
    pub members: Vec<Member>,
    /// Give it as `cursor` to get the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `GET /channels?query=&cursor=&limit=`: the channels of this server, which anyone signed in may join.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Channels {
    /// By title.
    pub channels: Vec<Channel>,
    /// Give it as `cursor` to get the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A channel, as somebody sees it who is perhaps not in it; also what an invite link leads to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// The conversation.
    pub id: ConversationId,
    /// A channel; behind an invite link perhaps a group.
    pub kind: ConversationKind,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub topic: Option<String>,
    /// A path on this server, or `null`.
    pub avatar_url: Option<String>,
    /// Who may write.
    pub posting: Posting,
    /// How many members there are.
    pub member_count: i64,
    /// The asker is a member.
    pub joined: bool,
}

/// `POST /conversations/{id}/invites`.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct CreateInvite {
    /// How long it is valid, 60 to 31,536,000 (a year); a week when left out.
    pub expires_in_seconds: Option<i64>,
    /// How many people may join by it, 1 to 100,000; any number when left out.
    pub max_uses: Option<i64>,
}

/// An invite link. Whoever has its code may join until it expires, is used up or is revoked.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Invite {
    /// What to give to `/invites/{code}`: 22 characters that may stand in an address.
    pub code: String,
    /// Where it leads.
    pub conversation_id: ConversationId,
    /// Who made it.
    pub created_by: UserId,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub expires_at: String,
    /// How many people may join by it; `null` for any number.
    pub max_uses: Option<i64>,
    /// How many have.
    pub uses: i64,
}

/// `GET /conversations/{id}/invites`: those that are still valid.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Invites {
    /// The newest first, at most 100.
    pub invites: Vec<Invite>,
}

/// `POST /admin/announcements`.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Announce {
    /// 1 to 2,000 characters, no control characters but newline and tab.
    pub message: String,
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
