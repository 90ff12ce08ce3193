//! The statements about members.

use crate::sql::statements;

statements! {
    IDS = "SELECT user_id FROM members WHERE conversation_id = $1 ORDER BY position";
    /// With the marks as the asker sees them: their own as they are, and who hides theirs sees no others'. Without a first
    /// word it is all of them.
    PAGE = "SELECT m.conversation_id AS conversation, m.user_id AS \"user\", u.username, u.display_name, u.avatar, m.role,
            CASE WHEN m.user_id = v.id THEN m.delivered_sequence WHEN v.hides_receipts = TRUE THEN 0
                ELSE COALESCE(m.shown_delivered,
                    CASE WHEN u.hides_receipts = TRUE THEN 0 ELSE m.delivered_sequence END) END AS delivered,
            CASE WHEN m.user_id = v.id THEN m.read_sequence WHEN v.hides_receipts = TRUE THEN 0
                ELSE COALESCE(m.shown_read, CASE WHEN u.hides_receipts = TRUE THEN 0 ELSE m.read_sequence END) END AS read,
            m.position
        FROM members m CROSS JOIN users u CROSS JOIN users v
        WHERE m.conversation_id = $1 AND m.position > $3 AND u.id = m.user_id AND v.id = $2
            AND EXISTS (SELECT 1 FROM members WHERE conversation_id = $1 AND user_id = $2)
            AND ($5 = '' OR m.user_id IN (SELECT user_id FROM user_words WHERE word >= $5 AND word < $6))
        ORDER BY m.position LIMIT $4";
    /// The first hundred members of each conversation, in the order of joining, with the marks that others see. The
    /// hundredth is looked up first, so that a conversation of a hundred thousand costs no more than one of a hundred.
    FIRST = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (conversation))"
    } "SELECT m.conversation_id AS conversation, m.user_id AS \"user\", u.username, u.display_name, u.avatar, m.role,
            COALESCE(m.shown_delivered, CASE WHEN u.hides_receipts = TRUE THEN 0 ELSE m.delivered_sequence END) AS delivered,
            COALESCE(m.shown_read, CASE WHEN u.hides_receipts = TRUE THEN 0 ELSE m.read_sequence END) AS read, m.position
        FROM input i CROSS JOIN members m CROSS JOIN users u
        WHERE m.conversation_id = i.conversation AND u.id = m.user_id AND m.position <= COALESCE(
            (SELECT x.position FROM members x WHERE x.conversation_id = i.conversation
                ORDER BY x.position LIMIT 1 OFFSET 99), 9223372036854775807)
        ORDER BY m.conversation_id, m.position";
    /// Rows are locked in the order of their key, as `messages_append` does it, so that two batches cannot wait for each
    /// other.
    MARKS = {
        sqlite "WITH input AS (SELECT DISTINCT unhex(value ->> 0) AS conversation, unhex(value ->> 1) AS member
            FROM json_each($1))",
        postgres "WITH input AS (SELECT DISTINCT conversation, member
            FROM UNNEST($1::uuid[], $2::uuid[]) AS rows (conversation, member))"
    } "SELECT m.conversation_id AS conversation, m.user_id AS \"user\", m.delivered_sequence AS delivered,
            m.read_sequence AS read, c.last_sequence, c.member_count,
            m.shown_read IS NOT NULL OR u.hides_receipts = TRUE AS kept_back,
            m.settings_version, m.notify, m.muted_until, m.unread_from
        FROM input i CROSS JOIN members m CROSS JOIN conversations c CROSS JOIN users u
        WHERE m.conversation_id = i.conversation AND m.user_id = i.member AND c.id = i.conversation AND u.id = i.member
        ORDER BY m.conversation_id, m.user_id" then postgres "FOR NO KEY UPDATE OF m";
    MARKS_READ = {
        sqlite "WITH input AS (SELECT DISTINCT unhex(value ->> 0) AS conversation, unhex(value ->> 1) AS member
            FROM json_each($1))",
        postgres "WITH input AS (SELECT DISTINCT conversation, member
            FROM UNNEST($1::uuid[], $2::uuid[]) AS rows (conversation, member))"
    } "SELECT m.conversation_id AS conversation, m.user_id AS \"user\", m.delivered_sequence AS delivered,
            m.read_sequence AS read, c.last_sequence, c.member_count,
            m.shown_read IS NOT NULL OR u.hides_receipts = TRUE AS kept_back,
            m.settings_version, m.notify, m.muted_until, m.unread_from
        FROM input i CROSS JOIN members m CROSS JOIN conversations c CROSS JOIN users u
        WHERE m.conversation_id = i.conversation AND m.user_id = i.member AND c.id = i.conversation AND u.id = i.member";
    MARKS_SET = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, unhex(value ->> 1) AS member,
            value ->> 2 AS delivered, value ->> 3 AS read, value ->> 4 AS cleared FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
            AS rows (conversation, member, delivered, read, cleared))"
    } "UPDATE members SET delivered_sequence = i.delivered, read_sequence = i.read,
            unread_from = CASE WHEN i.cleared = 1 THEN NULL ELSE unread_from END,
            settings_version = settings_version + i.cleared
        FROM input i WHERE conversation_id = i.conversation AND user_id = i.member";
    SETTINGS_LOCK = "SELECT m.settings_version, m.notify, m.muted_until, m.unread_from, m.read_sequence AS read,
            c.last_sequence
        FROM members m CROSS JOIN conversations c
        WHERE m.conversation_id = $1 AND m.user_id = $2 AND c.id = $1" then postgres "FOR NO KEY UPDATE OF m";
    SETTINGS_SET = "UPDATE members SET settings_version = $3, notify = $4, muted_until = $5, unread_from = $6
        WHERE conversation_id = $1 AND user_id = $2";
}
