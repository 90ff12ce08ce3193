//! Writes the plain batches of `SQLite`: new messages, nothing that was stored before.
//!
//! It does what [`super::append`] does, statement by statement and message by message, on a thread where a statement is a
//! function call. The general way hands every statement and every row over to another thread, and its rows through JSON:
//! twice the CPU for each message (`docs/decisions/0009-what-a-message-costs.md`). A batch that has a message which was
//! stored before changes nothing here, and goes the general way.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use linnet_contract::{ConversationId, MessageKind, Sequence, UserId};
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension as _, Row, types::Type};
use uuid::Uuid;

use super::{
    append::{AppendError, Appended, DirectPolicy, Draft},
    known::{Known, Locked, Sender},
    numbering::Numbering,
    sql::SENDER,
};
use crate::{
    decode::{Word, mentions_json, message_kind},
    search::index,
    sql::statements,
};

// To this library `$1` is a name, and names are numbered as they come: parameters stand in the order of their numbers.
statements! {
    STORED = "SELECT 1 FROM messages WHERE sender_id = $1 AND temp_id = $2";
    ANSWERED = "SELECT sequence FROM messages WHERE id = $1 AND conversation_id = $2";
    NAMED = "SELECT u.id FROM users u JOIN members m ON m.conversation_id = $1 AND m.user_id = u.id WHERE u.username = $2";
    CONVERSATION = "SELECT kind, direct_low, direct_high, last_sequence, version, member_count
        FROM conversations WHERE id = $1";
    INSERT = "INSERT INTO messages (conversation_id, sequence, version, id, sender_id, temp_id, reply_to,
            reply_sequence, mentions, kind, created_at, body, doc)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    NUMBER = "SELECT CASE WHEN newest > 4294967296 THEN newest ELSE 4294967296 END
        FROM (SELECT COALESCE(MAX(doc), 0) >> 12 AS newest FROM messages WHERE doc IS NOT NULL) AS docs";
    WORDS_INSERT = { sqlite "INSERT INTO message_words (rowid, words)", postgres "INSERT INTO message_words (doc, words)" }
        "VALUES ($1, $2)";
    CONVERSATION_ADVANCE = "UPDATE conversations SET last_sequence = $1, version = $2, last_message_at = $3
        WHERE id = $4";
    SENDER_ADVANCE = "UPDATE members SET delivered_sequence = $1, read_sequence = $1
        WHERE conversation_id = $2 AND user_id = $3";
}

type Answers = Vec<Result<Appended, AppendError>>;

/// What became of a batch.
pub(super) enum Done {
    /// It is on disk.
    Written(Answers),
    /// It has a message that was stored before. Nothing changed; the drafts come back.
    StoredBefore(Vec<Draft>),
}

/// The connection that writes plain batches. Whoever uses it holds the store's one writing connection meanwhile, so that
/// the two do not wait for each other in `SQLite`, which waits in long steps.
#[derive(Clone)]
pub(crate) struct Appender(Arc<Mutex<Option<Connection>>>);

impl fmt::Debug for Appender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appender").finish_non_exhaustive()
    }
}

impl Appender {
    /// Opens the file, which is there, with these settings: `PRAGMA name = value`.
    pub(crate) fn open(path: &Path, pragmas: &[(&str, &str)]) -> rusqlite::Result<Self> {
        // The path is taken as it stands: without the flag for it, a name that begins with `file:` is no URI.
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        for (name, value) in pragmas {
            connection.pragma_update(None, name, value)?;
        }
        Ok(Self(Arc::new(Mutex::new(Some(connection)))))
    }

    /// Closes the file. A batch that is being written is finished; later ones fail as unavailable.
    pub(crate) async fn close(&self) {
        let connection = self.0.clone();
        let closing = tokio::task::spawn_blocking(move || drop(lock(&connection).take()));
        if let Err(error) = closing.await {
            tracing::error!(%error, "the database did not close well");
        }
    }

