//! Every statement, on each database: that it prepares, and that it finds its rows by an index.

use linnet_store::{Sql, all_statements};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqlSafeStr as _, SqliteConnection};

use crate::harness::{Db, on_both};

fn statement(resource: &str, name: &str) -> Sql {
    let found = all_statements().find(|(of, called, _)| (*of, *called) == (resource, name));
    found
        .unwrap_or_else(|| panic!("there is no statement {resource}/{name}"))
        .2
}

on_both! {
    async fn every_statement_prepares(db: Db) {
        let mut count = 0;
        for (resource, name, sql) in all_statements() {
            let prepared = if db.url.starts_with("sqlite") {
                let mut connection = SqliteConnection::connect(&db.url).await.unwrap();
                connection.prepare(sql.sqlite.into_sql_str()).await.map(drop)
            } else {
                let mut connection = PgConnection::connect(&db.url).await.unwrap();
                connection.prepare(sql.postgres.into_sql_str()).await.map(drop)
            };
            prepared.unwrap_or_else(|error| panic!("{resource}/{name}: {error}"));
            count += 1;
        }
        assert!(count > 40, "{count} statements are listed");
    }
}

/// A database with enough in it that a scan would be the wrong plan: 60 people, 400 conversations, 40,000 messages.
async fn filled(db: &Db) {
    let numbers = |count: i64| match db.store.kind() {
        linnet_store::DatabaseKind::Sqlite => {
            format!(
                "(WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) SELECT n FROM n)"
            )
        }
        linnet_store::DatabaseKind::Postgres => format!("(SELECT n FROM generate_series(1::bigint, {count}) AS n)"),
    };
    let id = |kind: i64, number: &str| match db.store.kind() {
        linnet_store::DatabaseKind::Sqlite => format!("unhex(printf('%08x000000000000%012x', {kind}, {number}))"),
        linnet_store::DatabaseKind::Postgres => {
            format!("CAST(lpad(to_hex({kind}), 8, '0') || '000000000000' || lpad(to_hex({number}), 12, '0') AS uuid)")
        }
    };
    db.raw(&format!(
        "INSERT INTO users (id, username, display_name, created_at)
            SELECT {user}, 'user' || n, 'User ' || n, 0 FROM {users} AS u;
         INSERT INTO user_words (word, user_id) SELECT username, id FROM users;
         INSERT INTO conversations (id, kind, last_sequence, version, member_count, created_at, last_message_at)
            SELECT {conversation}, 'group', 100, 200, 3, 0, n FROM {conversations} AS c;
         INSERT INTO members (conversation_id, user_id, role, position, joined_at)
            SELECT {conversation}, {member}, 'member', 1, 0 FROM {conversations} AS c;
         INSERT INTO messages (conversation_id, sequence, version, changed_version, id, sender_id, temp_id, kind,
                created_at, body)
            SELECT {of}, n % 100 + 1, n % 100 + 1, CASE WHEN n % 3 = 0 THEN n % 100 + 101 END, {message}, {one}, 't' || n, 'text', 0, 'hello there, how are you?'
            FROM {messages} AS m;
         ANALYZE;",
        user = id(1, "n"),
        users = numbers(60),
        conversation = id(2, "n"),
        conversations = numbers(400),
        member = id(1, "n % 60 + 1"),
        of = id(2, "((n - 1) / 100 + 1)"),
        message = id(3, "n"),
        one = id(1, "1"),
        messages = numbers(40_000),
    ))
    .await;
}

/// By which range the statements of sync find messages.
const RANGES: &[(&str, &str, &str)] = &[
    ("BY_SEQUENCES", "PRIMARY KEY", "sequence>"),
    ("CHANGED_BETWEEN", "messages_changed", "changed_version>"),
    ("WRITTEN_BETWEEN", "PRIMARY KEY", "sequence>"),
];

/// Statements whose cost must not grow with the number of messages.
const BOUNDED: &[(&str, &str)] = &[
    ("digests", "CLAIM"),
    ("digests", "CONFIRM"),
    ("digests", "DUE"),
    ("digests", "UNREAD"),
    ("digests", "UNSUBSCRIBE"),
    ("files", "CLAIM"),
    ("files", "EXPIRE"),
    ("files", "FORGET"),
    ("files", "GET"),
    ("files", "OFFERED"),
    ("files", "PURGE"),
    ("files", "RELEASE"),
    ("files", "USED"),
    ("groups", "CANDIDATES"),
    ("groups", "INVITES"),
    ("groups", "INVITE_USE"),
    ("groups", "LAST_POSITION"),
    ("groups", "LOCK"),
    ("groups", "MEMBERS_DELETE"),
    ("groups", "PERSON"),
    ("groups", "PURGE_MESSAGES"),
    ("members", "PAGE"),
    ("conversations", "SUMMARIES"),
    ("members", "FIRST"),
    ("members", "MARKS"),
    ("members", "MARKS_SET"),
    ("members", "SETTINGS_LOCK"),
    ("members", "SETTINGS_SET"),
    ("messages", "AFTER"),
    ("messages", "BEFORE"),
    ("messages", "BY_SEQUENCES"),
    ("messages", "BY_TEMP_ID"),
    ("messages", "BY_ID"),
    ("messages", "CHANGE"),
    ("messages", "CHANGED_BETWEEN"),
    ("messages", "CONVERSATIONS_ADVANCE"),
    ("messages", "CONVERSATIONS_LOCK"),
    ("messages", "INSERT"),
    ("messages", "IN_CONVERSATION"),
    ("messages", "LAST"),
    ("messages", "PLACE"),
    ("messages", "REACTED"),
    ("messages", "REACTED_FIRST"),
    ("messages", "REACTIONS_DELETE"),
    ("messages", "REACTION_DELETE"),
    ("messages", "SENDER"),
    ("messages", "SENDERS_ADVANCE"),
    ("messages", "SENDERS_LOCK"),
    ("messages", "UNDELIVERED"),
    ("messages", "NAMED"),
    ("messages", "UNREAD"),
    ("messages", "VERSIONS_ADVANCE"),
    ("messages", "WRITTEN_BETWEEN"),
    ("messages, plain batches", "ANSWERED"),
    ("messages, plain batches", "CONVERSATION"),
    ("messages, plain batches", "CONVERSATION_ADVANCE"),
    ("messages, plain batches", "NAMED"),
    ("messages, plain batches", "SENDER_ADVANCE"),
    ("messages, plain batches", "STORED"),
    ("presence", "APART"),
    ("presence", "APART_IN"),
    ("presence", "LAST_SEEN"),
    ("presence", "LAST_SEEN_SET"),
    ("presence", "ROOMS"),
    ("presence", "SHARE"),
    ("presence", "VISIBLE"),
    ("presence", "WRITER"),
    ("push", "BLOCKING"),
    ("push", "DEVICE"),
    ("push", "FORGET"),
    ("push", "MESSAGES"),
    ("push", "SUBSCRIBERS"),
    ("push", "TAKE_OVER"),
    ("push", "WAITING"),
    ("sync", "MARK_SUMS"),
    ("sync", "MINE"),
    ("sync", "OWN_SUMS"),
];

