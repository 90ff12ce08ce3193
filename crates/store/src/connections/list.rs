//! The connections and requests of a person, and how they stand to others.

use std::{collections::HashMap, fmt, str::FromStr};

use linnet_contract::{ConnectionState, UserId};
use uuid::Uuid;

use super::{sql, standing::state};
use crate::{
    Store,
    bulk::Column,
    conversations::BadCursor,
    db::fetch,
    decode::{Id, MaybeId},
    error::StoreError,
    users::User,
};

/// Where a page of people ended. As a text, `<milliseconds>.<user>`, it goes to a client and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleCursor {
    pub(crate) since: i64,
    pub(crate) other: UserId,
}

impl fmt::Display for PeopleCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.since, self.other)
    }
}

impl FromStr for PeopleCursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (since, other) = text.split_once('.').ok_or(BadCursor)?;
        Ok(Self {
            since: since.parse().map_err(|_| BadCursor)?,
            other: other.parse().map_err(|_| BadCursor)?,
        })
    }
}

/// Before the first row, where there is no cursor.
pub(crate) fn from_start(cursor: Option<PeopleCursor>) -> PeopleCursor {
    cursor.unwrap_or(PeopleCursor {
        since: i64::MAX,
        other: UserId(Uuid::max()),
    })
}

/// A connection or an open request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The other person.
    pub user: User,
    /// How it is.
    pub state: ConnectionState,
    /// Since when.
    pub since: i64,
}

/// A page of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionPage {
    /// The latest first.
    pub connections: Vec<Connection>,
    /// Where the next page begins, if there is one.
    pub next: Option<PeopleCursor>,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    user: User,
    state: String,
    #[sqlx(try_from = "Id")]
    requested_by: UserId,
    since: i64,
}

#[derive(sqlx::FromRow)]
struct StateRow {
    #[sqlx(try_from = "Id")]
    other: UserId,
    state: Option<String>,
    #[sqlx(try_from = "MaybeId")]
    requested_by: Option<UserId>,
    blocking: bool,
}

impl Store {
    /// A page of the user's connections and open requests, the latest first; of one state, or of all three.
    pub async fn connections_list(
        &self,
        user: UserId,
        state: Option<ConnectionState>,
        cursor: Option<PeopleCursor>,
        limit: usize,
    ) -> Result<ConnectionPage, StoreError> {
        Ok(self.connections_page(user, state, from_start(cursor), limit).await?)
    }

    async fn connections_page(
        &self,
        user: UserId,
        only: Option<ConnectionState>,
        from: PeopleCursor,
        limit: usize,
    ) -> Result<ConnectionPage, sqlx::Error> {
        let only = match only {
            None => "",
            Some(ConnectionState::Accepted) => "accepted",
            Some(ConnectionState::Requested) => "requested",
            Some(ConnectionState::Received) => "received",
            // What is not in this list.
            Some(ConnectionState::None | ConnectionState::Blocked) => "none",
        };
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut reader = self.db.reader().await?;
        let mut rows: Vec<Row> = fetch!(all, reader, sql::LIST, user.0, from.since, from.other.0, only, one_more)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let connections: Vec<Connection> = rows
            .into_iter()
            .map(|row| Connection {
                state: state(Some(&row.state), Some(row.requested_by), false, user),
                user: row.user,
                since: row.since,
            })
            .collect();
        let next = connections.last().filter(|_| more).map(|last| PeopleCursor {
            since: last.since,
            other: last.user.id,
        });
        Ok(ConnectionPage { connections, next })
    }

    /// How the user stands to each of these people, as the user sees it.
    pub async fn connections_states(
        &self,
        user: UserId,
        others: &[UserId],
    ) -> Result<HashMap<UserId, ConnectionState>, StoreError> {
        if others.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(self.states(user, others).await?)
    }

    async fn states(&self, user: UserId, others: &[UserId]) -> Result<HashMap<UserId, ConnectionState>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let columns = || vec![Column::Ids(others.iter().map(|id| id.0).collect())];
        let rows: Vec<StateRow> = fetch!(all, reader, sql::STATES, user.0; columns())?;
        let seen = |row: StateRow| {
            let seen = state(row.state.as_deref(), row.requested_by, row.blocking, user);
            (row.other, seen)
        };
        Ok(rows.into_iter().map(seen).collect())
    }

    /// Everybody with whom the user has a connection or an open request, of theirs or of the user.
    pub async fn connections_peers(&self, user: UserId) -> Result<Vec<UserId>, StoreError> {
        Ok(self.peers(user).await?)
    }

    async fn peers(&self, user: UserId) -> Result<Vec<UserId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let ids: Vec<(Id,)> = fetch!(all, reader, sql::PEERS, user.0)?;
        Ok(ids.into_iter().map(|(id,)| id.into()).collect())
    }
}
