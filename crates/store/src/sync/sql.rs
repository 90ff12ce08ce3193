//! The statements of sync, beside those for messages and summaries.

use crate::sql::statements;

statements! {
    MINE = "SELECT v.conversation_id AS conversation, c.version, c.last_sequence, c.member_count
        FROM members v JOIN conversations c ON c.id = v.conversation_id
        WHERE v.user_id = $1 ORDER BY c.last_message_at DESC, c.id DESC";
    /// The marks as this user sees them: their own as they are, those of others as far as they are shown. And the changes of
    /// their settings.
    MARK_SUMS = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($2))",
        postgres "WITH input AS (SELECT * FROM UNNEST($2::uuid[]) AS rows (conversation))"
    } "SELECT m.conversation_id, CAST(SUM(
            CASE WHEN m.user_id = $1 THEN m.delivered_sequence + m.read_sequence + m.settings_version
                WHEN m.shown_read IS NOT NULL THEN m.shown_delivered + m.shown_read
                WHEN u.hides_receipts = TRUE THEN 0
                ELSE m.delivered_sequence + m.read_sequence END) AS BIGINT),
            CAST(SUM(CASE WHEN m.user_id = $1 THEN m.delivered_sequence + m.read_sequence + m.settings_version
                ELSE 0 END) AS BIGINT)
        FROM input i CROSS JOIN members m CROSS JOIN users u
        WHERE m.conversation_id = i.conversation AND u.id = m.user_id GROUP BY m.conversation_id";
    /// Only what is the user's own.
    OWN_SUMS = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($2))",
        postgres "WITH input AS (SELECT * FROM UNNEST($2::uuid[]) AS rows (conversation))"
    } "SELECT m.conversation_id, m.delivered_sequence + m.read_sequence + m.settings_version
        FROM input i CROSS JOIN members m WHERE m.conversation_id = i.conversation AND m.user_id = $1";
    HIDES_RECEIPTS = "SELECT hides_receipts FROM users WHERE id = $1";
}
