//! The two databases behind one face: pools, connections, transactions, and the macros that run one statement on
//! whichever of the two it is.

use crate::messages::appender::Appender;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction, pool::PoolConnection};

/// The pools. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// One connection that writes, several that may only read, and one for the plain batches of messages, which is used in
    /// the turn of the one that writes.
    Sqlite {
        writer: SqlitePool,
        appender: Appender,
        readers: SqlitePool,
    },
    /// Every connection does both.
    Postgres(PgPool),
}

/// A connection for one statement that reads.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// An open transaction. Dropped without `commit`, it is rolled back.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// What a statement runs on.
pub(crate) enum Session<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Db {
    /// A connection for a single statement.
    pub(crate) async fn reader(&self) -> Result<Reader, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Reader::Sqlite(readers.acquire().await?),
            Self::Postgres(pool) => Reader::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction whose statements all see the same state of the database.
    pub(crate) async fn snapshot(&self) -> Result<Tx, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// A transaction that writes. `SQLite` takes its one write lock at once: a transaction that reads first and wants
    /// the lock later fails with "busy" however long the busy timeout is.
    pub(crate) async fn write(&self) -> Result<Tx, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }
}

impl Reader {
    pub(crate) fn session(&mut self) -> Session<'_> {
        match self {
            Self::Sqlite(connection) => Session::Sqlite(connection),
            Self::Postgres(connection) => Session::Postgres(connection),
        }
    }
}

impl Tx {
    pub(crate) fn session(&mut self) -> Session<'_> {
        match self {
            Self::Sqlite(transaction) => Session::Sqlite(transaction),
            Self::Postgres(transaction) => Session::Postgres(transaction),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }
}

/// `fetch!(all | optional | one, connection, SQL, args..; columns)`: runs a query and decodes its rows.
macro_rules! fetch {
    (all, $($rest:tt)*) => { $crate::db::fetch!(@run fetch_all, $($rest)*) };
    (optional, $($rest:tt)*) => { $crate::db::fetch!(@run fetch_optional, $($rest)*) };
    (one, $($rest:tt)*) => { $crate::db::fetch!(@run fetch_one, $($rest)*) };
    (@run $method:ident, $on:expr, $sql:expr $(, $arg:expr)* $(; $columns:expr)?) => {
        match $on.session() {
            $crate::db::Session::Sqlite(connection) => {
                let arguments = $crate::db::arguments!(sqlx::sqlite::SqliteArguments $(, $arg)* $(; $columns)?);
                sqlx::query_as_with($sql.sqlite, arguments).$method(connection).await
            }
            $crate::db::Session::Postgres(connection) => {
                let arguments = $crate::db::arguments!(sqlx::postgres::PgArguments $(, $arg)* $(; $columns)?);
                sqlx::query_as_with($sql.postgres, arguments).$method(connection).await
            }
        }
    };
}
pub(crate) use fetch;

/// `execute!(connection, SQL, args..; columns)`: runs a statement and gives the number of rows that it changed.
macro_rules! execute {
    ($on:expr, $sql:expr $(, $arg:expr)* $(; $columns:expr)?) => {
        match $on.session() {
            $crate::db::Session::Sqlite(connection) => {
                let arguments = $crate::db::arguments!(sqlx::sqlite::SqliteArguments $(, $arg)* $(; $columns)?);
                sqlx::query_with($sql.sqlite, arguments).execute(connection).await.map(|done| done.rows_affected())
            }
            $crate::db::Session::Postgres(connection) => {
                let arguments = $crate::db::arguments!(sqlx::postgres::PgArguments $(, $arg)* $(; $columns)?);
                sqlx::query_with($sql.postgres, arguments).execute(connection).await.map(|done| done.rows_affected())
            }
        }
    };
}
pub(crate) use execute;

macro_rules! arguments {
    ($kind:ty) => { <$kind>::default() };
    ($kind:ty $(, $arg:expr)* $(; $columns:expr)?) => {{
        let mut arguments = <$kind>::default();
        $(sqlx::Arguments::add(&mut arguments, $arg).map_err(sqlx::Error::Encode)?;)*
        $($crate::bulk::AddColumns::add_columns(&mut arguments, $columns)?;)?
        arguments
    }};
}
pub(crate) use arguments;
