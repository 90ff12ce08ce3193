//! The statements about accounts.

use crate::sql::statements;

statements! {
    ANY = "SELECT COUNT(*) FROM (SELECT 1 FROM users LIMIT 1) AS first";
    COUNT = "SELECT COUNT(*) FROM users";
    /// On `PostgreSQL` two first accounts could be made at once and both see no other: they take turns. The lock is only
    /// asked for while there is no account. On `SQLite` the transaction is the only writer, and this does nothing.
    TAKE_TURNS = { sqlite "SELECT 0", postgres "SELECT 0 FROM pg_advisory_xact_lock(7808627453)" };
    INSERT = "INSERT INTO users (id, username, display_name, password_hash, admin, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (username) DO NOTHING";
    WORDS_INSERT = {
        sqlite "WITH input AS (SELECT value ->> 0 AS word FROM json_each($2))",
        postgres "WITH input AS (SELECT * FROM UNNEST($2::text[]) AS rows (word))"
    } "INSERT INTO user_words (word, user_id) SELECT word, $1 FROM input";
    WORDS_DELETE = "DELETE FROM user_words WHERE user_id = $1";
    BY_IDS = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS id FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (id))"
    } "SELECT u.id, u.username, u.display_name, u.avatar, u.admin, u.hides_receipts, u.hides_last_seen, u.created_at
        FROM input i CROSS JOIN users u WHERE u.id = i.id";
    BY_USERNAME = "SELECT id, username, display_name, avatar, admin, hides_receipts, hides_last_seen, created_at, password_hash
        FROM users WHERE username = $1";
    /// The inner limit bounds what a prefix of one letter costs; the exact username is the first of its words.
    SEARCH = "SELECT u.id, u.username, u.display_name, u.avatar, u.admin, u.hides_receipts, u.hides_last_seen, u.created_at
        FROM (SELECT DISTINCT user_id FROM
            (SELECT user_id FROM user_words WHERE word >= $1 AND word < $2 ORDER BY word, user_id LIMIT 1000) AS words
        ) AS found CROSS JOIN users u
        WHERE u.id = found.user_id AND u.id <> $3
        ORDER BY CASE WHEN u.username = $1 THEN 0 ELSE 1 END, u.username LIMIT $4";
    RENAME = "UPDATE users SET display_name = $2 WHERE id = $1
        RETURNING id, username, display_name, avatar, admin, hides_receipts, hides_last_seen, created_at";
    PRIVACY_LOCK = "SELECT hides_receipts, hides_last_seen FROM users WHERE id = $1" then postgres "FOR NO KEY UPDATE";
    PRIVACY_SET = "UPDATE users SET hides_receipts = $2, hides_last_seen = $3 WHERE id = $1
        RETURNING id, username, display_name, avatar, admin, hides_receipts, hides_last_seen, created_at";
    /// Taken in the order in which marks are moved, so that the two cannot wait for each other.
    MEMBERSHIPS_LOCK = "SELECT conversation_id FROM members WHERE user_id = $1 ORDER BY conversation_id"
        then postgres "FOR NO KEY UPDATE";
    RECEIPTS_HIDE = "UPDATE members SET shown_delivered = COALESCE(shown_delivered, delivered_sequence),
            shown_read = COALESCE(shown_read, read_sequence) WHERE user_id = $1";
    /// A block goes on holding them back.
    RECEIPTS_SHOW = "UPDATE members SET shown_delivered = NULL, shown_read = NULL
        WHERE user_id = $1 AND shown_read IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM conversations c JOIN blocks b ON b.blocker_id IN (c.direct_low, c.direct_high)
                AND b.blocked_id IN (c.direct_low, c.direct_high) WHERE c.id = conversation_id)";
    PASSWORD_SET = "UPDATE users SET password_hash = $2 WHERE id = $1";
}
