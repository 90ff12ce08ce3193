//! A fresh database for each test, and people who write to each other in it.

use std::{
    env,
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
};

use linnet_contract::{ConversationId, MessageId, MessageKind, Sequence, UserId};
use linnet_store::{Appended, DatabaseKind, DirectPolicy, Draft, NewUser, OpenOptions, Store, User};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

/// Runs a test once on each database.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: Db) $body:block)*) => {$(
        $(#[$attribute])*
        async fn $name($db: &crate::harness::Db) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(&crate::harness::Db::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let db = crate::harness::Db::postgres().await;
                super::$name(&db).await;
                db.remove().await;
            }
        }
    )*};
}
pub(crate) use on_both;

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// A new id; the order of ids is not the order in which they were made, as between nodes.
pub(crate) fn id() -> Uuid {
    let number = u128::from(COUNTER.fetch_add(1, Ordering::Relaxed));
    Uuid::from_u128(number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
}

/// The time of every test, unless it says otherwise.
pub(crate) const NOW: i64 = 1_800_000_000_000;

/// A database of one test.
pub(crate) struct Db {
    pub(crate) url: String,
    pub(crate) store: Store,
    folder: Option<tempfile::TempDir>,
}

/// The server for `PostgreSQL` tests.
pub(crate) fn postgres_server() -> String {
    env::var("LINNET_TEST_POSTGRES").expect(
        "LINNET_TEST_POSTGRES is not set: run `make test`, or `dev/with-postgres cargo test -p linnet-store`, \
         which starts a PostgreSQL for the tests",
    )
}

/// A new, empty database on the `PostgreSQL` server.
pub(crate) async fn postgres_database() -> String {
    let server = postgres_server();
    let name = format!(
        "linnet_store_{}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    let mut admin = PgConnection::connect(&server).await.expect("the test server answers");
    let create = format!("CREATE DATABASE {name}");
    sqlx::raw_sql(AssertSqlSafe(create))
        .execute(&mut admin)
        .await
        .expect("a database can be made");
    let (base, _) = server.rsplit_once('/').expect("the URL names a database");
    format!("{base}/{name}")
}

pub(crate) fn sqlite_file() -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    (format!("sqlite://{}/data/linnet.db", folder.path().display()), folder)
}

impl Db {
    pub(crate) async fn sqlite() -> Self {
        let (url, folder) = sqlite_file();
        let store = Store::open(&url, OpenOptions::default())
            .await
            .expect("a new file opens");
        Self {
            url,
            store,
            folder: Some(folder),
        }
    }

    pub(crate) async fn postgres() -> Self {
        let url = postgres_database().await;
        let store = Store::open(&url, OpenOptions::default())
            .await
            .expect("a new database opens");
        Self {
            url,
            store,
            folder: None,
        }
    }

    /// Drops a `PostgreSQL` database after its test passed; one that failed is left for a look.
    pub(crate) async fn remove(self) {
        self.store.close().await;
        let (base, name) = self.url.rsplit_once('/').expect("the URL names a database");
        let mut admin = PgConnection::connect(&format!("{base}/postgres"))
            .await
            .expect("the test server answers");
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut admin)
            .await
            .expect("the database can be dropped");
    }

    /// A second store on the same database: another node, or the program started again.
    pub(crate) async fn another(&self) -> Store {
        Store::open(&self.url, OpenOptions::default())
            .await
            .expect("the database opens again")
    }

    /// The path of the `SQLite` file.
    pub(crate) fn file(&self) -> String {
        assert!(self.folder.is_some());
        self.url.trim_start_matches("sqlite://").to_owned()
    }

    /// Runs something that the store has no method for.
    pub(crate) async fn raw(&self, sql: &str) {
        raw(&self.url, sql).await.expect(sql);
    }

    /// An id as a literal of this database.
    pub(crate) fn literal(&self, id: Uuid) -> String {
        match self.store.kind() {
            DatabaseKind::Sqlite => format!("x'{}'", id.simple()),
            DatabaseKind::Postgres => format!("'{id}'::uuid"),
        }
    }

    pub(crate) async fn person(&self, name: &str) -> User {
        let new = NewUser {
            id: UserId(id()),
            username: name.to_lowercase().replace(' ', "."),
            display_name: name.to_owned(),
            password_hash: Some("hash".to_owned()),
            first_only: false,
            now: NOW,
        };
        self.store.users_create(new).await.expect("the name is free")
    }

    /// Alice, Bob, and the id of their direct conversation.
    pub(crate) async fn alice_and_bob(&self) -> (UserId, UserId, ConversationId) {
        let (alice, bob) = (self.person("Alice").await.id, self.person("Bob").await.id);
        (alice, bob, self.direct(alice, bob).await)
    }

    pub(crate) async fn direct(&self, one: UserId, other: UserId) -> ConversationId {
        let made = self
            .store
            .conversations_direct(one, other, ConversationId(id()), NOW)
            .await;
        made.expect("the database answers").expect("both exist").id
    }

    /// A group without the message that says that it was made.
    pub(crate) async fn group(&self, members: &[UserId]) -> ConversationId {
        let group = id();
        let literal = self.literal(group);
        let mut sql = format!(
            "INSERT INTO conversations (id, kind, title, member_count, created_at, last_message_at)
             VALUES ({literal}, 'group', 'Garden', {}, {NOW}, {NOW});",
            members.len()
        );
        for (position, member) in members.iter().enumerate() {
            let member = self.literal(member.0);
            let _ = write!(
                sql,
                "INSERT INTO members (conversation_id, user_id, role, position, joined_at)
                 VALUES ({literal}, {member}, 'member', {}, {NOW});",
                position + 1
            );
        }
        self.raw(&sql).await;
        ConversationId(group)
    }

    pub(crate) async fn leave(&self, conversation: ConversationId, user: UserId) {
        let (conversation, user) = (self.literal(conversation.0), self.literal(user.0));
        self.raw(&format!(
            "DELETE FROM members WHERE conversation_id = {conversation} AND user_id = {user}"
        ))
        .await;
    }

    pub(crate) async fn block(&self, by: UserId, whom: UserId) {
        let (by, whom) = (self.literal(by.0), self.literal(whom.0));
        self.raw(&format!(
            "INSERT INTO blocks (blocker_id, blocked_id, created_at) VALUES ({by}, {whom}, {NOW})"
        ))
        .await;
    }

    pub(crate) async fn connect(&self, one: UserId, other: UserId, state: &str) {
        let (low, high) = (self.literal(one.min(other).0), self.literal(one.max(other).0));
        self.raw(&format!(
            "INSERT INTO connections (user_low, user_high, state, requested_by, created_at)
             VALUES ({low}, {high}, '{state}', {low}, {NOW})"
        ))
        .await;
    }

    /// Sends one message and gives its acknowledgement.
    pub(crate) async fn send(&self, sender: UserId, conversation: ConversationId, body: &str) -> Appended {
        self.append(vec![draft(sender, conversation, body)])
            .await
            .remove(0)
            .expect("the message is accepted")
    }

    /// Sends messages "1", "2", ... in batches.
    pub(crate) async fn send_many(&self, sender: UserId, conversation: ConversationId, count: usize) {
        let drafts: Vec<Draft> = (1..=count)
            .map(|number| draft(sender, conversation, &number.to_string()))
            .collect();
        for batch in drafts.chunks(500) {
            assert!(self.append(batch.to_vec()).await.iter().all(Result::is_ok));
        }
    }

    pub(crate) async fn append(&self, drafts: Vec<Draft>) -> Vec<Result<Appended, linnet_store::AppendError>> {
        self.store
            .messages_append(drafts, DirectPolicy::Anyone)
            .await
            .expect("the database answers")
    }
}

/// Runs statements on a connection of their own.
pub(crate) async fn raw(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await?;
        connection.close().await
    } else {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await?;
        connection.close().await
    }
}

pub(crate) fn draft(sender: UserId, conversation: ConversationId, body: &str) -> Draft {
    Draft {
        id: MessageId(id()),
        conversation,
        sender,
        temp_id: None,
        body: body.to_owned(),
        reply_to: None,
        files: Vec::new(),
        names: Vec::new(),
        kind: MessageKind::Text,
        now_ms: NOW,
    }
}

pub(crate) fn named(temp_id: &str, draft: Draft) -> Draft {
    Draft {
        temp_id: Some(temp_id.to_owned()),
        ..draft
    }
}

pub(crate) fn seq(number: i64) -> Sequence {
    Sequence::try_from(number).expect("a counter")
}
