//! The statements about blocks.

use crate::sql::statements;

statements! {
    COUNT = "SELECT COUNT(*) FROM blocks WHERE blocker_id = $1";
    INSERT = "INSERT INTO blocks (blocker_id, blocked_id, created_at) VALUES ($1, $2, $3)";
    DELETE = "DELETE FROM blocks WHERE blocker_id = $1 AND blocked_id = $2";
    SINCE = "SELECT created_at FROM blocks WHERE blocker_id = $1 AND blocked_id = $2";
    LIST = "SELECT u.id, u.username, u.display_name, u.avatar, u.admin, u.hides_receipts, u.hides_last_seen, u.created_at, b.created_at AS since
        FROM blocks b JOIN users u ON u.id = b.blocked_id
        WHERE b.blocker_id = $1 AND (b.created_at, b.blocked_id) < ($2, $3)
        ORDER BY b.created_at DESC, b.blocked_id DESC LIMIT $4";
    /// Taken in the order in which marks are moved, so that the two cannot wait for each other.
    MEMBERS_LOCK = "SELECT user_id FROM members WHERE conversation_id = $1 ORDER BY user_id"
        then postgres "FOR NO KEY UPDATE";
    /// From here on each of the two sees the other's marks as they are now, while they go on moving.
    RECEIPTS_HOLD = "UPDATE members SET shown_delivered = COALESCE(shown_delivered, delivered_sequence),
            shown_read = COALESCE(shown_read, read_sequence) WHERE conversation_id = $1";
    /// Who hides receipts from everyone goes on doing so.
    RECEIPTS_SHOW = "UPDATE members SET shown_delivered = NULL, shown_read = NULL
        WHERE conversation_id = $1
            AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.hides_receipts = TRUE)";
}
