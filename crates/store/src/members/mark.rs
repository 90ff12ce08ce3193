//! Moving the marks of members: what reached their devices, and what they read.

use std::collections::{BTreeMap, BTreeSet};

use linnet_contract::{ConversationId, Sequence, UserId};

use super::{Settings, sql};
use crate::{
    Store,
    bulk::Column,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// A mark to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Whose.
    pub user: UserId,
    /// Where.
    pub conversation: ConversationId,
    /// Everything up to here reached a device.
    pub delivered: Option<Sequence>,
    /// Everything up to here was read, and so also delivered.
    pub read: Option<Sequence>,
}

/// The marks of a member as they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// Delivered up to here.
    pub delivered: Sequence,
    /// Read up to here.
    pub read: Sequence,
    /// One of them moved.
    pub changed: bool,
    /// What was marked unread was read: the settings that say so no longer, and how many messages count as unread now.
    pub cleared: Option<(Settings, i64)>,
    /// How many members the conversation has: receipts are broadcast in small ones only.
    pub member_count: i64,
    /// Others must not learn of it: the member hides receipts, or there is a block in this direct conversation.
    pub kept_back: bool,
}

impl Marks {
    /// Something has to be written.
    const fn is_new(&self) -> bool {
        self.changed || self.cleared.is_some()
    }
}

#[derive(Clone, Copy, sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "Id")]
    conversation: ConversationId,
    #[sqlx(try_from = "Id")]
    user: UserId,
    #[sqlx(try_from = "i64")]
    delivered: Sequence,
    #[sqlx(try_from = "i64")]
    read: Sequence,
    #[sqlx(try_from = "i64")]
    last_sequence: Sequence,
    member_count: i64,
    kept_back: bool,
    #[sqlx(flatten)]
    settings: Settings,
    /// This batch read what was marked unread.
    #[sqlx(skip)]
    cleared: bool,
}

impl Row {
    /// Moves the marks, never backwards and never beyond the last message, and says whether that changed anything. Reading
    /// what was marked unread ends that; reading what came before it, perhaps on a device that did not know yet, does not.
    fn advance(&mut self, mark: &Mark) -> Marks {
        let before = (self.delivered, self.read);
        let read = mark.read.unwrap_or_default().min(self.last_sequence);
        let delivered = mark.delivered.unwrap_or_default().min(self.last_sequence).max(read);
        self.read = self.read.max(read);
        self.delivered = self.delivered.max(delivered);
        let cleared = self.settings.unread_from.is_some_and(|from| read.get() >= from);
        if cleared {
            self.settings.unread_from = None;
            self.settings.version += 1;
            self.cleared = true;
        }
        Marks {
            delivered: self.delivered,
            read: self.read,
            changed: before != (self.delivered, self.read),
            cleared: cleared.then(|| (self.settings, self.settings.unread(self.last_sequence, self.read))),
            member_count: self.member_count,
            kept_back: self.kept_back,
        }
    }
}

type Rows = BTreeMap<(ConversationId, UserId), Row>;

impl Store {
    /// Moves a member's marks. None: not a member.
    pub async fn members_mark(&self, mark: Mark) -> Result<Option<Marks>, StoreError> {
        Ok(self.members_mark_all(&[mark]).await?.pop().flatten())
    }

    /// Moves many marks in one transaction; the answers are in the order of the marks. What would change nothing is
    /// found out without taking the write lock, because clients report the same marks again and again.
    pub async fn members_mark_all(&self, marks: &[Mark]) -> Result<Vec<Option<Marks>>, StoreError> {
        let mut rows = self.marks_read(marks).await?;
        let unmoved = advance_all(&mut rows, marks);
        if unmoved.iter().flatten().all(|marks| !marks.is_new()) {
            return Ok(unmoved);
        }
        Ok(retry!(self.mark_once(marks))?)
    }

    async fn marks_read(&self, marks: &[Mark]) -> Result<Rows, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let rows: Vec<Row> = fetch!(all, reader, sql::MARKS_READ; keys(marks))?;
        Ok(by_key(rows))
    }

    async fn mark_once(&self, marks: &[Mark]) -> Result<Vec<Option<Marks>>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let rows: Vec<Row> = fetch!(all, tx, sql::MARKS; keys(marks))?;
        let mut rows = by_key(rows);
        let answers = advance_all(&mut rows, marks);
        let moved: BTreeSet<_> = std::iter::zip(marks, &answers)
            .filter(|(_, answer)| answer.is_some_and(|answer| answer.is_new()))
            .map(|(mark, _)| (mark.conversation, mark.user))
            .collect();
        let moved: Vec<&Row> = moved.iter().filter_map(|key| rows.get(key)).collect();
        let columns = || {
            vec![
                Column::Ids(moved.iter().map(|row| row.conversation.0).collect()),
                Column::Ids(moved.iter().map(|row| row.user.0).collect()),
                Column::Numbers(moved.iter().map(|row| row.delivered.get()).collect()),
                Column::Numbers(moved.iter().map(|row| row.read.get()).collect()),
                Column::Numbers(moved.iter().map(|row| i64::from(row.cleared)).collect()),
            ]
        };
        if !moved.is_empty() {
            execute!(tx, sql::MARKS_SET; columns())?;
            tx.commit().await?;
        }
        Ok(answers)
    }
}

fn keys(marks: &[Mark]) -> Vec<Column> {
    vec![
        Column::Ids(marks.iter().map(|mark| mark.conversation.0).collect()),
        Column::Ids(marks.iter().map(|mark| mark.user.0).collect()),
    ]
}

fn by_key(rows: Vec<Row>) -> Rows {
    rows.into_iter()
        .map(|row| ((row.conversation, row.user), row))
        .collect()
}

fn advance_all(rows: &mut Rows, marks: &[Mark]) -> Vec<Option<Marks>> {
    let advance = |mark: &Mark| {
        rows.get_mut(&(mark.conversation, mark.user))
            .map(|row| row.advance(mark))
    };
    marks.iter().map(advance).collect()
}
