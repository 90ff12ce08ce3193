//! The statements about devices.

use crate::sql::statements;

statements! {
    INSERT = "INSERT INTO devices (id, user_id, name, created_at, last_used_at, expires_at)
        VALUES ($1, $2, $3, $4, $4, $5)";
    TOKEN_INSERT = "INSERT INTO refresh_tokens (hash, device_id, generation, expires_at) VALUES ($1, $2, $3, $4)";
    /// Two uses of one token at once take turns at the device's row: the second must see that the first used it.
    LOCK_BY_TOKEN = "SELECT id FROM devices WHERE id = (SELECT device_id FROM refresh_tokens WHERE hash = $1)"
        then postgres "FOR NO KEY UPDATE";
    OWNER_BY_TOKEN = "SELECT d.user_id FROM refresh_tokens t JOIN devices d ON d.id = t.device_id WHERE t.hash = $1";
    TOKEN = "SELECT d.id, d.user_id, t.generation, t.used_at,
            EXISTS (SELECT 1 FROM refresh_tokens s WHERE s.device_id = t.device_id AND s.generation > t.generation
                AND s.used_at IS NOT NULL) AS superseded,
            (SELECT MAX(s.used_at) FROM refresh_tokens s WHERE s.device_id = t.device_id
                AND s.generation >= t.generation AND s.hash <> t.hash) AS rival_used_at
        FROM refresh_tokens t JOIN devices d ON d.id = t.device_id
        WHERE t.hash = $1 AND t.expires_at > $2 AND d.revoked_at IS NULL";
    TOKEN_USED = "UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1";
    TOKENS_FORGET = "DELETE FROM refresh_tokens WHERE device_id = $1 AND (expires_at <= $2 OR generation < $3)";
    USED = "UPDATE devices SET last_used_at = $2, expires_at = $3 WHERE id = $1";
    GET = "SELECT id, user_id AS \"user\", name, created_at, last_used_at, expires_at, revoked_at
        FROM devices WHERE id = $1";
    LIST = "SELECT id, user_id AS \"user\", name, created_at, last_used_at, expires_at, revoked_at
        FROM devices WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
        ORDER BY last_used_at DESC, id DESC LIMIT 1000";
    REVOKE = "UPDATE devices SET revoked_at = $3 WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL";
    REVOKE_OTHERS = "UPDATE devices SET revoked_at = $3
        WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $3 RETURNING id";
    /// Two sign-ins of one user at once take turns: each must count the device of the other.
    LOCK_OWNER = "SELECT id FROM users WHERE id = $1" then postgres "FOR NO KEY UPDATE";
    REVOKE_OLDEST = "UPDATE devices SET revoked_at = $3
        WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $3 AND id NOT IN
            (SELECT id FROM devices WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $3
             ORDER BY last_used_at DESC, id DESC LIMIT $4)
        RETURNING id";
    FORGET = "DELETE FROM devices WHERE id IN
        (SELECT id FROM devices WHERE expires_at <= $1 OR revoked_at <= $1 LIMIT 1000)";
}
