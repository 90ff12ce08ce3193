//! Opening: from nothing, twice at once, too new, and when it goes wrong.

use linnet_store::{DatabaseKind, OpenError, OpenOptions, Store, StoreError};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::harness::{Db, on_both, postgres_database, raw, sqlite_file};

/// The first column of a query, as text.
async fn column(url: &str, sql: &str) -> Vec<String> {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    }
}

/// The numbers of the migrations that there are.
fn migrations() -> Vec<String> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut numbers: Vec<i64> = folder.map(|entry| name(entry)[..4].parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers.iter().map(ToString::to_string).collect()
}

async fn tables(url: &str) -> Vec<String> {
    let sql = if url.starts_with("sqlite") {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    };
    column(url, sql).await
}

async fn open_twice_at_once(url: &str) {
    let open = || {
        tokio::spawn({
            let url = url.to_owned();
            async move { Store::open(&url, OpenOptions::default()).await }
        })
    };
    for opened in [open(), open(), open()] {
        let store = opened.await.unwrap().unwrap();
        store.ping().await.unwrap();
        assert!(!store.users_any().await.unwrap());
        store.close().await;
    }
    assert_eq!(
        column(
            url,
            "SELECT CAST(number AS TEXT) FROM schema_migrations ORDER BY schema_migrations.number"
        )
        .await,
        migrations()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_nodes_may_start_at_once_on_a_new_database() {
    let (url, _folder) = sqlite_file();
    open_twice_at_once(&url).await;
    open_twice_at_once(&postgres_database().await).await;
}

/// A table of somebody else's stands where ours should be: the migration fails half way.
async fn fails_and_leaves_everything(url: &str) {
    raw(
        url,
        "CREATE TABLE messages (note TEXT); INSERT INTO messages VALUES ('mine')",
    )
    .await
    .unwrap();
    let error = Store::open(url, OpenOptions::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Migration { number: 1, .. }), "{error}");
    assert!(error.to_string().contains("is as it was before"), "{error}");
    assert_eq!(tables(url).await, ["messages"]);
    assert_eq!(column(url, "SELECT note FROM messages").await, ["mine"]);
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_database_as_it_was() {
    let (url, folder) = sqlite_file();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::File::create(folder.path().join("data/linnet.db")).unwrap();
    fails_and_leaves_everything(&url).await;
    fails_and_leaves_everything(&postgres_database().await).await;
}

on_both! {
    async fn a_newer_database_is_refused_and_names_the_program_that_opens_it(db: Db) {
        db.person("Alice").await;
        db.raw("INSERT INTO schema_migrations (number, program) VALUES (9000, '3.2.1')").await;
        let error = Store::open(&db.url, OpenOptions::default()).await.unwrap_err();
        let expected = format!(
            "the database was made by Linnet 3.2.1 (schema 9000), and this is Linnet {}, which knows schemas up to {}: \
             run Linnet 3.2.1 or later",
            env!("CARGO_PKG_VERSION"),
            migrations().pop().unwrap()
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(column(&db.url, "SELECT username FROM users").await, ["alice"]);
    }

    async fn opening_again_changes_nothing(db: Db) {
        db.person("Alice").await;
        let before = tables(&db.url).await;
        let again = db.another().await;
        assert_eq!(again.users_count().await.unwrap(), 1);
        again.close().await;
        assert_eq!(tables(&db.url).await, before);
    }

    /// Programs are built from branches on which numbers come in another order: each migration is asked for by itself.
    async fn a_migration_that_was_left_out_is_noticed_though_a_later_one_is_there(db: Db) {
        db.raw("DELETE FROM schema_migrations WHERE number = 1").await;
        let error = Store::open(&db.url, OpenOptions::default()).await.unwrap_err();
        assert!(matches!(error, OpenError::Migration { number: 1, .. }), "{error}");
    }

    async fn a_closed_store_is_unavailable(db: Db) {
        let other = db.another().await;
        other.ping().await.unwrap();
        other.close().await;
        assert!(matches!(other.ping().await, Err(StoreError::Unavailable(_))));
        assert!(matches!(other.users_count().await, Err(StoreError::Unavailable(_))));
        db.store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_wrong_url_is_one_sentence_without_the_password() {
    for url in [
        "",
        "mysql://root:hunter2@localhost/x",
        "sqlite://",
        "sqlite::memory:",
        "sqlite:///tmp/",
        "linnet.db",
    ] {
        let error = Store::open(url, OpenOptions::default()).await.unwrap_err();
        assert!(matches!(error, OpenError::Url(_)), "{url}: {error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    let options = OpenOptions {
        acquire_timeout: std::time::Duration::from_secs(1),
        ..OpenOptions::default()
    };
    // Nobody listens on port 1.
    let error = Store::open("postgres://linnet:hunter2@127.0.0.1:1/linnet", options)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Unreachable(_)), "{error}");
    assert!(!error.to_string().contains("hunter2"));
    let error = Store::open("sqlite:///proc/nowhere/linnet.db", options)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let (url, folder) = sqlite_file();
    let path = folder.path().join("data/linnet.db");
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(
        &path,
        "Dear diary, this is not a database, and it is long enough to be mistaken for one.",
    )
    .unwrap();
    let error = Store::open(&url, OpenOptions::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear diary"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let db = Db::sqlite().await;
    db.person("Alice").await;
    let file = db.file();
    let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&format!("{file}-wal")), 0o600);
    let (folder, _) = file.rsplit_once('/').unwrap();
    assert_eq!(mode(folder), 0o700);
}

#[tokio::test]
async fn sqlite_closes_into_one_file() {
    let db = Db::sqlite().await;
    db.person("Alice").await;
    db.store.close().await;
    assert!(!std::fs::exists(format!("{}-wal", db.file())).unwrap());
    assert_eq!(column(&db.url, "SELECT username FROM users").await, ["alice"]);
    assert_eq!(db.store.kind(), DatabaseKind::Sqlite);
}