#[tokio::test]
async fn sqlite_finds_rows_by_an_index_and_sorts_no_page() {
    let db = Db::sqlite().await;
    filled(&db).await;
    let mut connection = SqliteConnection::connect(&db.url).await.unwrap();
    for (resource, name) in BOUNDED {
        let explain = format!("EXPLAIN QUERY PLAN {}", statement(resource, name).sqlite);
        let rows = sqlx::query(AssertSqlSafe(explain))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        // What may be scanned is what came in: the JSON, and tables derived from it; and in the statements of pages, the
        // page (`m`) that was cut out before.
        let paged = ["AFTER", "BEFORE", "MESSAGES", "UNDELIVERED"].contains(name);
        let allowed: &[&str] = if paged {
            &["SCAN m"]
        } else {
            &["SCAN json_each", "SCAN input", "SCAN i"]
        };
        let scanned = |step: &&String| {
            step.starts_with("SCAN")
                && !allowed
                    .iter()
                    .any(|scan| step == scan || step.starts_with(&format!("{scan} ")))
        };
        assert_eq!(plan.iter().filter(scanned).count(), 0, "{resource}/{name}: {plan:#?}");
        for (_, index, range) in RANGES.iter().filter(|(of, _, _)| of == name) {
            let found = |step: &String| step.starts_with("SEARCH m ") && step.contains(index) && step.contains(range);
            assert!(plan.iter().any(found), "{resource}/{name}: {plan:#?}");
        }
        if paged {
            assert!(
                !plan.iter().any(|step| step.contains("TEMP B-TREE")),
                "{resource}/{name}: {plan:#?}"
            );
            let range = "SEARCH messages USING PRIMARY KEY (conversation_id=? AND sequence";
            assert!(
                plan.iter().any(|step| step.starts_with(range)),
                "{resource}/{name}: {plan:#?}"
            );
        }
    }
}

#[tokio::test]
async fn postgres_finds_messages_by_an_index_and_sorts_no_page() {
    let db = Db::postgres().await;
    filled(&db).await;
    let mut connection = PgConnection::connect(&db.url).await.unwrap();
    sqlx::raw_sql("SET plan_cache_mode = force_generic_plan")
        .execute(&mut connection)
        .await
        .unwrap();
    for (resource, name) in BOUNDED {
        let sql = statement(resource, name).postgres;
        let count = (1..=20)
            .rev()
            .find(|number| sql.contains(&format!("${number}")))
            .expect("it has parameters");
        let nulls = vec!["NULL"; count].join(", ");
        let prepare = format!("PREPARE it AS {sql}");
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut connection)
            .await
            .unwrap();
        let explain = AssertSqlSafe(format!("EXPLAIN (COSTS OFF) EXECUTE it ({nulls})"));
        let rows = sqlx::raw_sql(explain).fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        // Small tables may be scanned when that is cheaper; the messages never.
        assert!(
            !plan.iter().any(|step| step.contains("Seq Scan on messages")),
            "{resource}/{name}: {plan:#?}"
        );
        for (_, index, range) in RANGES.iter().filter(|(of, _, _)| of == name) {
            let index = index.replace("PRIMARY KEY", "messages_pkey");
            let at = plan
                .iter()
                .position(|step| step.contains(&format!("using {index} on messages")));
            let condition = at.and_then(|at| plan.get(at + 1)).expect("it names an index");
            let range = range.replace('>', " >");
            assert!(
                condition.contains("Index Cond") && condition.contains(&range),
                "{resource}/{name}: {plan:#?}"
            );
        }
        if ["AFTER", "BEFORE", "MESSAGES", "UNDELIVERED"].contains(name) {
            let range = |step: &String| step.contains("Index Scan") && step.contains("messages_pkey");
            assert!(plan.iter().any(range), "{resource}/{name}: {plan:#?}");
            // The page may be sorted to be joined with its senders, but nothing is sorted to find the page.
            let sorts = |step: &String| step.contains("Sort Key") && step.contains("sequence");
            assert!(!plan.iter().any(sorts), "{resource}/{name}: {plan:#?}");
        }
        sqlx::raw_sql("DEALLOCATE it").execute(&mut connection).await.unwrap();
    }
    drop(connection);
    db.remove().await;
}
