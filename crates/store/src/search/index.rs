//! Keeping the index: what a message is found by is written in the transaction that writes the message, and taken away in
//! the one that deletes it.

use linnet_contract::{ConversationId, MessageKind, UserId};
use uuid::Uuid;

use super::{sql, words::Folded};
use crate::{
    Attachment, Message, Store,
    bulk::Column,
    db::{Tx, execute, fetch},
    decode::Id,
    error::{StoreError, retry},
    files::MaybeAttachments,
};

/// How terms are made. Another number: what was indexed before is done again.
pub(super) const FORMAT: i64 = 2;
/// Bits of a document that tell conversations apart.
pub(super) const CLASS_BITS: u32 = 12;
/// Bits of a document that count within a window, those of the conversation included.
const WINDOW_BITS: u32 = CLASS_BITS + 17;

/// What tells a conversation apart from most others.
pub(super) fn class(conversation: ConversationId) -> i64 {
    let [.., high, low] = conversation.0.into_bytes();
    i64::from(u16::from_be_bytes([high, low])) & ((1 << CLASS_BITS) - 1)
}

/// The window of a document: terms begin with it, so that the newest messages are found without going through all that ever
/// had a word.
pub(super) const fn window(doc: i64) -> i64 {
    doc >> WINDOW_BITS
}

/// The first document of a window.
pub(super) const fn begins(window: i64) -> i64 {
    window << WINDOW_BITS
}

/// The document that a message becomes.
pub(crate) fn doc(number: i64, conversation: ConversationId) -> i64 {
    (number << CLASS_BITS) | class(conversation)
}

/// The term of what somebody wrote.
pub(super) fn sender_term(window: i64, sender: UserId) -> String {
    format!("{window:x}u{:012x}", sender.0.as_u128() & 0xffff_ffff_ffff)
}

/// The term of what carries files.
pub(super) fn file_term(window: i64) -> String {
    format!("{window:x}x")
}

/// The terms of a message, one space between them.
pub(crate) fn terms(doc: i64, sender: UserId, body: &str, files: &[Attachment]) -> String {
    let window = window(doc);
    let mut terms = sender_term(window, sender);
    terms.push(' ');
    let prefix = format!("{window:x}");
    Folded::new(body).terms(&prefix, &mut terms);
    for file in files {
        Folded::new(&file.name).terms(&prefix, &mut terms);
    }
    if !files.is_empty() {
        terms.push_str(&file_term(window));
    }
    terms.truncate(terms.trim_end().len());
    terms
}

/// Documents for new messages: none for what only says that the conversation changed.
pub(crate) async fn number(tx: &mut Tx, messages: &[Message]) -> Result<Vec<Option<i64>>, sqlx::Error> {
    let found = |message: &&Message| message.kind == MessageKind::Text;
    let count = i64::try_from(messages.iter().filter(found).count()).unwrap_or(0);
    let mut numbers: Vec<(i64,)> = match count {
        0 => Vec::new(),
        count => fetch!(all, tx, sql::NUMBERS, count)?,
    };
    numbers.sort_unstable();
    let mut numbers = numbers.into_iter();
    let number = |message: &Message| match message.kind {
        MessageKind::Text => numbers.next().map(|(number,)| doc(number, message.conversation)),
        MessageKind::System => None,
    };
    Ok(messages.iter().map(number).collect())
}

/// Puts new messages into the index.
pub(crate) async fn add(tx: &mut Tx, messages: &[Message], docs: &[Option<i64>]) -> Result<(), sqlx::Error> {
    let rows = messages
        .iter()
        .zip(docs)
        .filter_map(|(message, doc)| doc.map(|doc| (doc, terms(doc, message.sender, &message.body, &message.files))));
    insert(tx, rows.collect()).await
}

async fn insert(tx: &mut Tx, rows: Vec<(i64, String)>) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns = || {
        vec![
            Column::Numbers(rows.iter().map(|(doc, _)| *doc).collect()),
            Column::Texts(rows.iter().map(|(_, terms)| terms.clone()).collect()),
        ]
    };
    execute!(tx, sql::WORDS_INSERT; columns()).map(drop)
}

async fn remove(tx: &mut Tx, docs: &[i64]) -> Result<(), sqlx::Error> {
    execute!(tx, sql::WORDS_DELETE; vec![Column::Numbers(docs.to_vec())]).map(drop)
}

