//! From the columns of a row to the identifiers and words of the contract.

use linnet_contract::{
    ConversationId, ConversationKind, DeviceId, FileId, MessageId, MessageKind, Posting, Role, Sequence, SystemChange,
    UserId, digest::Language, settings::Notify,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::messages::Reaction;

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
ids!(UserId, DeviceId, ConversationId, MessageId, FileId);

/// A column that holds one of a few words.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Word(String);

impl From<String> for Word {
    fn from(word: String) -> Self {
        Self(word)
    }
}

impl Word {
    /// It is none of the words that this program knows.
    pub(crate) fn unknown(self) -> UnknownWord {
        UnknownWord(self.0)
    }
}

/// A column that holds one of a few words, or nothing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeWord(Option<String>);

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
impl TryFrom<MaybeWord> for Option<Role> {
    type Error = UnknownWord;
    fn try_from(word: MaybeWord) -> Result<Self, UnknownWord> {
        word.0.map(|word| Role::try_from(Word(word))).transpose()
    }
}

words! {
    ConversationKind { Direct = "direct", Group = "group", Channel = "channel" }
    Role { Owner = "owner", Admin = "admin", Member = "member" }
    MessageKind { Text = "text", System = "system" }
    Posting { All = "all", Admins = "admins" }
    Language { English = "en", Spanish = "es", German = "de", Arabic = "ar", Japanese = "ja" }
    Notify { All = "all", Mentions = "mentions", None = "none" }
}

/// As the column holds it.
pub(crate) const fn message_kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::System => "system",
    }
}

/// As the column holds it.
pub(crate) const fn kind_word(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "direct",
        ConversationKind::Group => "group",
        ConversationKind::Channel => "channel",
    }
}

/// As the column holds it.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Member => "member",
    }
}

/// As the column holds it.
pub(crate) const fn posting_word(posting: Posting) -> &'static str {
    match posting {
        Posting::All => "all",
        Posting::Admins => "admins",
    }
}

/// As the column holds it.
pub(crate) const fn language_word(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Spanish => "es",
        Language::German => "de",
        Language::Arabic => "ar",
        Language::Japanese => "ja",
    }
}

/// As the column holds it.
pub(crate) const fn notify_word(notify: Notify) -> &'static str {
    match notify {
        Notify::All => "all",
        Notify::Mentions => "mentions",
        Notify::None => "none",
    }
}

/// What a system message says.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeSystem(Option<String>);

impl From<MaybeSystem> for Option<SystemChange> {
    /// What this program cannot read is nothing: one odd row must not keep anybody from a whole page of history.
    fn from(json: MaybeSystem) -> Self {
        serde_json::from_str(&json.0?).ok()
    }
}

/// A counter that may be missing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeSequence(Option<i64>);

impl TryFrom<MaybeSequence> for Option<Sequence> {
    type Error = linnet_contract::ids::ParseError;
    fn try_from(sequence: MaybeSequence) -> Result<Self, Self::Error> {
        sequence.0.map(Sequence::try_from).transpose()
    }
}

/// The members whom a text names.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeMentions(Option<String>);

impl From<MaybeMentions> for Vec<UserId> {
    /// What this program cannot read is nothing, as with [`MaybeSystem`].
    fn from(json: MaybeMentions) -> Self {
        json.0
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default()
    }
}

/// As the column holds it.
pub(crate) fn mentions_json(mentions: &[UserId]) -> Option<String> {
    (!mentions.is_empty()).then(|| serde_json::json!(mentions).to_string())
}

/// What people put to a message.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeReactions(Option<String>);

/// A reaction as it is stored: the emoji, how many people, the first of them.
#[derive(Serialize, Deserialize)]
struct StoredReaction(String, i64, Vec<UserId>);

impl From<MaybeReactions> for Vec<Reaction> {
    fn from(json: MaybeReactions) -> Self {
        let stored: Vec<StoredReaction> = json
            .0
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default();
        let reaction = |StoredReaction(emoji, count, users)| Reaction { emoji, count, users };
        stored.into_iter().map(reaction).collect()
    }
}

/// As the column holds it.
pub(crate) fn reactions_json(reactions: &[Reaction]) -> Option<String> {
    let stored = |reaction: &Reaction| StoredReaction(reaction.emoji.clone(), reaction.count, reaction.users.clone());
    let stored: Vec<StoredReaction> = reactions.iter().map(stored).collect();
    (!stored.is_empty()).then(|| serde_json::json!(stored).to_string())
}