    /// Writes a batch in one transaction.
    pub(super) async fn append(&self, drafts: Vec<Draft>, policy: DirectPolicy) -> Result<Done, AppenderError> {
        let connection = self.0.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let mut connection = lock(&connection);
            let connection = connection.as_mut().ok_or(AppenderError::Closed)?;
            append(connection, drafts, policy).map_err(AppenderError::from)
        });
        writing.await.map_err(|_| AppenderError::Panicked)?
    }

    #[cfg(test)]
    pub(crate) fn leave_a_transaction_open(&self) {
        lock(&self.0)
            .as_ref()
            .unwrap()
            .execute_batch("BEGIN IMMEDIATE")
            .unwrap();
    }

    /// The value of a setting, for the test that every connection has the right ones.
    #[cfg(test)]
    pub(crate) fn pragma(&self, name: &str) -> String {
        let connection = lock(&self.0);
        let value = connection
            .as_ref()
            .unwrap()
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .unwrap();
        match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => panic!("{name} is {other:?}"),
        }
    }
}

/// Why a batch was not written, or nobody knows whether it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppenderError {
    #[error("the database is closed")]
    Closed,
    #[error("writing panicked")]
    Panicked,
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
}

fn lock(connection: &Mutex<Option<Connection>>) -> std::sync::MutexGuard<'_, Option<Connection>> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn append(connection: &Connection, drafts: Vec<Draft>, policy: DirectPolicy) -> rusqlite::Result<Done> {
    // After a panic in the middle of a batch there may be one.
    roll_back(connection);
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = in_transaction(connection, drafts, policy);
    match &done {
        Ok(Done::Written(_)) => {}
        Ok(Done::StoredBefore(_)) | Err(_) => roll_back(connection),
    }
    done
}

/// `SQLite` ends a transaction by itself when the disk is full: there may be none.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::warn!(%error, "a transaction could not be rolled back");
    }
}

fn in_transaction(connection: &Connection, drafts: Vec<Draft>, policy: DirectPolicy) -> rusqlite::Result<Done> {
    let Some(known) = look_up(connection, &drafts)? else {
        return Ok(Done::StoredBefore(drafts));
    };
    let mut numbering = Numbering::new(known, policy);
    let answers: Vec<_> = drafts.iter().map(|draft| numbering.decide(draft)).collect();
    if numbering.accepted().is_empty() {
        connection.prepare_cached("ROLLBACK")?.execute([])?;
    } else {
        write(connection, &numbering)?;
        connection.prepare_cached("COMMIT")?.execute([])?;
    }
    Ok(Done::Written(answers))
}

/// None: one of the drafts was stored before.
fn look_up(connection: &Connection, drafts: &[Draft]) -> rusqlite::Result<Option<Known>> {
    let mut stored = connection.prepare_cached(STORED.sqlite)?;
    let mut answered_by = connection.prepare_cached(ANSWERED.sqlite)?;
    let mut answered = HashMap::new();
    let mut named = HashMap::new();
    for draft in drafts.iter().filter(|draft| !draft.has_zero()) {
        if let Some(temp_id) = &draft.temp_id
            && stored.exists((bytes(draft.sender.0), temp_id))?
        {
            return Ok(None);
        }
        if let Some(reply_to) = draft.reply_to {
            let key = (bytes(reply_to.0), bytes(draft.conversation.0));
            let place = answered_by.query_row(key, |row| decoded(0, row.get::<_, i64>(0)?, TryInto::try_into));
            answered.extend(place.optional()?.map(|place| ((draft.conversation, reply_to), place)));
        }
        for (conversation, name) in draft.naming() {
            let mut member = connection.prepare_cached(NAMED.sqlite)?;
            let found = member.query_row((bytes(conversation.0), name), |row| row.get::<_, [u8; 16]>(0));
            let found = found.optional()?.map(|id| UserId(Uuid::from_bytes(id)));
            named.extend(found.map(|user| ((conversation, name.to_owned()), user)));
        }
    }

    let mut conversation = connection.prepare_cached(CONVERSATION.sqlite)?;
    let mut conversations = BTreeMap::new();
    for id in drafts.iter().map(|draft| draft.conversation).collect::<BTreeSet<_>>() {
        let found = conversation
            .query_row((bytes(id.0),), |row| locked(id, row))
            .optional()?;
        conversations.extend(found.map(|locked| (id, locked)));
    }

    let mut sender = connection.prepare_cached(SENDER.sqlite)?;
    let mut senders = HashMap::new();
    for draft in drafts {
        let key = (draft.conversation, draft.sender);
        if let std::collections::hash_map::Entry::Vacant(vacant) = senders.entry(key)
            && let Some(found) = permitted(&mut sender, key)?
        {
            vacant.insert(found);
        }
    }
    Ok(Some(Known {
        conversations,
        senders,
        stored: HashMap::new(),
        answered,
        named,
        // What carries files does not come this way.
        offered: HashMap::new(),
    }))
}

