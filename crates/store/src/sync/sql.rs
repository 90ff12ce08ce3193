//! The statements of sync, beside those for messages and summaries.

use crate::sql::statements;

statements! {
    MINE = "SELECT v.conversation_id AS conversation, c.version, c.last_sequence, c.member_count
        FROM members v JOIN conversations c ON c.id = v.conversation_id
        WHERE v.user_id = $1 ORDER BY c.last_message_at DESC, c.id DESC";
    MARK_SUMS = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (conversation))"
    } "SELECT m.conversation_id, CAST(SUM(m.delivered_sequence + m.read_sequence) AS BIGINT)
        FROM input i CROSS JOIN members m WHERE m.conversation_id = i.conversation GROUP BY m.conversation_id";
}
