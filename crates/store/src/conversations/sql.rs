//! The statements about conversations.

use crate::sql::statements;

statements! {
    DIRECT = "SELECT id FROM conversations WHERE direct_low = $1 AND direct_high = $2";
    /// Makes nothing where there is one already (also one that another node makes at this moment, whose end this waits
    /// for), nor for somebody who does not exist.
    DIRECT_INSERT = "INSERT INTO conversations
            (id, kind, direct_low, direct_high, member_count, created_at, last_message_at)
        SELECT $1, 'direct', l.id, h.id, 2, $4, $4 FROM users l CROSS JOIN users h WHERE l.id = $2 AND h.id = $3
        ON CONFLICT (direct_low, direct_high) WHERE direct_low IS NOT NULL DO NOTHING";
    DIRECT_MEMBERS_INSERT = "INSERT INTO members (conversation_id, user_id, role, position, joined_at)
        VALUES ($1, $2, 'member', 1, $4), ($1, $3, 'member', 2, $4)";
    IDS_OF = "SELECT conversation_id FROM members WHERE user_id = $1 ORDER BY conversation_id";
    /// A direct conversation is in its members' lists from its first message on: looking at somebody's chat must not put
    /// an empty one before their eyes.
    LIST = "SELECT c.id, c.last_message_at FROM members v JOIN conversations c ON c.id = v.conversation_id
        WHERE v.user_id = $1 AND (c.last_sequence > 0 OR c.kind <> 'direct') AND (c.last_message_at, c.id) < ($2, $3)
        ORDER BY c.last_message_at DESC, c.id DESC LIMIT $4";
    SUMMARIES = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($2))",
        postgres "WITH input AS (SELECT * FROM UNNEST($2::uuid[]) AS rows (conversation))"
    } "SELECT c.id, c.kind, c.title, c.topic, c.posting, c.avatar AS conversation_avatar, c.version,
            c.last_sequence, c.member_count, c.created_at, c.last_message_at,
            v.conversation_id AS conversation, v.user_id AS \"user\", u.username, u.display_name, u.avatar, v.role,
            v.delivered_sequence AS delivered, v.read_sequence AS read, v.position,
            v.settings_version, v.notify, v.muted_until, v.unread_from, u.hides_receipts
        FROM input i CROSS JOIN members v CROSS JOIN conversations c CROSS JOIN users u
        WHERE v.conversation_id = i.conversation AND v.user_id = $1 AND c.id = i.conversation AND u.id = v.user_id";
    /// As above, for each of the first members.
    SEEN = "SELECT c.id, c.kind, c.title, c.topic, c.posting, c.avatar AS conversation_avatar, c.version,
            c.last_sequence, c.member_count, c.created_at, c.last_message_at,
            v.conversation_id AS conversation, v.user_id AS \"user\", u.username, u.display_name, u.avatar, v.role,
            v.delivered_sequence AS delivered, v.read_sequence AS read, v.position,
            v.settings_version, v.notify, v.muted_until, v.unread_from, u.hides_receipts
        FROM members v CROSS JOIN conversations c CROSS JOIN users u
        WHERE v.conversation_id = $1 AND c.id = $1 AND u.id = v.user_id
        ORDER BY v.position LIMIT $2";
}
