//! The statements about connections. A pair stands under its lower and its higher id.

use crate::sql::statements;

statements! {
    BETWEEN = "SELECT EXISTS (SELECT 1 FROM users WHERE id = $3) AS \"exists\",
        EXISTS (SELECT 1 FROM connections WHERE user_low = $1 AND user_high = $2 AND state = 'accepted') AS connected,
        EXISTS (SELECT 1 FROM blocks WHERE (blocker_id = $1 AND blocked_id = $2)
            OR (blocker_id = $2 AND blocked_id = $1)) AS blocked,
        EXISTS (SELECT 1 FROM blocks WHERE blocker_id <> $3 AND blocked_id = $3 AND blocker_id IN ($1, $2)) AS blocking";
    /// Whoever changes how two people stand to each other does so alone: every such change begins here. In the order of
    /// ids, so that two of them cannot wait for each other.
    PEOPLE_LOCK = "SELECT id FROM users WHERE id IN ($1, $2) ORDER BY id" then postgres "FOR NO KEY UPDATE";
    /// Who writes in a conversation holds its row until the commit: after this nobody does who still saw the two
    /// connected.
    DIRECT_LOCK = "SELECT id FROM conversations WHERE direct_low = $1 AND direct_high = $2"
        then postgres "FOR NO KEY UPDATE";
    STANDING = "SELECT
        (SELECT state FROM connections WHERE user_low = $1 AND user_high = $2) AS state,
        (SELECT requested_by FROM connections WHERE user_low = $1 AND user_high = $2) AS requested_by,
        (SELECT created_at FROM connections WHERE user_low = $1 AND user_high = $2) AS since,
        EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $1 AND blocked_id = $2) AS low_blocks,
        EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $2 AND blocked_id = $1) AS high_blocks";
    /// How many requests the person has open, how many wait for their answer, and how many connections they have. Each
    /// has a bound, and so this.
    COUNTS = "SELECT
        COALESCE(SUM(CASE WHEN state = 'requested' AND requested_by = $1 THEN 1 ELSE 0 END), 0) AS requested,
        COALESCE(SUM(CASE WHEN state = 'requested' AND requested_by <> $1 THEN 1 ELSE 0 END), 0) AS received,
        COALESCE(SUM(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END), 0) AS accepted
        FROM (SELECT state, requested_by FROM connections WHERE user_low = $1
            UNION ALL SELECT state, requested_by FROM connections WHERE user_high = $1) AS own";
    REQUEST = "INSERT INTO connections (user_low, user_high, state, requested_by, created_at)
        VALUES ($1, $2, 'requested', $3, $4)";
    ACCEPT = "UPDATE connections SET state = 'accepted', created_at = $3 WHERE user_low = $1 AND user_high = $2";
    END = "DELETE FROM connections WHERE user_low = $1 AND user_high = $2";
    /// A request of somebody whom the user blocked is not shown, as if it had not been made.
    LIST = "SELECT u.id, u.username, u.display_name, u.avatar, u.admin, u.hides_receipts, u.hides_last_seen, u.created_at, own.state, own.requested_by, own.since
        FROM (SELECT user_high AS other, state, requested_by, created_at AS since FROM connections WHERE user_low = $1
            UNION ALL SELECT user_low, state, requested_by, created_at FROM connections WHERE user_high = $1) AS own
        JOIN users u ON u.id = own.other
        WHERE (own.since, own.other) < ($2, $3)
            AND ($4 = '' OR $4 = CASE WHEN own.state = 'accepted' THEN 'accepted'
                WHEN own.requested_by = $1 THEN 'requested' ELSE 'received' END)
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = $1 AND b.blocked_id = own.other)
        ORDER BY own.since DESC, own.other DESC LIMIT $5";
    STATES = {
        sqlite "WITH input AS (SELECT DISTINCT unhex(value ->> 0) AS other FROM json_each($2))",
        postgres "WITH input AS (SELECT DISTINCT other FROM UNNEST($2::uuid[]) AS rows (other))"
    } "SELECT i.other, k.state, k.requested_by,
            EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = $1 AND b.blocked_id = i.other) AS blocking
        FROM input i LEFT JOIN connections k
            ON k.user_low = CASE WHEN $1 < i.other THEN $1 ELSE i.other END
            AND k.user_high = CASE WHEN $1 < i.other THEN i.other ELSE $1 END";
    /// Whom a change of the user's profile is told, beside those who share a conversation.
    PEERS = "SELECT user_high AS other FROM connections WHERE user_low = $1
        UNION ALL SELECT user_low FROM connections WHERE user_high = $1";
}
