//! Writing messages: a whole batch in one transaction and a fixed number of statements, durable when it returns.
//!
//! The way of a batch: lock its conversations and its senders' memberships, look up what was stored before and what is
//! answered, decide for each draft in the order given ([`super::numbering`]), then write everything that was accepted.
//! A draft that is refused takes no number and does not disturb the others. On `SQLite` the plain batches, which are nearly
//! all, go through [`super::appender`], which does the same at half the cost.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use linnet_contract::{ConversationId, ConversationKind, MessageId, MessageKind, Role, Sequence, UserId, Version};

use super::{
    Message,
    appender::Done,
    numbering::{Number, Numbering},
    sql,
};
use crate::{
    Store,
    bulk::Column,
    db::{Db, Tx, execute, fetch},
    decode::{Id, MaybeId, Word, mentions_json, message_kind},
    error::{StoreError, retry},
};

/// A message to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: MessageId,
    /// Where it goes.
    pub conversation: ConversationId,
    /// Who writes it, always from the session.
    pub sender: UserId,
    /// The sender's own name for it: the same one again is the same message.
    pub temp_id: Option<String>,
    /// The text.
    pub body: String,
    /// A message of the same conversation that it answers.
    pub reply_to: Option<MessageId>,
    /// Usernames that the text may name: those of members become its mentions.
    pub names: Vec<String>,
    /// What it is.
    pub kind: MessageKind,
    /// Now.
    pub now_ms: i64,
}

/// Who may write to whom in direct conversations. A block always wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectPolicy {
    /// Anyone to anyone.
    Anyone,
    /// Connected people to each other.
    Connections,
}

/// A message that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The message as it is stored, at the version that wrote it.
    pub message: Message,
    /// It was stored before: this is the first one's answer, and there is nothing to fan out.
    pub duplicate: bool,
    /// What its conversation is for.
    pub conversation_kind: ConversationKind,
    /// How many members its conversation has.
    pub member_count: i64,
}

/// Why a draft was refused. It changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The sender is not a member, or there is no such conversation; the two are not told apart.
    #[error("not a member of this conversation")]
    NotMember,
    /// Only owners and admins write in this conversation.
    #[error("only owners and admins write in this conversation")]
    NotAllowed,
    /// The sender blocked the other person of a direct conversation.
    #[error("the sender blocked the other person")]
    Blocked,
    /// The two people of a direct conversation are not connected, and the policy asks for it; or the other one blocked
    /// the sender, who is not told.
    #[error("the two people are not connected")]
    NotConnected,
    /// The message that it answers is not in this conversation.
    #[error("the message that this one answers is not in this conversation")]
    BadReply,
    /// The text or the `temp_id` has a zero character, which `PostgreSQL` cannot store.
    #[error("the text has a zero character")]
    BadText,
}

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
}

impl Store {
    /// Writes messages in one transaction. The answers are in the order of the drafts: messages of one batch to the same
    /// conversation get consecutive numbers in that order, and two drafts of one sender with the same `temp_id` are one
    /// message. The sender's own marks move to the message: who writes has read.
    ///
    /// # Errors
    /// Of the whole batch, when nothing was written, or nobody knows whether it was (the connection broke during the
    /// commit): sending it again with the same `temp_id`s is right. Of one draft, in its place in the answer.
    pub async fn messages_append(
        &self,
        drafts: Vec<Draft>,
        policy: DirectPolicy,
    ) -> Result<Vec<Result<Appended, AppendError>>, StoreError> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let drafts = match &self.db {
            Db::Sqlite { writer, appender, .. } => {
                let turn = writer.acquire().await?;
                let done = appender.append(drafts, policy).await?;
                drop(turn);
                match done {
                    Done::Written(answers) => return Ok(answers),
                    Done::StoredBefore(drafts) => drafts,
                }
            }
            Db::Postgres(_) => drafts,
        };
        Ok(retry!(self.append_once(&drafts, policy))?)
    }

    async fn append_once(
        &self,
        drafts: &[Draft],
        policy: DirectPolicy,
    ) -> Result<Vec<Result<Appended, AppendError>>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let known = look_up(&mut tx, drafts).await?;
        let mut numbering = Numbering::new(known, policy);
        let answers: Vec<_> = drafts.iter().map(|draft| numbering.decide(draft)).collect();
        if numbering.accepted().is_empty() {
            return Ok(answers);
        }
        write(&mut tx, &numbering).await?;
        tx.commit().await?;
        Ok(answers)
    }
}

async fn look_up(tx: &mut Tx, drafts: &[Draft]) -> Result<Known, sqlx::Error> {
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

async fn write(tx: &mut Tx, numbering: &Numbering) -> Result<(), sqlx::Error> {
    let new = numbering.accepted();
    let columns = || {
        vec![
            Column::Ids(new.iter().map(|message| message.conversation.0).collect()),
            Column::Numbers(new.iter().map(|message| message.sequence.get()).collect()),
            Column::Numbers(new.iter().map(|message| message.version.get()).collect()),
            Column::Ids(new.iter().map(|message| message.id.0).collect()),
            Column::Ids(new.iter().map(|message| message.sender.0).collect()),
            Column::MaybeTexts(new.iter().map(|message| message.temp_id.clone()).collect()),
            Column::MaybeIds(new.iter().map(|message| message.reply_to.map(|id| id.0)).collect()),
            Column::MaybeNumbers(
                new.iter()
                    .map(|message| message.reply_sequence.map(Sequence::get))
                    .collect(),
            ),
            Column::MaybeTexts(new.iter().map(|message| mentions_json(&message.mentions)).collect()),
            Column::Texts(
                new.iter()
                    .map(|message| message_kind(message.kind).to_owned())
                    .collect(),
            ),
            Column::Numbers(new.iter().map(|message| message.created_at).collect()),
            Column::Texts(new.iter().map(|message| message.body.clone()).collect()),
        ]
    };
    execute!(tx, sql::INSERT; columns())?;

    let ends: BTreeMap<ConversationId, Number> = numbering.ends();
    let columns = || {
        vec![
            Column::Ids(ends.keys().map(|id| id.0).collect()),
            Column::Numbers(ends.values().map(|end| end.sequence).collect()),
            Column::Numbers(ends.values().map(|end| end.version).collect()),
            Column::Numbers(ends.values().map(|end| end.at).collect()),
        ]
    };
    execute!(tx, sql::CONVERSATIONS_ADVANCE; columns())?;

    // The last message of each sender, because later entries of a map replace earlier ones.
    let own: BTreeMap<_, _> = new
        .iter()
        .map(|message| ((message.conversation, message.sender), message.sequence))
        .collect();
    let columns = || {
        vec![
            Column::Ids(own.keys().map(|(conversation, _)| conversation.0).collect()),
            Column::Ids(own.keys().map(|(_, sender)| sender.0).collect()),
            Column::Numbers(own.values().map(|sequence| sequence.get()).collect()),
        ]
    };
    execute!(tx, sql::SENDERS_ADVANCE; columns()).map(drop)
}

impl Draft {
    /// Where it goes, with each username that its text may name.
    pub(super) fn naming(&self) -> impl Iterator<Item = (ConversationId, &str)> {
        self.names.iter().map(|name| (self.conversation, name.as_str()))
    }

    pub(super) fn has_zero(&self) -> bool {
        self.body.contains('\0') || self.temp_id.as_ref().is_some_and(|temp_id| temp_id.contains('\0'))
    }
}
