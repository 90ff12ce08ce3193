//! Brings a database to the schema that this program knows, in one transaction: either all of it happens or nothing.
//!
//! Migrations only ever add; each has a number and a file for each database. The table `schema_migrations` remembers
//! which program applied each one, so that an older program can say which one is needed.

use crate::{
    db::{Db, Session, Tx, execute, fetch},
    error::OpenError,
    sql::Sql,
};

struct Migration {
    number: i64,
    sql: Sql,
}

macro_rules! migrations {
    ($($number:literal $file:literal,)*) => {
        &[$(Migration {
            number: $number,
            sql: Sql {
                sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
                postgres: include_str!(concat!("../migrations/postgres/", $file)),
            },
        },)*]
    };
}

const MIGRATIONS: &[Migration] = migrations! {
    1 "0001_first.sql",
    2 "0002_people.sql",
    3 "0003_groups.sql",
    4 "0004_message_changes.sql",
    5 "0005_live.sql",
    6 "0006_files.sql",
    8 "0008_push.sql",
    9 "0009_search.sql",
    10 "0010_previews.sql",
    11 "0011_digest.sql",
};

const PROGRAM: &str = env!("CARGO_PKG_VERSION");

const fn both(text: &'static str) -> Sql {
    Sql {
        sqlite: text,
        postgres: text,
    }
}

const TABLE: Sql =
    both("CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, program TEXT NOT NULL)");
const DONE: Sql = both("SELECT number, program FROM schema_migrations ORDER BY number");
const APPLIED: Sql = both("INSERT INTO schema_migrations (number, program) VALUES ($1, $2)");

/// Two nodes that start at once on one `PostgreSQL` take turns by this lock, which the end of the transaction frees;
/// the second then finds everything done. A long migration must not be cut off like a request. On `SQLite` the
/// transaction itself is the lock.
const TAKE_TURNS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                          SELECT pg_advisory_xact_lock(7808627452)";

/// Runs what is missing.
pub(crate) async fn run(db: &Db) -> Result<(), OpenError> {
    let failed = |number| {
        move |error: sqlx::Error| OpenError::Migration {
            number,
            reason: error.to_string(),
        }
    };
    let first = failed(MIGRATIONS[0].number);

    let mut tx = db
        .write()
        .await
        .map_err(|error| OpenError::Unreachable(error.to_string()))?;
    if let Session::Postgres(connection) = tx.session() {
        sqlx::raw_sql(TAKE_TURNS).execute(connection).await.map_err(first)?;
    }
    let done = done(&mut tx).await.map_err(first)?;
    let (found, program) = done.last().cloned().unwrap_or_default();
    let known = MIGRATIONS[MIGRATIONS.len() - 1].number;
    if found > known {
        return Err(OpenError::NewerDatabase {
            found,
            known,
            needed: program,
            program: PROGRAM,
        });
    }
    // Asked one by one: a program built between two numbers may have left one out.
    let missing = |migration: &&Migration| done.iter().all(|(number, _)| *number != migration.number);
    for migration in MIGRATIONS.iter().filter(missing) {
        apply(&mut tx, migration).await.map_err(failed(migration.number))?;
        tracing::info!(number = migration.number, "migrated the database");
    }
    tx.commit().await.map_err(failed(known))
}

async fn done(tx: &mut Tx) -> Result<Vec<(i64, String)>, sqlx::Error> {
    execute!(tx, TABLE)?;
    fetch!(all, tx, DONE)
}

async fn apply(tx: &mut Tx, migration: &Migration) -> Result<(), sqlx::Error> {
    match tx.session() {
        Session::Sqlite(connection) => sqlx::raw_sql(migration.sql.sqlite).execute(connection).await.map(drop),
        Session::Postgres(connection) => sqlx::raw_sql(migration.sql.postgres)
            .execute(connection)
            .await
            .map(drop),
    }?;
    execute!(tx, APPLIED, migration.number, PROGRAM).map(drop)
}
