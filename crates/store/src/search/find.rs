//! Searching.

use linnet_contract::{ConversationId, ConversationKind, MessageId, UserId};

use super::{
    index::{CLASS_BITS, begins, class, file_term, sender_term, window},
    sql,
    words::{Folded, Sought, folded},
};
use crate::{
    DatabaseKind, Message, Store,
    bulk::Column,
    db::{Session, Tx, fetch},
    decode::{Id, Word},
    error::StoreError,
    messages::sql::{FOUND, LISTED},
};

/// What is searched for. Everything that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// What the text, or the name of one of its files, says.
    pub sought: Vec<Sought>,
    /// Who wrote it.
    pub from: Option<UserId>,
    /// The username of who wrote it.
    pub from_name: Option<String>,
    /// Where.
    pub conversation: Option<ConversationId>,
    /// A part of the title of where, or of the name of the other person.
    pub within: Option<String>,
    /// It carries a file.
    pub has_file: bool,
    /// Written at this time or later.
    pub from_ms: Option<i64>,
    /// Written before.
    pub before_ms: Option<i64>,
    /// The message after which the page before ended.
    pub cursor: Option<MessageId>,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// What its conversation is for.
    pub conversation_kind: ConversationKind,
    /// Its title, or the name of the other person.
    pub conversation_title: String,
    /// What to highlight in the text: UTF-16 code units from and to, in order, none within another.
    pub highlights: Vec<(u32, u32)>,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HitPage {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// There may be more after this message.
    pub cursor: Option<MessageId>,
    /// All messages are in the index.
    pub complete: bool,
}

/// Messages that one request reads. What was searched through then comes with a cursor, however little was found.
const READ: usize = 4_000;
/// `PostgreSQL` must not think of reading a whole table for the first page of a common word.
const POSTGRES_PLANS: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
    SET LOCAL enable_mergejoin = off; SET LOCAL jit = off; SET LOCAL statement_timeout = '3s'";

/// How far the clocks of nodes, or one that was set, may be apart: messages within it are looked at one by one.
const CLOCKS_MS: i64 = 60 * 60 * 1_000;
/// Documents that are looked at one by one: a thousand messages.
const NEAR: i64 = 1_000 << CLASS_BITS;

/// The newest and the oldest document since there is an index, and of those from before.
type Ends = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);

struct Place {
    id: ConversationId,
    kind: ConversationKind,
    title: String,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    #[sqlx(try_from = "Id")]
    id: ConversationId,
    #[sqlx(try_from = "Word")]
    kind: ConversationKind,
    title: Option<String>,
    username: Option<String>,
    display_name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Candidate {
    #[sqlx(flatten)]
    message: Message,
    doc: i64,
}

impl Store {
    /// The newest messages that are found, of those that the user may read: members see all of a conversation, and nobody
    /// what those wrote whom they block. An empty answer also where there is nobody of that name, or no such place.
    pub async fn search_messages(
        &self,
        user: UserId,
        searched: &Searched,
        limit: usize,
    ) -> Result<HitPage, StoreError> {
        Ok(self.search_for(user, searched, limit).await?)
    }

    async fn search_for(&self, user: UserId, searched: &Searched, limit: usize) -> Result<HitPage, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        if let Session::Postgres(connection) = tx.session() {
            sqlx::raw_sql(POSTGRES_PLANS).execute(connection).await?;
        }
        let kind = self.kind();
        let (format, done): (i64, bool) = fetch!(one, tx, sql::STATE)?;
        let complete = done && format == super::index::FORMAT;
        let nothing = HitPage {
            complete,
            ..HitPage::default()
        };
        let Some(from) = from(&mut tx, searched).await? else {
            return Ok(nothing);
        };
        let mut below = i64::MAX;
        if let Some(before) = searched.before_ms {
            below = docs_at(&mut tx, before.saturating_add(CLOCKS_MS)).await?.1;
        }
        let mut above = i64::MIN;
        if let Some(from) = searched.from_ms {
            above = docs_at(&mut tx, from.saturating_sub(CLOCKS_MS)).await?.0;
        }
        if let Some(cursor) = searched.cursor {
            let doc: Option<(i64,)> = fetch!(optional, tx, sql::DOC_BY_ID, cursor.0)?;
            let Some((doc,)) = doc else { return Ok(nothing) };
            below = doc.min(below);
        }
        let places = places(&mut tx, user, searched).await?;
        if places.is_empty() {
            return Ok(nothing);
        }
        let mut search = Search {
            tx: &mut tx,
            kind,
            user,
            searched,
            from,
            places,
            limit,
            read: 0,
            hits: Vec::new(),
        };
        let cursor = search.run(above, below).await?;
        let hits = search.hits;
        tx.commit().await?;
        Ok(HitPage { hits, cursor, complete })
    }
}

