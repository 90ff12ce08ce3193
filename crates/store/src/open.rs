//! Opening, closing, and asking whether the database answers.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Connection as _, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tokio::time::timeout;

use crate::{
    Store,
    db::{Db, Reader},
    error::{OpenError, StoreError},
    messages::appender::Appender,
    migrations,
};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// One file, one process.
    Sqlite,
    /// A server that several nodes may share.
    Postgres,
}

/// How large the pools are and how long to wait. The defaults are right for almost everyone.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// Connections to `PostgreSQL`.
    pub postgres_connections: u32,
    /// Connections that read from `SQLite`; each is a thread. One more writes.
    pub sqlite_readers: u32,
    /// How long a call waits for a free connection before it fails as [`StoreError::Unavailable`].
    pub acquire_timeout: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            postgres_connections: 16,
            sqlite_readers: 4,
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

/// What every `PostgreSQL` connection is told first. No request may hold a connection or a lock for long. A server whose
/// default is to answer a commit before it is on disk is overruled: what we acknowledge is durable.
const POSTGRES_SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
    SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = warning; \
    SELECT set_config('synchronous_commit', \
        CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, \
        false)";

/// What every `SQLite` connection is told first, in this order.
const SQLITE_SESSION: &[(&str, &str)] = &[
    ("busy_timeout", "5000"),
    ("foreign_keys", "ON"),
    ("journal_mode", "WAL"),
    // With NORMAL a power cut could take back what was acknowledged.
    ("synchronous", "FULL"),
    // macOS keeps an fsync in the drive's cache unless asked like this; other systems have no such thing.
    ("fullfsync", "ON"),
    ("temp_store", "MEMORY"),
    // Pages that every batch touches go into the file once for many commits. 32 MiB of log are read in a moment when the
    // program starts again after a crash.
    ("wal_autocheckpoint", "8192"),
    // The log is cut back to this after a burst, instead of staying as large as it ever was.
    ("journal_size_limit", "67108864"),
    // No memory-mapped reads: an I/O error in a mapping is a signal that ends the process, not an error.
    ("mmap_size", "0"),
];

impl Store {
    /// Opens the database, makes it if need be, and brings it to the schema that this program knows.
    ///
    /// `url` is `sqlite://<path of a file>` (the path is taken as it stands, and its folder is made) or `postgres://...`
    /// as libpq writes it.
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        let db = if let Some(path) = sqlite_path(url)? {
            open_sqlite(&path, options).await?
        } else {
            open_postgres(url, options).await?
        };
        let store = Self { db };
        if let Err(error) = migrations::run(&store.db).await {
            store.close().await;
            return Err(error);
        }
        Ok(store)
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        match self.db {
            Db::Sqlite { .. } => DatabaseKind::Sqlite,
            Db::Postgres(_) => DatabaseKind::Postgres,
        }
    }

    /// Waits for the statements that run and closes every connection. Calls that come later fail as unavailable.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite {
                writer,
                appender,
                readers,
            } => {
                // The writer last: the last connection to leave folds the write-ahead log back into the file, and a
                // connection that may only read could not.
                readers.close().await;
                appender.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether the database answers, for readiness checks.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match self.db.reader().await? {
            Reader::Sqlite(mut connection) => sqlx::query("SELECT 1 FROM users LIMIT 1")
                .execute(&mut *connection)
                .await
                .map(drop),
            Reader::Postgres(mut connection) => sqlx::query("SELECT 1").execute(&mut *connection).await.map(drop),
        }?;
        Ok(())
    }
}

/// The path of a `SQLite` URL, or none if it is a `PostgreSQL` one.
fn sqlite_path(url: &str) -> Result<Option<PathBuf>, OpenError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(None);
    }
    let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) else {
        return Err(OpenError::Url(String::new()));
    };
    // A database in memory would be a different one for each connection, and gone with the process.
    if path.is_empty() || path.contains(":memory:") || path.ends_with('/') {
        return Err(OpenError::Url(": a file is needed".to_owned()));
    }
    Ok(Some(PathBuf::from(path)))
}

async fn open_sqlite(path: &Path, options: OpenOptions) -> Result<Db, OpenError> {
    let failed = |reason: String| OpenError::File {
        path: path.display().to_string(),
        reason,
    };
    create_private(path).map_err(|error| failed(error.to_string()))?;
    let connect = SQLITE_SESSION.iter().fold(
        SqliteConnectOptions::new()
            .filename(path)
            // Rows come from another thread. With the small default it waits, and both threads switch, every fifty rows
            // of a batch of hundreds: measured, a twelfth of what a message costs.
            .row_buffer_size(1_024),
        |connect, (name, value)| connect.pragma(*name, *value),
    );
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(options.acquire_timeout)
            // The file does not go away like a server does: asking before each statement is wasted.
            .test_before_acquire(false)
            // A full disk makes SQLite end a transaction by itself. The rollback that follows then fails, and the
            // connection would take itself for one with an open transaction for ever: a new one is opened instead.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer = pool()
        .max_connections(1)
        .connect_with(connect.clone().pragma("cache_size", "-4096"))
        .await
        .map_err(|error| failed(error.to_string()))?;
    let appender = Appender::open(path, &[SQLITE_SESSION, &[("cache_size", "-16384")]].concat())
        .map_err(|error| failed(error.to_string()))?;
    let readers = pool()
        .max_connections(options.sqlite_readers.max(1))
        .connect_lazy_with(connect.pragma("cache_size", "-4096").pragma("query_only", "ON"));
    Ok(Db::Sqlite {
        writer,
        appender,
        readers,
    })
}

