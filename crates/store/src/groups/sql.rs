//! The statements about groups, channels and invite links.

use crate::sql::statements;

statements! {
    /// Whoever changes a conversation holds this to the end, as `messages_append` does: that is what makes `sequence` and
    /// `version` dense, and what a check of roles or of the number of members can rely on.
    LOCK = "SELECT id, kind, title, topic, avatar, posting, last_sequence, version, member_count, last_message_at
        FROM conversations WHERE id = $1 AND deleted_at IS NULL" then postgres "FOR NO KEY UPDATE";
    FIND = "SELECT id, kind, title, topic, avatar, posting, last_sequence, version, member_count, last_message_at
        FROM conversations WHERE id = $1 AND deleted_at IS NULL";
    PERSON = "SELECT u.display_name AS name, m.role FROM users u
        LEFT JOIN members m ON m.conversation_id = $1 AND m.user_id = u.id WHERE u.id = $2";
    INSERT = "INSERT INTO conversations (id, kind, title, title_key, topic, posting, created_at, last_message_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    /// People as the one who adds them stands to them.
    CANDIDATES = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS id FROM json_each($3))",
        postgres "WITH input AS (SELECT * FROM UNNEST($3::uuid[]) AS rows (id))"
    } "SELECT u.id, u.username, u.display_name AS name,
            EXISTS (SELECT 1 FROM members m WHERE m.conversation_id = $1 AND m.user_id = u.id) AS member,
            EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = $2 AND b.blocked_id = u.id) AS blocking,
            EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = u.id AND b.blocked_id = $2) AS blocked,
            EXISTS (SELECT 1 FROM connections k WHERE k.state = 'accepted'
                AND ((k.user_low = u.id AND k.user_high = $2) OR (k.user_low = $2 AND k.user_high = u.id))) AS connected
        FROM input i CROSS JOIN users u WHERE u.id = i.id";
    LAST_POSITION = "SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT) FROM members WHERE conversation_id = $1";
    /// Somebody new has read what was said before they came: unread counts from there, and so do the marks that others see of
    /// somebody who hides theirs. Of somebody who was here before, no mark may be lower than it was.
    MEMBERS_INSERT = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS member, value ->> 1 AS role, value ->> 2 AS position
            FROM json_each($5))",
        postgres "WITH input AS (SELECT * FROM UNNEST($5::uuid[], $6::text[], $7::bigint[])
            AS rows (member, role, position))"
    } "INSERT INTO members (conversation_id, user_id, role, position, delivered_sequence, read_sequence, joined_at,
            settings_version, shown_delivered, shown_read)
        SELECT $1, i.member, i.role, i.position, CAST($2 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT),
            CAST($4 AS BIGINT), CASE WHEN u.hides_receipts = TRUE THEN CAST($2 AS BIGINT) END,
            CASE WHEN u.hides_receipts = TRUE THEN CAST($2 AS BIGINT) END
        FROM input i CROSS JOIN users u WHERE u.id = i.member";
    MEMBER_DELETE = "DELETE FROM members WHERE conversation_id = $1 AND user_id = $2";
    MEMBERS_DELETE = "DELETE FROM members WHERE conversation_id = $1 RETURNING user_id";
    OWNERS = "SELECT COUNT(*) FROM members WHERE conversation_id = $1 AND role = 'owner'";
    ROLE_SET = "UPDATE members SET role = $3 WHERE conversation_id = $1 AND user_id = $2";
    SAY = "INSERT INTO messages (conversation_id, sequence, version, id, sender_id, kind, created_at, body, system)
        VALUES ($1, $2, $3, $4, $5, 'system', $6, '', $7)";
    SETTLE = "UPDATE conversations SET title = $2, title_key = $3, topic = $4, posting = $5, last_sequence = $6,
        version = $7, member_count = $8, last_message_at = $9, avatar = $10 WHERE id = $1";
    DELETE = "UPDATE conversations SET deleted_at = $2, member_count = 0, avatar = NULL WHERE id = $1";
    ACTOR_ADVANCE = "UPDATE members SET delivered_sequence = $3, read_sequence = $3
        WHERE conversation_id = $1 AND user_id = $2";
    /// In the order of the index; a filter over it, because a word may stand anywhere in a title. What is replaced by
    /// nothing changes what contains it: the two databases have no other search in common that knows no pattern.
    CHANNELS = "SELECT c.id, c.kind, c.title, c.title_key, c.topic, c.avatar, c.posting, c.member_count,
            EXISTS (SELECT 1 FROM members m WHERE m.conversation_id = c.id AND m.user_id = $1) AS joined
        FROM conversations c
        WHERE c.kind = 'channel' AND c.deleted_at IS NULL AND (c.title_key, c.id) > ($2, $3)
            AND ($4 = '' OR REPLACE(c.title_key, $4, '') <> c.title_key)
        ORDER BY c.title_key, c.id LIMIT $5";
    INVITED = "SELECT c.id, c.kind, c.title, c.title_key, c.topic, c.avatar, c.posting, c.member_count,
            EXISTS (SELECT 1 FROM members m WHERE m.conversation_id = c.id AND m.user_id = $1) AS joined
        FROM invites i JOIN conversations c ON c.id = i.conversation_id
        WHERE i.code = $2 AND i.expires_at > $3 AND (i.max_uses IS NULL OR i.uses < i.max_uses)
            AND c.deleted_at IS NULL";
    INVITE_INSERT = "INSERT INTO invites (code, conversation_id, created_by, created_at, expires_at, max_uses)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INVITES = "SELECT code, conversation_id AS conversation, created_by, created_at, expires_at, max_uses, uses
        FROM invites WHERE conversation_id = $1 AND expires_at > $2 AND (max_uses IS NULL OR uses < max_uses)
        ORDER BY created_at DESC, code LIMIT 100";
    INVITES_COUNT = "SELECT COUNT(*) FROM invites WHERE conversation_id = $1";
    /// Those that nobody can use any more.
    INVITES_FORGET = "DELETE FROM invites WHERE conversation_id = $1 AND (expires_at <= $2 OR uses >= max_uses)";
    INVITES_DELETE = "DELETE FROM invites WHERE conversation_id = $1";
    INVITE_DELETE = "DELETE FROM invites WHERE conversation_id = $1 AND code = $2";
    /// Counts only while the link is valid: two people cannot both be the last one.
    INVITE_USE = "UPDATE invites SET uses = uses + 1
        WHERE code = $1 AND conversation_id = $2 AND expires_at > $3 AND (max_uses IS NULL OR uses < max_uses)";
    DELETED = "SELECT id FROM conversations WHERE deleted_at IS NOT NULL ORDER BY deleted_at LIMIT 1";
    PURGE_MESSAGES = "DELETE FROM messages WHERE conversation_id = $1 AND sequence <
        (SELECT MIN(sequence) FROM messages WHERE conversation_id = $1) + $2";
    PURGE = "DELETE FROM conversations WHERE id = $1";
}
