//! Who is connected with whom: a request, its answer, and its end.
//!
//! A pair has at most one row. Every change of it first locks the two people, so that of two requests that cross the second
//! sees the first, and so that bounds hold however many ask at once. What the other one sees is part of the answer: who
//! was blocked is not told, and asks somebody who is never told of it.

mod change;
mod list;
pub(crate) mod sql;
mod standing;

use linnet_contract::UserId;

use crate::{Store, db::fetch, error::StoreError};

pub use change::{Asked, ConnectionBounds};
pub(crate) use change::{changed, end};
pub(crate) use list::from_start;
pub use list::{Connection, ConnectionPage, PeopleCursor};
pub use standing::Change;
pub(crate) use standing::{Standing, lock_direct, pair};

/// How two people stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four questions with an answer each, which do not exclude each other"
)]
pub struct Relation {
    /// The second of the two exists at all.
    pub exists: bool,
    /// A request was made and accepted.
    pub connected: bool,
    /// One of them blocked the other; which one is nobody's business.
    pub blocked: bool,
    /// The first of the two blocked the second.
    pub blocking: bool,
}

impl Store {
    /// How two people stand to each other.
    pub async fn connections_between(&self, user: UserId, other: UserId) -> Result<Relation, StoreError> {
        Ok(self.relation(user, other).await?)
    }

    async fn relation(&self, user: UserId, other: UserId) -> Result<Relation, sqlx::Error> {
        let (low, high) = pair(user, other);
        let mut reader = self.db.reader().await?;
        fetch!(one, reader, sql::BETWEEN, low.0, high.0, other.0)
    }
}