/// Makes the file and its folder, for this user's eyes only: it holds every message and every password hash. The log
/// files beside it get the same mode from `SQLite`.
fn create_private(path: &Path) -> std::io::Result<()> {
    if path.try_exists()? {
        return Ok(());
    }
    let mut folder = std::fs::DirBuilder::new();
    let mut file = std::fs::OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder.recursive(true).create(parent)?;
    }
    file.create(true).append(true).open(path).map(drop)
}

async fn open_postgres(url: &str, options: OpenOptions) -> Result<Db, OpenError> {
    let connect: PgConnectOptions = url
        .parse()
        .map_err(|_| OpenError::Url(": it cannot be parsed".to_owned()))?;
    // The pool would only say that nothing came in time. One connection by itself says why.
    let first = timeout(options.acquire_timeout, PgConnection::connect_with(&connect)).await;
    let first = first.map_err(|_| OpenError::Unreachable("it does not answer".to_owned()))?;
    let first = first.map_err(|error| OpenError::Unreachable(error.to_string()))?;
    drop(first.close().await);
    let pool = PgPoolOptions::new()
        .max_connections(options.postgres_connections.max(2))
        .acquire_timeout(options.acquire_timeout)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(POSTGRES_SESSION).execute(connection).await.map(drop) })
        })
        .connect_with(connect.application_name("linnet"))
        .await
        .map_err(|error| OpenError::Unreachable(error.to_string()))?;
    Ok(Db::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What durability and integrity rest on; the connections are not to be had from outside.
    #[tokio::test]
    async fn every_connection_keeps_what_it_acknowledged_and_checks_references() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/linnet.db", folder.path().display());
        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        let Db::Sqlite {
            writer,
            appender,
            readers,
        } = &store.db
        else {
            panic!("this is SQLite")
        };
        // 2 is FULL. A reader could not write if it tried.
        for (pool, query_only) in [(writer, 0), (readers, 1)] {
            let settings: (i64, i64, String, i64, i64) = sqlx::query_as(
                "SELECT * FROM pragma_foreign_keys, pragma_fullfsync, pragma_journal_mode, pragma_synchronous, \
                 pragma_query_only",
            )
            .fetch_one(pool)
            .await
            .unwrap();
            assert_eq!(settings, (1, 1, "wal".to_owned(), 2, query_only));
        }
        let settings = [
            "foreign_keys",
            "fullfsync",
            "journal_mode",
            "synchronous",
            "busy_timeout",
        ];
        assert_eq!(
            settings.map(|name| appender.pragma(name)),
            ["1", "1", "wal", "2", "5000"]
        );
    }

    /// `SQLite` ends a transaction by itself when the disk is full, and the library counts on.
    #[tokio::test]
    async fn a_transaction_that_the_database_ended_by_itself_does_not_end_all_writing() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/linnet.db", folder.path().display());
        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        let sign_up = |number: u128| {
            store.users_create(crate::NewUser {
                id: linnet_contract::UserId(uuid::Uuid::from_u128(number)),
                username: format!("user{number}"),
                display_name: "Alice".to_owned(),
                password_hash: None,
                first_only: false,
                now: 0,
            })
        };
        for number in 1..4 {
            let mut transaction = store.db.write().await.unwrap();
            let crate::db::Session::Sqlite(connection) = transaction.session() else {
                panic!("this is SQLite")
            };
            sqlx::query("ROLLBACK").execute(connection).await.unwrap();
            drop(transaction);
            sign_up(number).await.expect("it writes on");
        }
    }

    /// A panic in the middle of a batch leaves its transaction behind.
    #[tokio::test]
    async fn a_batch_that_was_left_half_written_does_not_end_all_writing() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/linnet.db", folder.path().display());
        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        let Db::Sqlite { appender, .. } = &store.db else {
            panic!("this is SQLite")
        };
        appender.leave_a_transaction_open();
        let nowhere = crate::Draft {
            id: linnet_contract::MessageId(uuid::Uuid::from_u128(1)),
            conversation: linnet_contract::ConversationId(uuid::Uuid::from_u128(2)),
            sender: linnet_contract::UserId(uuid::Uuid::from_u128(3)),
            temp_id: None,
            body: "hello".to_owned(),
            reply_to: None,
            files: Vec::new(),
            names: Vec::new(),
            kind: linnet_contract::MessageKind::Text,
            now_ms: 0,
        };
        let answers = store.messages_append(vec![nowhere], crate::DirectPolicy::Anyone).await;
        assert_eq!(answers, Ok(vec![Err(crate::AppendError::NotMember)]));
    }

    #[test]
    fn the_path_is_taken_as_it_stands() {
        let path = |url| sqlite_path(url).unwrap().map(|path| path.display().to_string());
        assert_eq!(path("sqlite://./data/linnet.db").as_deref(), Some("./data/linnet.db"));
        assert_eq!(
            path("sqlite:///var/lib/my chat%20?/x.db").as_deref(),
            Some("/var/lib/my chat%20?/x.db")
        );
        assert_eq!(path("sqlite:x.db").as_deref(), Some("x.db"));
        assert_eq!(path("postgres://localhost/linnet"), None);
    }
}
