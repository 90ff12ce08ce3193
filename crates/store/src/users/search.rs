//! Finding people by the beginning of a name.

use linnet_contract::UserId;

use super::{User, sql};
use crate::{Store, db::fetch, error::StoreError};

impl Store {
    /// People whose username, or display name from any of its words on, begins with the query, in any case; the exact
    /// username first, then by username; never the asker. An empty query finds nobody: this is no way to list everyone.
    pub async fn users_search(&self, query: &str, asker: UserId, limit: i64) -> Result<Vec<User>, StoreError> {
        let (from, to) = words(query);
        if from.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.search(&from, &to, asker, limit).await?)
    }

    async fn search(&self, from: &str, to: &str, asker: UserId, limit: i64) -> Result<Vec<User>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(all, reader, sql::SEARCH, from, to, asker.0, limit)
    }
}

/// Which words of names begin with a query: those from the first text on and before the second one. The first is empty for
/// a query without anything in it.
///
/// Everything that begins with the query sorts from it up to it followed by the last character there is: a range of the
/// index, in which no character means anything special as `%` and `_` do in a pattern.
pub(crate) fn words(query: &str) -> (String, String) {
    let query = query.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    // PostgreSQL has no zero character in texts, so nobody's name has one.
    if query.contains('\0') {
        return (char::MAX.into(), char::MAX.into());
    }
    let end = format!("{query}{}", char::MAX);
    (query, end)
}
