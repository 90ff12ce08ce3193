//! Messages: writing them in batches, and reading ranges of them.

mod append;
pub(crate) mod appender;
mod change;
mod known;
mod numbering;
mod page;
mod reacted;
pub(crate) mod sql;
mod unread;

use linnet_contract::{ConversationId, MessageId, MessageKind, Sequence, SystemChange, UserId, Version};

use crate::{
    Attachment, Standing,
    decode::{Id, MaybeId, MaybeMentions, MaybeReactions, MaybeSequence, MaybeSystem, Word},
    files::MaybeAttachments,
    previews::{MaybePreview, Preview, PreviewCard},
};

pub use append::{AppendError, Appended, DirectPolicy, Draft};
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
    /// The files that it carries.
    #[sqlx(try_from = "MaybeAttachments")]
    pub files: Vec<Attachment>,
    /// What people put to it, in the order of first use.
    #[sqlx(try_from = "MaybeReactions")]
    pub reactions: Vec<Reaction>,
    /// What is kept of its first link.
    #[sqlx(try_from = "MaybePreview")]
    pub preview: Option<Preview>,
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

/// What to do to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToMessage {
    /// Give it another text.
    Edit {
        /// The text.
        body: String,
        /// Usernames that it may name.
        names: Vec<String>,
        /// Its first link: the preview of another one goes.
        link: Option<String>,
    },
    /// Take away its text, and what belonged to it.
    Delete,
    /// Show what is behind its first link.
    Preview {
        /// The text that the link stands in. Where it is another one by now, nothing is done.
        body: String,
        /// The link.
        link: String,
        /// What is behind it.
        card: PreviewCard,
    },
    /// Take away the preview of its first link, for good.
    RemovePreview,
    /// Put an emoji to it, or take it away again.
    React {
        /// Which one.
        emoji: String,
        /// It is to be there afterwards.
        on: bool,
    },
}

/// A change of a message that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageChange {
    /// Which message.
    pub message: MessageId,
    /// Where it is, as [`Store::messages_find`] said.
    pub conversation: ConversationId,
    /// Who wants it, always from the session.
    pub actor: UserId,
    /// What.
    pub what: ToMessage,
    /// Now.
    pub now: i64,
}

/// A message after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedMessage {
    /// The message as it is now.
    pub message: Message,
    /// Something changed; otherwise it was like that already, and there is nothing to tell.
    pub changed: bool,
}

/// Whether somebody who stands like this to a conversation may do this to a message, their own or another's.
pub type MessagePermit<'a> = &'a (dyn Fn(&ToMessage, bool, Standing) -> bool + Send + Sync);

/// Why a change was refused. It changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefused {
    /// There is no such message, or the actor is not a member of its conversation; the two are not told apart.
    #[error("there is no such message")]
    NotFound,
    /// The actor may not do this to this message.
    #[error("not permitted")]
    NotPermitted,
    /// Only owners and admins write in this conversation.
    #[error("only owners and admins write in this conversation")]
    NotAllowed,
    /// The actor blocked the other person of a direct conversation.
    #[error("the actor blocked the other person")]
    Blocked,
    /// The two people of a direct conversation are not connected, and this asks for it; or the other one blocked the actor,
    /// who is not told.
    #[error("the two people are not connected")]
    NotConnected,
    /// It says that the conversation changed.
    #[error("it is a system message")]
    System,
    /// It was deleted.
    #[error("the message was deleted")]
    Deleted,
    /// It has as many different emoji as a message may have.
    #[error("the message has too many reactions")]
    TooManyReactions,
}
