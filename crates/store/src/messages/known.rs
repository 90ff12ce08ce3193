//! What a transaction asks before it decides about a batch: conversations and senders, locked, and what the drafts refer to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use linnet_contract::{ConversationId, ConversationKind, MessageId, Role, Sequence, UserId, Version};

use super::{Draft, Message, sql};
use crate::{
    bulk::Column,
    db::{Tx, fetch},
    decode::{Id, MaybeId, Word},
    files::{Offered, offered},
};

/// A conversation as the lock found it.
#[derive(sqlx::FromRow)]
pub(super) struct Locked {
    #[sqlx(try_from = "Id")]
    pub(super) id: ConversationId,
    #[sqlx(try_from = "Word")]
    pub(super) kind: ConversationKind,
    #[sqlx(try_from = "MaybeId")]
    pub(super) direct_low: Option<UserId>,
    #[sqlx(try_from = "MaybeId")]
    pub(super) direct_high: Option<UserId>,
    #[sqlx(try_from = "i64")]
    pub(super) last_sequence: Sequence,
    #[sqlx(try_from = "i64")]
    pub(super) version: Version,
    pub(super) member_count: i64,
}

/// A sender as a member of a conversation.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(sqlx::FromRow)]
pub(super) struct Sender {
    #[sqlx(try_from = "Id")]
    pub(super) conversation: ConversationId,
    #[sqlx(try_from = "Id")]
    pub(super) user: UserId,
    pub(super) name: String,
    #[sqlx(try_from = "Word")]
    pub(super) role: Role,
    pub(super) blocking: bool,
    pub(super) blocked: bool,
    pub(super) connected: bool,
    pub(super) may_post: bool,
}

/// A message that was stored before under a `temp_id` of this batch.
#[derive(sqlx::FromRow)]
pub(super) struct Stored {
    #[sqlx(flatten)]
    pub(super) message: Message,
    /// The change that wrote it: what it was acknowledged with, whatever became of it since.
    #[sqlx(try_from = "i64")]
    pub(super) first_version: Version,
    #[sqlx(try_from = "Word")]
    pub(super) conversation_kind: ConversationKind,
    pub(super) member_count: i64,
}

/// What the transaction knows before it decides.
pub(super) struct Known {
    pub(super) conversations: BTreeMap<ConversationId, Locked>,
    pub(super) senders: HashMap<(ConversationId, UserId), Sender>,
    pub(super) stored: HashMap<(UserId, String), Stored>,
    pub(super) answered: HashMap<(ConversationId, MessageId), Sequence>,
    pub(super) named: HashMap<(ConversationId, String), UserId>,
    /// Files that their senders may give to a message.
    pub(super) offered: Offered,
}

/// Locks, then asks.
pub(super) async fn look_up(tx: &mut Tx, drafts: &[Draft]) -> Result<Known, sqlx::Error> {
    let conversations: BTreeSet<_> = drafts.iter().map(|draft| draft.conversation).collect();
    let columns = || vec![Column::Ids(conversations.iter().map(|id| id.0).collect())];
    let conversations: Vec<Locked> = fetch!(all, tx, sql::CONVERSATIONS_LOCK; columns())?;

    let senders: BTreeSet<_> = drafts.iter().map(|draft| (draft.conversation, draft.sender)).collect();
    let columns = || {
        vec![
            Column::Ids(senders.iter().map(|(conversation, _)| conversation.0).collect()),
            Column::Ids(senders.iter().map(|(_, sender)| sender.0).collect()),
        ]
    };
    let senders: Vec<Sender> = fetch!(all, tx, sql::SENDERS_LOCK; columns())?;

    Ok(Known {
        conversations: conversations
            .into_iter()
            .map(|conversation| (conversation.id, conversation))
            .collect(),
        senders: senders
            .into_iter()
            .map(|sender| ((sender.conversation, sender.user), sender))
            .collect(),
        stored: stored(tx, drafts).await?,
        answered: answered(tx, drafts).await?,
        named: named(tx, drafts.iter().flat_map(Draft::naming).collect()).await?,
        offered: offered(tx, drafts.iter().flat_map(Draft::offering).collect()).await?,
    })
}

/// Asked after the locks: what another node stored in these conversations before is seen.
async fn stored(tx: &mut Tx, drafts: &[Draft]) -> Result<HashMap<(UserId, String), Stored>, sqlx::Error> {
    let keys: BTreeSet<(UserId, &str)> = drafts
        .iter()
        .filter(|draft| !draft.has_zero())
        .filter_map(|draft| Some((draft.sender, draft.temp_id.as_deref()?)))
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let columns = || {
        vec![
            Column::Ids(keys.iter().map(|(sender, _)| sender.0).collect()),
            Column::Texts(keys.iter().map(|(_, temp_id)| (*temp_id).to_owned()).collect()),
        ]
    };
    let stored: Vec<Stored> = fetch!(all, tx, sql::BY_TEMP_ID; columns())?;
    let by_key = |stored: Stored| Some(((stored.message.sender, stored.message.temp_id.clone()?), stored));
    Ok(stored.into_iter().filter_map(by_key).collect())
}

/// Which of the messages that are answered are where the answer goes, and at which place.
async fn answered(
    tx: &mut Tx,
    drafts: &[Draft],
) -> Result<HashMap<(ConversationId, MessageId), Sequence>, sqlx::Error> {
    let replies: BTreeSet<_> = drafts
        .iter()
        .filter_map(|draft| Some((draft.conversation, draft.reply_to?)))
        .collect();
    if replies.is_empty() {
        return Ok(HashMap::new());
    }
    let columns = || {
        vec![
            Column::Ids(replies.iter().map(|(conversation, _)| conversation.0).collect()),
            Column::Ids(replies.iter().map(|(_, id)| id.0).collect()),
        ]
    };
    let found: Vec<(Id, Id, i64)> = fetch!(all, tx, sql::IN_CONVERSATION; columns())?;
    found
        .into_iter()
        .map(|(conversation, id, sequence)| {
            let sequence = Sequence::try_from(sequence).map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok(((conversation.into(), id.into()), sequence))
        })
        .collect()
}

/// Which of these usernames are members of these conversations.
pub(super) async fn named(
    tx: &mut Tx,
    names: BTreeSet<(ConversationId, &str)>,
) -> Result<HashMap<(ConversationId, String), UserId>, sqlx::Error> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let columns = || {
        vec![
            Column::Ids(names.iter().map(|(conversation, _)| conversation.0).collect()),
            Column::Texts(names.iter().map(|(_, name)| (*name).to_owned()).collect()),
        ]
    };
    let found: Vec<(Id, String, Id)> = fetch!(all, tx, sql::NAMED; columns())?;
    Ok(found
        .into_iter()
        .map(|(conversation, name, user)| ((conversation.into(), name), user.into()))
        .collect())
}
