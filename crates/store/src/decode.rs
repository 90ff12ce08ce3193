//! From the columns of a row to the identifiers and words of the contract.

use linnet_contract::{ConversationId, ConversationKind, DeviceId, MessageId, MessageKind, Role, UserId};
use uuid::Uuid;

/// A UUID column.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Id(Uuid);

/// A UUID column that may be null.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeId(Option<Uuid>);

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl From<Id> for $id {
            fn from(id: Id) -> Self {
                Self(id.0)
            }
        }
        impl From<MaybeId> for Option<$id> {
            fn from(id: MaybeId) -> Self {
                id.0.map($id)
            }
        }
    )*};
}
ids!(UserId, DeviceId, ConversationId, MessageId);

/// A column that holds one of a few words.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Word(String);

/// A column holds a word that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("the database holds the unknown word {0:?}")]
pub(crate) struct UnknownWord(String);

macro_rules! words {
    ($($kind:ident { $($variant:ident = $word:literal),* })*) => {$(
        impl TryFrom<Word> for $kind {
            type Error = UnknownWord;
            fn try_from(word: Word) -> Result<Self, UnknownWord> {
                match word.0.as_str() {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownWord(word.0)),
                }
            }
        }
    )*};
}
words! {
    ConversationKind { Direct = "direct", Group = "group", Channel = "channel" }
    Role { Owner = "owner", Admin = "admin", Member = "member" }
    MessageKind { Text = "text", System = "system" }
}

/// As the column holds it.
pub(crate) const fn message_kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::System => "system",
    }
}