/// A message was changed: it is found by what it says now, and not at all when it was deleted. What has no document yet gets
/// one when its turn comes.
pub(crate) async fn change(tx: &mut Tx, message: &Message) -> Result<(), sqlx::Error> {
    let place = (message.conversation.0, message.sequence.get());
    let doc: Option<(i64,)> = fetch!(optional, tx, sql::DOC, place.0, place.1)?;
    let Some((doc,)) = doc else { return Ok(()) };
    remove(tx, &[doc]).await?;
    if message.deleted_at.is_some() {
        return Ok(());
    }
    insert(
        tx,
        vec![(doc, terms(doc, message.sender, &message.body, &message.files))],
    )
    .await
}

/// Takes the first `portion` messages of a deleted conversation out of the index.
pub(crate) async fn purge(tx: &mut Tx, conversation: ConversationId, portion: i64) -> Result<(), sqlx::Error> {
    execute!(tx, sql::WORDS_PURGE, conversation.0, portion).map(drop)
}

/// A message whose turn it is.
#[derive(sqlx::FromRow)]
struct Next {
    id: Uuid,
    #[sqlx(try_from = "Id")]
    conversation_id: ConversationId,
    doc: Option<i64>,
    #[sqlx(try_from = "Id")]
    sender_id: UserId,
    body: String,
    #[sqlx(try_from = "MaybeAttachments")]
    files: Vec<Attachment>,
}

impl Store {
    /// Begins to build the index again: the steps that follow go through all messages. What is there stays, so that search
    /// goes on.
    pub async fn search_index_begin(&self) -> Result<(), StoreError> {
        Ok(self.begin_index().await?)
    }

    async fn begin_index(&self) -> Result<(), sqlx::Error> {
        let mut tx = self.db.write().await?;
        execute!(tx, sql::STATE_SET, FORMAT, None::<Uuid>, false)?;
        tx.commit().await
    }

    /// Messages that are to be in the index.
    pub async fn search_index_size(&self) -> Result<i64, StoreError> {
        Ok(self.index_size().await?)
    }

    async fn index_size(&self) -> Result<i64, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let (count,): (i64,) = fetch!(one, reader, sql::COUNT)?;
        Ok(count)
    }

    /// Whether all messages are in the index.
    pub async fn search_index_complete(&self) -> Result<bool, StoreError> {
        Ok(self.index_complete().await?)
    }

    async fn index_complete(&self) -> Result<bool, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let (format, done): (i64, bool) = fetch!(one, reader, sql::STATE)?;
        Ok(done && format == FORMAT)
    }

    /// Puts the next messages into the index, at most `portion`, in the order of their ids, and remembers how far it came in
    /// the same transaction: whatever ends the program, the next step goes on from there. Gives how many; none when all are
    /// in it.
    pub async fn search_index_step(&self, portion: i64) -> Result<Option<usize>, StoreError> {
        Ok(retry!(self.index_step(portion))?)
    }

    async fn index_step(&self, portion: i64) -> Result<Option<usize>, sqlx::Error> {
        if self.index_complete().await? {
            return Ok(None);
        }
        let mut tx = self.db.write().await?;
        let (format, done, after): (i64, bool, Option<Uuid>) = fetch!(one, tx, sql::STATE_LOCK)?;
        if done && format == FORMAT {
            return Ok(None);
        }
        let after = after.filter(|_| format == FORMAT).unwrap_or(Uuid::nil());
        let next: Vec<Next> = fetch!(all, tx, sql::NEXT, after, portion)?;
        let (mut number,): (i64,) = fetch!(one, tx, sql::OLD_NUMBER)?;
        let mut numbered = Vec::new();
        let mut rows = Vec::new();
        for message in &next {
            let doc = message.doc.unwrap_or_else(|| {
                number += 1;
                let doc = doc(number, message.conversation_id);
                numbered.push((message.id, doc));
                doc
            });
            rows.push((doc, terms(doc, message.sender_id, &message.body, &message.files)));
        }
        if !numbered.is_empty() {
            let columns = || {
                vec![
                    Column::Ids(numbered.iter().map(|(id, _)| *id).collect()),
                    Column::Numbers(numbered.iter().map(|(_, doc)| *doc).collect()),
                ]
            };
            execute!(tx, sql::DOCS_SET; columns())?;
        }
        let docs: Vec<i64> = rows.iter().map(|(doc, _)| *doc).collect();
        remove(&mut tx, &docs).await?;
        insert(&mut tx, rows).await?;
        let done = i64::try_from(next.len()).is_ok_and(|count| count < portion);
        let last = next.last().map_or(after, |message| message.id);
        execute!(tx, sql::STATE_SET, FORMAT, Some(last), done)?;
        tx.commit().await?;
        Ok(Some(next.len()))
    }
}
