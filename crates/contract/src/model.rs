//! What people see: users, conversations, messages. Shared by the events and by HTTP.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    files::Attachment,
    ids::{ConversationId, MessageId, Sequence, TempId, UserId, Version},
    settings::ConversationSettings,
};

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The account.
    pub id: UserId,
    /// Unique, lower case.
    pub username: String,
    /// What to show.
    pub display_name: String,
    /// A path on this server, or `null` for none.
    pub avatar_url: Option<String>,
}

/// What a conversation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// Two people; made on first use, unique per pair.
    Direct,
    /// Members add members.
    Group,
    /// Anyone may join.
    Channel,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May do everything, and hand over.
    Owner,
    /// May manage members and messages.
    Admin,
    /// May read and write.
    Member,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// Written by a person.
    Text,
    /// Says that the conversation itself changed.
    System,
}

/// Who may write in a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Posting {
    /// Every member.
    #[default]
    All,
    /// Its owners and admins: a channel of this kind broadcasts.
    Admins,
}

/// Somebody whom a system message is about, with the name they had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Named {
    /// Who.
    pub id: UserId,
    /// Their display name at that time.
    pub name: String,
}

/// What a system message says, for a client to put into its own words. Who did it is the message's sender.
///
/// It is stored as it stands here: a variant or a field, once written, keeps its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SystemChange {
    /// The conversation was made, with these people beside its maker.
    Created {
        /// Its first title.
        title: String,
        /// The others.
        users: Vec<Named>,
    },
    /// It has another title.
    TitleChanged {
        /// The new one.
        title: String,
    },
    /// It has another topic.
    TopicChanged {
        /// The new one; `null` when it was taken away.
        topic: Option<String>,
    },
    /// It has another picture.
    AvatarChanged {
        /// A path on this server; `null` when it was taken away.
        avatar_url: Option<String>,
    },
    /// Others may write than before.
    PostingChanged {
        /// Who may.
        posting: Posting,
    },
    /// Members were added.
    MembersAdded {
        /// Who.
        users: Vec<Named>,
    },
    /// The sender joined.
    MemberJoined {
        /// By an invite link; otherwise from the list of channels.
        invited: bool,
    },
    /// A member was removed.
    MemberRemoved {
        /// Who.
        user: Named,
    },
    /// The sender left.
    MemberLeft {},
    /// A member may do more or less than before.
    RoleChanged {
        /// Who.
        user: Named,
        /// What they are now.
        role: Role,
    },
}

/// A member of a conversation with their marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Unique name.
    pub username: String,
    /// What to show.
    pub display_name: String,
    /// A path on this server, or `null`.
    pub avatar_url: Option<String>,
    /// What they may do here.
    pub role: Role,
    /// Everything up to this sequence has reached one of their devices. Only grows.
    pub delivered: Sequence,
    /// Everything up to this sequence was read. Only grows; never beyond `delivered`.
    pub read: Sequence,
}

/// A message, as `RecievedMsg`, `msgUpdated`, history and `sync` all show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The server's id.
    pub id: MessageId,
    /// The sender's own name for it, by which the sender's tabs match their optimistic copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub temp_id: Option<TempId>,
    /// Where it was written.
    pub conversation_id: ConversationId,
    /// The same as `conversationId`: the name that the reference's clients use.
    pub room_id: ConversationId,
    /// Its place in the conversation.
    pub sequence: Sequence,
    /// The change of the conversation that last touched it.
    pub version: Version,
    /// The sender's display name, always the server's.
    pub name: String,
    /// The sender.
    pub from_user_id: UserId,
    /// In a direct conversation, the other person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub to_user_id: Option<UserId>,
    /// The text; empty when it was deleted.
    pub msg: String,
    /// ISO 8601, UTC, milliseconds, by the server's clock.
    pub timestamp: String,
    /// When the text was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub edited_at: Option<String>,
    /// When it was deleted: there is neither text nor anything that belonged to it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub deleted_at: Option<String>,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<MessageId>,
    /// The place of that message in the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_sequence: Option<Sequence>,
    /// The members whom the text names by `@username`, as they were when it was written or edited: at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<UserId>>")]
    pub mentions: Vec<UserId>,
    /// The files that it carries: at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Attachment>>")]
    pub files: Vec<Attachment>,
    /// What people put to it, in the order of first use: at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Reaction>>")]
    pub reactions: Vec<Reaction>,
    /// What the page behind its first link says of itself, where the server asks pages and its sender did not take it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub preview: Option<LinkPreview>,
    /// What it is.
    pub kind: MessageKind,
    /// Of a system message: what changed. `msg` then says the same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub system: Option<SystemChange>,
}

/// What a page says of itself: its own words, which need not be true. `url` is the link as the message has it, and so the only
/// part that its sender and not the page chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkPreview {
    /// The link: http or https, at most 2,000 bytes.
    pub url: String,
    /// The page's title: at most 200 characters, on one line.
    pub title: String,
    /// What it is about: at most 300 characters, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// What the site calls itself: at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub site_name: Option<String>,
}

/// An emoji that people put to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// Which one.
    pub emoji: String,
    /// How many people.
    pub count: i64,
    /// The first 50 of them, in the order in which they came. Where the message is an answer to somebody, and not told to
    /// everyone, they are always among them if they are one of those people.
    pub user_ids: Vec<UserId>,
}

/// A conversation, as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSummary {
    /// The conversation.
    pub id: ConversationId,
    /// What it is for.
    pub kind: ConversationKind,
    /// Its title; `null` in a direct conversation, which is named after the other person.
    pub title: Option<String>,
    /// What it is about; `null` when nobody said.
    pub topic: Option<String>,
    /// A path on this server, or `null`.
    pub avatar_url: Option<String>,
    /// Who may write.
    pub posting: Posting,
    /// Its latest change.
    pub version: Version,
    /// Its latest message, 0 when there is none.
    pub last_sequence: Sequence,
    /// How far the viewer has read.
    pub read_sequence: Sequence,
    /// `lastSequence - readSequence`; where the viewer marked something unread, at least what comes from there on:
    /// `lastSequence - min(readSequence, settings.unreadFrom - 1)`.
    pub unread: i64,
    /// The latest message.
    pub last_message: Option<Message>,
    /// Its members, at most 100 of them (the viewer among them), in the order they joined.
    pub members: Vec<Member>,
    /// How many members there are.
    pub member_count: i64,
    /// What the viewer set for themselves.
    pub settings: ConversationSettings,
}
