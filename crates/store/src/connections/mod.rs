//! Who is connected with whom, and who blocked whom. Requests and blocks come to be elsewhere; here is what writing a
//! direct message asks about them.

pub(crate) mod sql;

use linnet_contract::UserId;

use crate::{Store, db::fetch, error::StoreError};

/// How two people stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Relation {
    /// The second of the two exists at all.
    pub exists: bool,
    /// A request was made and accepted.
    pub connected: bool,
    /// One of them blocked the other; which one is nobody's business.
    pub blocked: bool,
}

impl Store {
    /// How two people stand to each other.
    pub async fn connections_between(&self, user: UserId, other: UserId) -> Result<Relation, StoreError> {
        Ok(self.relation(user, other).await?)
    }

    async fn relation(&self, user: UserId, other: UserId) -> Result<Relation, sqlx::Error> {
        let (low, high) = (user.min(other), user.max(other));
        let mut reader = self.db.reader().await?;
        fetch!(one, reader, sql::BETWEEN, low.0, high.0, other.0)
    }
}
