//! Writing messages: a whole batch in one transaction and a fixed number of statements, durable when it returns.
//!
//! The way of a batch: lock its conversations and its senders' memberships, look up what was stored before and what is
//! answered, decide for each draft in the order given ([`super::numbering`]), then write everything that was accepted.
//! A draft that is refused takes no number and does not disturb the others. On `SQLite` the plain batches, which are nearly
//! all, go through [`super::appender`], which does the same at half the cost.

use std::collections::BTreeMap;

use linnet_contract::{ConversationId, ConversationKind, FileId, MessageId, MessageKind, Sequence, UserId};

use super::{
    Message,
    appender::Done,
    known::look_up,
    numbering::{Number, Numbering},
    sql,
};
use crate::{
    Store,
    bulk::Column,
    db::{Db, Tx, execute},
    decode::{mentions_json, message_kind},
    error::{StoreError, retry},
    files::{attachments_json, claim},
    search::index,
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
    /// Files of the sender's that it carries.
    pub files: Vec<FileId>,
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
    /// One of its files is not there, not the sender's, or in a message already; the three are not told apart.
    #[error("one of its files is not the sender's to send")]
    BadFile,
    /// The text or the `temp_id` has a zero character, which `PostgreSQL` cannot store.
    #[error("the text has a zero character")]
    BadText,
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
            // Files are rare, and the general way knows what to do with them.
            Db::Sqlite { writer, appender, .. } if drafts.iter().all(|draft| draft.files.is_empty()) => {
                let turn = writer.acquire().await?;
                let done = appender.append(drafts, policy).await?;
                drop(turn);
                match done {
                    Done::Written(answers) => return Ok(answers),
                    Done::StoredBefore(drafts) => drafts,
                }
            }
            Db::Sqlite { .. } | Db::Postgres(_) => drafts,
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

async fn write(tx: &mut Tx, numbering: &Numbering) -> Result<(), sqlx::Error> {
    let new = numbering.accepted();
    let docs = index::number(tx, new).await?;
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
            Column::MaybeTexts(new.iter().map(|message| attachments_json(&message.files)).collect()),
            Column::Texts(
                new.iter()
                    .map(|message| message_kind(message.kind).to_owned())
                    .collect(),
            ),
            Column::Numbers(new.iter().map(|message| message.created_at).collect()),
            Column::Texts(new.iter().map(|message| message.body.clone()).collect()),
            Column::MaybeNumbers(docs.clone()),
        ]
    };
    execute!(tx, sql::INSERT; columns())?;
    index::add(tx, new, &docs).await?;
    let carried = |message: &Message| {
        let place = (message.conversation, message.sequence);
        message
            .files
            .iter()
            .map(move |file| (file.id, place.0, place.1))
            .collect::<Vec<_>>()
    };
    claim(tx, &new.iter().flat_map(carried).collect::<Vec<_>>()).await?;

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

    /// Its files, with whose they have to be.
    pub(super) fn offering(&self) -> impl Iterator<Item = (FileId, UserId)> {
        self.files.iter().map(|file| (*file, self.sender))
    }

    pub(super) fn has_zero(&self) -> bool {
        self.body.contains('\0') || self.temp_id.as_ref().is_some_and(|temp_id| temp_id.contains('\0'))
    }
}
