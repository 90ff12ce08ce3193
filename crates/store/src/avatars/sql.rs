//! The statements about pictures.

use crate::sql::statements;

statements! {
    GET = "SELECT media_type, bytes FROM avatars WHERE id = $1";
    INSERT = "INSERT INTO avatars (id, media_type, bytes) VALUES ($1, $2, $3)";
    DELETE = "DELETE FROM avatars WHERE id = $1";
    /// Two pictures of one person at once take turns: the second must take away the first.
    OF_LOCK = "SELECT avatar FROM users WHERE id = $1" then postgres "FOR NO KEY UPDATE";
    SET = "UPDATE users SET avatar = $2 WHERE id = $1
        RETURNING id, username, display_name, avatar, admin, hides_receipts, hides_last_seen, created_at";
}
