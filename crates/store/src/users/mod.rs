//! Accounts: who there is, how they are found, and what proves who they are.

mod change;
mod create;
mod find;
mod privacy;
mod search;
pub(crate) mod sql;

use linnet_contract::UserId;

use crate::decode::Id;

pub use create::NewUser;
pub(crate) use search::words;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    /// The account's id.
    #[sqlx(try_from = "Id")]
    pub id: UserId,
    /// Unique, lower case.
    pub username: String,
    /// What to show.
    pub display_name: String,
    /// Where the picture is kept, if there is one.
    pub avatar: Option<String>,
    /// May manage the server.
    pub admin: bool,
    /// Nobody sees their receipts, and they see nobody's.
    pub hides_receipts: bool,
    /// Nobody sees when they were last there, and they see nobody's.
    pub hides_last_seen: bool,
    /// When it was made.
    pub created_at: i64,
}

/// What proves who someone is. Its `Debug` shows no hash.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Credentials {
    /// The account.
    #[sqlx(flatten)]
    pub user: User,
    /// The password's hash in PHC form; none for an account that signs in elsewhere.
    pub password_hash: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
