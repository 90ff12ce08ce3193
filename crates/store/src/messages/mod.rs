//! Messages: writing them in batches, and reading ranges of them.

mod append;
pub(crate) mod appender;
mod numbering;
mod page;
pub(crate) mod sql;
mod unread;

use linnet_contract::{ConversationId, MessageId, MessageKind, Sequence, SystemChange, UserId, Version};

use crate::decode::{Id, MaybeId, MaybeSystem, Word};

pub use append::{AppendError, Appended, DirectPolicy, Draft};
pub use page::{Page, PageOf};
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
    /// The text.
    pub body: String,
    /// The message of the same conversation that it answers.
    #[sqlx(try_from = "MaybeId")]
    pub reply_to: Option<MessageId>,
    /// What it is.
    #[sqlx(try_from = "Word")]
    pub kind: MessageKind,
    /// When it was written.
    pub created_at: i64,
    /// What a system message says; its text is empty.
    #[sqlx(try_from = "MaybeSystem")]
    pub system: Option<SystemChange>,
}