/// Who has to have written it, if anybody. None: two different people, or nobody of that name.
async fn from(tx: &mut Tx, searched: &Searched) -> Result<Option<Option<UserId>>, sqlx::Error> {
    let Some(name) = &searched.from_name else {
        return Ok(Some(searched.from));
    };
    let named: Option<(Id,)> = fetch!(optional, tx, sql::PERSON, name.as_str())?;
    let named = named.map(|(id,)| UserId::from(id));
    Ok(named
        .filter(|named| searched.from.is_none_or(|from| from == *named))
        .map(Some))
}

async fn places(tx: &mut Tx, user: UserId, searched: &Searched) -> Result<Vec<Place>, sqlx::Error> {
    let rows: Vec<PlaceRow> = fetch!(all, tx, sql::SCOPE, user.0)?;
    let within = searched.within.as_deref().map(folded);
    let is_meant = |row: &PlaceRow| {
        let named = |within: &String| {
            row.username.as_ref().is_some_and(|name| folded(name) == *within)
                || [&row.title, &row.display_name]
                    .into_iter()
                    .flatten()
                    .any(|title| folded(title).contains(within.as_str()))
        };
        searched.conversation.is_none_or(|only| only == row.id) && within.as_ref().is_none_or(named)
    };
    let place = |row: PlaceRow| Place {
        id: row.id,
        kind: row.kind,
        title: row.title.or(row.display_name).unwrap_or_default(),
    };
    Ok(rows.into_iter().filter(is_meant).map(place).collect())
}

/// Where the documents of this time begin: below the first are only older ones, from the second on only later ones, and few are
/// between. Times grow with documents, but for clocks that were set.
async fn docs_at(tx: &mut Tx, at_ms: i64) -> Result<(i64, i64), sqlx::Error> {
    let (newest, new, old, oldest): Ends = fetch!(one, tx, sql::BOUNDS)?;
    let (Some(mut low), Some(high)) = (oldest.or(new), newest.or(old)) else {
        return Ok((i64::MIN, i64::MAX));
    };
    let mut high = high + 1;
    while high - low > NEAR {
        let middle = low + (high - low) / 2;
        let after: Option<(i64, i64)> = fetch!(optional, tx, sql::NEXT_DOC, middle)?;
        match after {
            Some((doc, written)) if written < at_ms => low = doc + 1,
            _ => high = middle,
        }
    }
    Ok((low, high))
}

struct Search<'s> {
    tx: &'s mut Tx,
    kind: DatabaseKind,
    user: UserId,
    searched: &'s Searched,
    from: Option<UserId>,
    places: Vec<Place>,
    limit: usize,
    read: usize,
    hits: Vec<Hit>,
}

