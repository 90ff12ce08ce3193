//! What can go wrong, in words that a caller can act on. No type of the SQL library leaves this crate.

use crate::messages::appender::AppenderError;

/// Why a call to the store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// What was asked for collides with what is there. Nothing changed.
    #[error("{0}")]
    Conflict(Conflict),
    /// The database is away, overloaded, or was too busy. Nothing is known to have changed; trying again later is right.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database refused a statement or holds what it must not: a defect, for the log.
    #[error("the database failed: {0}")]
    Failed(String),
}

/// What collided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Somebody else has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Only the first account was to be made, and there is one already.
    #[error("there is an account already")]
    NotFirst,
}

/// Why the store did not open. Each is one sentence for the person who starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is neither `sqlite://path` nor `postgres://...`. The URL itself is not repeated: it may hold a password.
    #[error("the database URL must be sqlite://<path of a file> or postgres://<user>@<host>/<database>{0}")]
    Url(String),
    /// The file or its folder cannot be made.
    #[error("the database file {path} cannot be opened: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// The database did not answer, or refused the connection.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A later program has been at work on it.
    #[error(
        "the database was made by Linnet {needed} (schema {found}), and this is Linnet {program}, which knows schemas up \
         to {known}: run Linnet {needed} or later"
    )]
    NewerDatabase {
        /// The schema of the database.
        found: i64,
        /// The latest schema that this program knows.
        known: i64,
        /// The program that made that schema.
        needed: String,
        /// This program.
        program: &'static str,
    },
    /// A migration failed; the database is as it was.
    #[error("the database could not be brought to schema {number} and is as it was before: {reason}")]
    Migration {
        /// The migration that failed.
        number: i64,
        /// What the database said.
        reason: String,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_) => Self::Unavailable(error.to_string()),
            sqlx::Error::Database(database) if is_passing(database.as_ref()) => {
                Self::Unavailable(database.message().to_owned())
            }
            // Only the message: the details of a PostgreSQL error repeat values of the row.
            sqlx::Error::Database(database) => Self::Failed(database.message().to_owned()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<AppenderError> for StoreError {
    fn from(error: AppenderError) -> Self {
        match error {
            AppenderError::Closed => Self::Unavailable(error.to_string()),
            AppenderError::Sqlite(rusqlite::Error::SqliteFailure(failure, message)) => {
                let message = message.unwrap_or_else(|| failure.to_string());
                if is_passing_in_sqlite(failure.extended_code) {
                    Self::Unavailable(message)
                } else {
                    Self::Failed(message)
                }
            }
            AppenderError::Panicked | AppenderError::Sqlite(_) => Self::Failed(error.to_string()),
        }
    }
}

/// BUSY, LOCKED, IOERR, FULL, CANTOPEN; extended codes carry the primary one in their low byte.
fn is_passing_in_sqlite(code: i32) -> bool {
    matches!(code & 0xff, 5 | 6 | 10 | 13 | 14)
}

/// Whether the same statement may succeed later: conflicts with others, shutdowns, full resources.
fn is_passing(error: &dyn sqlx::error::DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    match code.as_ref() {
        code if code.len() < 5 => code.parse().is_ok_and(is_passing_in_sqlite),
        // PostgreSQL classes: 08 connection, 25006 read-only standby, 40 rollback, 53 resources, 55 not available,
        // 57 operator intervention and timeouts, 58 system.
        "25006" => true,
        code => ["08", "40", "53", "55", "57", "58"]
            .iter()
            .any(|class| code.starts_with(class)),
    }
}

/// Whether running the whole transaction again at once is right: another one was in the way and is done now.
pub(crate) fn is_retryable(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    // Another node stored a message of the same sender and temp_id meanwhile: the next attempt finds it and answers it.
    if error.is_unique_violation() && error.constraint() == Some("messages_by_temp_id") {
        return true;
    }
    // PostgreSQL: serialization failure, deadlock. SQLite's BUSY comes after the busy timeout: that was the waiting.
    error
        .code()
        .is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
}

/// How often a transaction is tried before its caller hears that the database is busy.
pub(crate) const ATTEMPTS: usize = 5;

/// Runs a whole transaction again, at most [`ATTEMPTS`] times, while others are in its way.
macro_rules! retry {
    ($transaction:expr) => {{
        let mut attempt = 1;
        loop {
            match $transaction.await {
                Err(error) if attempt < $crate::error::ATTEMPTS && $crate::error::is_retryable(&error) => {
                    tracing::debug!(attempt, %error, "a transaction runs again");
                    attempt += 1;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use retry;
