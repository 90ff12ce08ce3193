//! The statements about push subscriptions.

use crate::sql::statements;

statements! {
    /// A device that was signed out meanwhile gets none.
    SUBSCRIBE = "INSERT INTO push_subscriptions (device_id, user_id, endpoint, p256dh, auth, created_at)
        SELECT d.id, d.user_id, $3, $4, $5, $2 FROM devices d
            WHERE d.id = $1 AND d.revoked_at IS NULL AND d.expires_at > $2
        ON CONFLICT (device_id) DO UPDATE SET endpoint = excluded.endpoint, p256dh = excluded.p256dh,
            auth = excluded.auth, created_at = excluded.created_at";
    /// The same browser, signed in as another device before. Who knows only its address does not know its secret.
    TAKE_OVER = "DELETE FROM push_subscriptions WHERE endpoint = $1 AND auth = $2 AND device_id <> $3";
    UNSUBSCRIBE = "DELETE FROM push_subscriptions WHERE device_id = $1";
    /// Of a push service that knows it no longer; the device may have another one by now.
    FORGET = "DELETE FROM push_subscriptions WHERE device_id = $1 AND endpoint = $2";
    ANY = "SELECT COUNT(*) FROM (SELECT 1 FROM push_subscriptions LIMIT 1) AS one";
    /// Of devices that ended or were signed out.
    SWEEP = "DELETE FROM push_subscriptions WHERE device_id IN
        (SELECT p.device_id FROM push_subscriptions p CROSS JOIN devices d
            WHERE d.id = p.device_id AND (d.revoked_at IS NOT NULL OR d.expires_at <= $1))";
    /// The newest of a range, as they are now. The program puts them in order.
    MESSAGES = "SELECT m.sequence, m.created_at, m.sender_id AS sender, s.display_name AS sender_name, m.body, m.mentions,
            m.files IS NOT NULL AS files, c.title, c.kind
        FROM (SELECT * FROM messages WHERE conversation_id = $1 AND sequence > $2 AND sequence <= $3
            AND kind = 'text' AND deleted_at IS NULL ORDER BY sequence DESC LIMIT 100) AS m
        CROSS JOIN users s CROSS JOIN conversations c
        WHERE s.id = m.sender_id AND c.id = $1";
    /// Members who have not read everything up to there and want to be told, in the order in which they joined.
    SUBSCRIBERS = "SELECT p.device_id AS device, p.user_id AS \"user\", p.endpoint, p.p256dh, p.auth, m.notify,
            m.read_sequence AS read, m.position
        FROM members m CROSS JOIN push_subscriptions p CROSS JOIN devices d
        WHERE m.conversation_id = $1 AND m.position >= $4 AND p.user_id = m.user_id AND d.id = p.device_id
            AND (m.position > $4 OR p.device_id > $5)
            AND d.revoked_at IS NULL AND d.expires_at > $3 AND m.read_sequence < $2 AND m.notify <> 'none'
            AND (m.muted_until IS NULL OR m.muted_until <= $3)
        ORDER BY m.position, p.device_id LIMIT $6";
    /// The same of one device.
    DEVICE = "SELECT p.device_id AS device, p.user_id AS \"user\", p.endpoint, p.p256dh, p.auth, m.notify,
            m.read_sequence AS read, m.position
        FROM push_subscriptions p CROSS JOIN devices d CROSS JOIN members m
        WHERE p.device_id = $4 AND d.id = p.device_id AND m.conversation_id = $1 AND m.user_id = p.user_id
            AND d.revoked_at IS NULL AND d.expires_at > $3 AND m.read_sequence < $2 AND m.notify <> 'none'
            AND (m.muted_until IS NULL OR m.muted_until <= $3)";
    /// Which members blocked whom of those who wrote.
    BLOCKING = {
        sqlite "WITH input AS (SELECT DISTINCT unhex(value ->> 0) AS sender FROM json_each($2))",
        postgres "WITH input AS (SELECT DISTINCT sender FROM UNNEST($2::uuid[]) AS rows (sender))"
    } "SELECT b.blocker_id, b.blocked_id FROM input i CROSS JOIN blocks b CROSS JOIN members m
        WHERE b.blocked_id = i.sender AND m.conversation_id = $1 AND m.user_id = b.blocker_id";
    /// Where somebody has something unread.
    WAITING = "SELECT m.conversation_id FROM members m CROSS JOIN conversations c
        WHERE m.user_id = $1 AND c.id = m.conversation_id AND c.last_sequence > m.read_sequence LIMIT $2";
}
