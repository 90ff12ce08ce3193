//! Messages: writing them in batches, and reading ranges of them.

mod append;
pub(crate) mod appender;
mod change;
mod numbering;
mod page;
mod reacted;
pub(crate) mod sql;
mod unread;

use linnet_contract::{ConversationId, MessageId, MessageKind, Sequence, SystemChange, UserId, Version};

use crate::decode::{Id, MaybeId, MaybeMentions, MaybeReactions, MaybeSequence, MaybeSystem, Word};

pub use append::{AppendError, Appended, DirectPolicy, Draft};
pub use change::{ChangedMessage, MessageChange, MessagePermit, MessageRefused, ToMessage};
pub use page::{Page, PageOf};
pub(crate) use reacted::{Reacted, crowded, look, show_own};
pub use unread::Unread;
pub(crate) use unread::by_conversation;

/// A message, with what is needed to show it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Message {
    /// Its id.
    #[sqlx(try_from = "Id")]
    pub id: MessageId,
    /// Where it was written.
    #[sqlx(try_from = "Id")]
    pub conversation: ConversationId,
    /// Its place there: dense, from 1.
    #[sqlx(try_from = "i64")]
    pub sequence: Sequence,
    /// The change of the conversation that last touched it.
    #[sqlx(try_from = "i64")]
    pub version: Version,
    /// Who wrote it.
    #[sqlx(try_from = "Id")]
    pub sender: UserId,
    /// What to show for the sender.
    pub sender_name: String,
    /// In a direct conversation, the other person.
    #[sqlx(try_from = "MaybeId")]
    pub to_user: Option<UserId>,
    /// The sender's own name for it.
    pub temp_id: Option<String>,
    /// The text; empty when it was deleted.
    pub body: String,
    /// The message of the same conversation that it answers.
    #[sqlx(try_from = "MaybeId")]
    pub reply_to: Option<MessageId>,
    /// The place of that message.
    #[sqlx(try_from = "MaybeSequence")]
    pub reply_sequence: Option<Sequence>,
    /// The members whom the text names.
    #[sqlx(try_from = "MaybeMentions")]
    pub mentions: Vec<UserId>,
    /// What people put to it, in the order of first use.
    #[sqlx(try_from = "MaybeReactions")]
    pub reactions: Vec<Reaction>,
    /// What it is.
    #[sqlx(try_from = "Word")]
    pub kind: MessageKind,
    /// When it was written.
    pub created_at: i64,
    /// When its text was last changed.
    pub edited_at: Option<i64>,
    /// When it was deleted.
    pub deleted_at: Option<i64>,
    /// What a system message says; its text is empty.
    #[sqlx(try_from = "MaybeSystem")]
    pub system: Option<SystemChange>,
}

/// An emoji that people put to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Which one.
    pub emoji: String,
    /// How many people.
    pub count: i64,
    /// The first of them, in the order in which they came, and whoever asked for the message if they are one of them.
    pub users: Vec<UserId>,
}
