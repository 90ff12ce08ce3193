//! Conversations and how each of their members sees them.

mod direct;
mod list;
pub(crate) mod sql;
mod summaries;

use linnet_contract::{ConversationId, ConversationKind, Posting, Sequence, Version};

use crate::{
    decode::{Id, Word},
    members::{Member, Settings},
    messages::Message,
};

pub use direct::Direct;
pub use list::{BadCursor, ConversationCursor, ConversationPage};
pub(crate) use summaries::summaries;

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Conversation {
    /// Its id.
    #[sqlx(try_from = "Id")]
    pub id: ConversationId,
    /// What it is for.
    #[sqlx(try_from = "Word")]
    pub kind: ConversationKind,
    /// Its title; none in a direct one.
    pub title: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Who may write.
    #[sqlx(try_from = "Word")]
    pub posting: Posting,
    /// Where its picture is kept, if there is one.
    #[sqlx(rename = "conversation_avatar")]
    pub avatar: Option<String>,
    /// Its latest change.
    #[sqlx(try_from = "i64")]
    pub version: Version,
    /// Its latest message, 0 when there is none.
    #[sqlx(try_from = "i64")]
    pub last_sequence: Sequence,
    /// How many members it has.
    pub member_count: i64,
    /// When it was made.
    pub created_at: i64,
    /// When the latest message was written, or the conversation made.
    pub last_message_at: i64,
}

/// A conversation as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The conversation itself.
    pub conversation: Conversation,
    /// The viewer, with their marks.
    pub viewer: Member,
    /// What the viewer set for themselves.
    pub settings: Settings,
    /// The latest message.
    pub last_message: Option<Message>,
    /// The members, at most 100 of them and the viewer among them, in the order they joined.
    pub members: Vec<Member>,
}

impl Summary {
    /// How many messages the viewer has not read, or marked unread: derived, so that it cannot drift.
    #[must_use]
    pub fn unread(&self) -> i64 {
        self.settings.unread(self.conversation.last_sequence, self.viewer.read)
    }
}