impl Search<'_> {
    /// Through the documents from `above` up to `below`, from the newest on.
    async fn run(&mut self, above: i64, mut below: i64) -> Result<Option<MessageId>, sqlx::Error> {
        for window in self.windows(above, below).await? {
            let mut take = (self.limit + 1).max(32);
            loop {
                let found = self.candidates(window, above, below, take).await?;
                let all = found.len() < take;
                for candidate in found {
                    below = candidate.doc;
                    self.read += 1;
                    let id = candidate.message.id;
                    if let Some(highlights) = self.matches(&candidate.message) {
                        if self.hits.len() == self.limit {
                            return Ok(self.hits.last().map(|hit| hit.message.id));
                        }
                        self.hits.push(self.hit(candidate.message, highlights));
                    }
                    if self.read == READ {
                        return Ok(Some(id));
                    }
                }
                if all {
                    break;
                }
                take = (take * 4).min(512);
            }
        }
        Ok(None)
    }

    async fn windows(&mut self, above: i64, below: i64) -> Result<Vec<i64>, sqlx::Error> {
        let (newest, new, old, oldest): Ends = fetch!(one, self.tx, sql::BOUNDS)?;
        let range = |to: Option<i64>, from: Option<i64>| {
            let windows = to.zip(from).map(|(to, from)| window(from)..=window(to));
            windows.into_iter().flat_map(Iterator::rev)
        };
        let windows = range(newest, new).chain(range(old, oldest));
        Ok(windows
            .filter(|window| begins(*window) < below && begins(window + 1) > above)
            .collect())
    }

    async fn candidates(
        &mut self,
        window: i64,
        above: i64,
        below: i64,
        take: usize,
    ) -> Result<Vec<Candidate>, sqlx::Error> {
        let terms = self.terms(window);
        let (from, before) = (
            self.searched.from_ms.unwrap_or(i64::MIN),
            self.searched.before_ms.unwrap_or(i64::MAX),
        );
        let take = i64::try_from(take).unwrap_or(i64::MAX);
        let user = self.user.0;
        let columns = || {
            vec![
                Column::Ids(self.places.iter().map(|place| place.id.0).collect()),
                Column::Numbers(self.places.iter().map(|place| class(place.id)).collect()),
            ]
        };
        let (first, below) = (above.max(begins(window)), below.min(begins(window + 1)));
        if terms.is_empty() {
            fetch!(all, self.tx, LISTED, user, first, below, from, before, take; columns())
        } else {
            let query = match self.kind {
                DatabaseKind::Sqlite => query(&terms, "\"", " AND "),
                DatabaseKind::Postgres => query(&terms, "'", " & "),
            };
            fetch!(all, self.tx, FOUND, user, query, below, from, before, take, first; columns())
        }
    }

    fn terms(&self, window: i64) -> Vec<String> {
        let words = self.searched.sought.iter().flat_map(Sought::terms);
        let mut terms: Vec<_> = words.map(|term| format!("{window:x}{term}")).collect();
        terms.extend(self.from.map(|from| sender_term(window, from)));
        if self.searched.has_file {
            terms.push(file_term(window));
        }
        terms
    }

    /// What to highlight, if it is what was searched for: the index may say more than is true.
    fn matches(&self, message: &Message) -> Option<Vec<(u32, u32)>> {
        if self.from.is_some_and(|from| from != message.sender) || (self.searched.has_file && message.files.is_empty())
        {
            return None;
        }
        let body = Folded::new(&message.body);
        let names: Vec<Folded> = message.files.iter().map(|file| Folded::new(&file.name)).collect();
        let mut highlights = Vec::new();
        for sought in &self.searched.sought {
            let found = sought.find(&body);
            if found.is_empty() && names.iter().all(|name| sought.find(name).is_empty()) {
                return None;
            }
            highlights.extend(found);
        }
        highlights.sort_unstable();
        let mut apart: Vec<(u32, u32)> = Vec::new();
        for (from, to) in highlights {
            match apart.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => apart.push((from, to)),
            }
        }
        Some(apart)
    }

    fn hit(&self, message: Message, highlights: Vec<(u32, u32)>) -> Hit {
        let place = self.places.iter().find(|place| place.id == message.conversation);
        Hit {
            conversation_kind: place.map_or(ConversationKind::Group, |place| place.kind),
            conversation_title: place.map(|place| place.title.clone()).unwrap_or_default(),
            message,
            highlights,
        }
    }
}

/// Terms are letters and digits, so there is nothing in them to escape.
fn query(terms: &[String], quote: &str, and: &str) -> String {
    let one = |term: &String| format!("{quote}{term}{quote}");
    terms.iter().map(one).collect::<Vec<_>>().join(and)
}