fn locked(id: ConversationId, row: &Row<'_>) -> rusqlite::Result<Locked> {
    let person = |column| {
        row.get::<_, Option<[u8; 16]>>(column)
            .map(|id| id.map(|id| UserId(Uuid::from_bytes(id))))
    };
    Ok(Locked {
        id,
        kind: decoded(0, row.get::<_, String>(0)?, |word| Word::from(word).try_into())?,
        direct_low: person(1)?,
        direct_high: person(2)?,
        last_sequence: decoded(3, row.get::<_, i64>(3)?, TryInto::try_into)?,
        version: decoded(4, row.get::<_, i64>(4)?, TryInto::try_into)?,
        member_count: row.get(5)?,
    })
}

fn permitted(
    statement: &mut CachedStatement<'_>,
    (conversation, user): (ConversationId, UserId),
) -> rusqlite::Result<Option<Sender>> {
    let key = (bytes(conversation.0), bytes(user.0));
    let sender = |row: &Row<'_>| {
        Ok(Sender {
            conversation,
            user,
            name: row.get("name")?,
            role: decoded(3, row.get::<_, String>("role")?, |word| Word::from(word).try_into())?,
            blocking: row.get("blocking")?,
            blocked: row.get("blocked")?,
            connected: row.get("connected")?,
            may_post: row.get("may_post")?,
        })
    };
    statement.query_row(key, sender).optional()
}

/// A column into what it stands for.
fn decoded<T, V, E>(column: usize, value: V, decode: impl FnOnce(V) -> Result<T, E>) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    decode(value).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Null, Box::new(error)))
}

fn write(connection: &Connection, numbering: &Numbering) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(INSERT.sqlite)?;
    let mut words = connection.prepare_cached(WORDS_INSERT.sqlite)?;
    let mut number: i64 = connection
        .prepare_cached(NUMBER.sqlite)?
        .query_row([], |row| row.get(0))?;
    let mut own = HashMap::new();
    for message in numbering.accepted() {
        let doc = (message.kind == MessageKind::Text).then(|| {
            number += 1;
            index::doc(number, message.conversation)
        });
        insert.execute((
            bytes(message.conversation.0),
            message.sequence.get(),
            message.version.get(),
            bytes(message.id.0),
            bytes(message.sender.0),
            message.temp_id.as_deref(),
            message.reply_to.as_ref().map(|id| bytes(id.0)),
            message.reply_sequence.map(Sequence::get),
            mentions_json(&message.mentions),
            message_kind(message.kind),
            message.created_at,
            &message.body,
            doc,
        ))?;
        if let Some(doc) = doc {
            words.execute((doc, index::terms(doc, message.sender, &message.body, &message.files)))?;
        }
        // The last message of each sender, because later entries of a map replace earlier ones.
        own.insert((message.conversation, message.sender), message.sequence);
    }
    let mut advance = connection.prepare_cached(CONVERSATION_ADVANCE.sqlite)?;
    for (id, end) in numbering.ends() {
        advance.execute((end.sequence, end.version, end.at, bytes(id.0)))?;
    }
    let mut advance = connection.prepare_cached(SENDER_ADVANCE.sqlite)?;
    for ((conversation, sender), sequence) in own {
        advance.execute((sequence.get(), bytes(conversation.0), bytes(sender.0)))?;
    }
    Ok(())
}

const fn bytes(id: Uuid) -> [u8; 16] {
    id.into_bytes()
}
