//! The statements about who is there and who is writing.

use crate::sql::statements;

statements! {
    /// Whether somebody may write in a conversation, as where a message is written.
    WRITER = "SELECT u.display_name AS name, c.kind = 'direct' AS direct, c.member_count,
            (c.posting = 'all' OR m.role <> 'member') AS may_post,
            EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = m.user_id
                AND b.blocked_id IN (c.direct_low, c.direct_high)) AS blocking,
            EXISTS (SELECT 1 FROM blocks b WHERE b.blocked_id = m.user_id
                AND b.blocker_id IN (c.direct_low, c.direct_high)) AS blocked,
            EXISTS (SELECT 1 FROM connections k WHERE k.user_low = c.direct_low
                AND k.user_high = c.direct_high AND k.state = 'accepted') AS connected
        FROM members m CROSS JOIN users u CROSS JOIN conversations c
        WHERE m.conversation_id = $1 AND m.user_id = $2 AND u.id = m.user_id AND c.id = m.conversation_id";
    /// Members who blocked the user or whom the user blocked. Asked of small conversations only.
    APART_IN = "SELECT m.user_id FROM members m WHERE m.conversation_id = $1
            AND (EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = $2 AND b.blocked_id = m.user_id)
                OR EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = m.user_id AND b.blocked_id = $2))";
    /// Where each of these people is among few enough to be told about.
    ROOMS = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS person FROM json_each($2))",
        postgres "WITH input AS (SELECT * FROM UNNEST($2::uuid[]) AS rows (person))"
    } "SELECT m.user_id, m.conversation_id FROM input i CROSS JOIN members m CROSS JOIN conversations c
        WHERE m.user_id = i.person AND c.id = m.conversation_id AND c.member_count <= $1";
    APART = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS person FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (person))"
    } "SELECT i.person, b.blocked_id AS other FROM input i CROSS JOIN blocks b WHERE b.blocker_id = i.person
        UNION ALL SELECT i.person, b.blocker_id FROM input i CROSS JOIN blocks b WHERE b.blocked_id = i.person";
    LAST_SEEN = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS person FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (person))"
    } "SELECT u.id, CASE WHEN u.hides_last_seen = TRUE THEN NULL ELSE u.last_seen_at END
        FROM input i CROSS JOIN users u WHERE u.id = i.person";
    /// A node that is behind does not set it back.
    LAST_SEEN_SET = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS person, value ->> 1 AS seen_at FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::bigint[]) AS rows (person, seen_at))"
    } "UPDATE users SET last_seen_at = i.seen_at FROM input i
        WHERE id = i.person AND (last_seen_at IS NULL OR last_seen_at < i.seen_at)";
    /// Those of the people about whom the viewer is told, with when they were last there unless one of the two hides it.
    VISIBLE = {
        sqlite "WITH input AS (SELECT DISTINCT unhex(value ->> 0) AS other FROM json_each($3))",
        postgres "WITH input AS (SELECT DISTINCT other FROM UNNEST($3::uuid[]) AS rows (other))"
    } "SELECT u.id, CASE WHEN u.hides_last_seen = TRUE OR v.hides_last_seen = TRUE THEN NULL ELSE u.last_seen_at END
        FROM input i CROSS JOIN users u CROSS JOIN users v
        WHERE u.id = i.other AND v.id = $1 AND u.id <> v.id
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = v.id AND b.blocked_id = u.id)
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = u.id AND b.blocked_id = v.id)
            AND EXISTS (SELECT 1 FROM members a CROSS JOIN members o CROSS JOIN conversations c
                WHERE a.user_id = v.id AND o.conversation_id = a.conversation_id AND o.user_id = u.id
                    AND c.id = a.conversation_id AND c.member_count <= $2)";
    /// Whether two people would be told about each other but for a block.
    SHARE = "SELECT 1 FROM members a CROSS JOIN members o CROSS JOIN conversations c
        WHERE a.user_id = $1 AND o.conversation_id = a.conversation_id AND o.user_id = $2
            AND c.id = a.conversation_id AND c.member_count <= $3 LIMIT 1";
}
