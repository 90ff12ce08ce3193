//! The statements about digests by mail.

use crate::sql::statements;

statements! {
    GET = "SELECT address, language, wanted, code IS NULL AS confirmed FROM digests WHERE user_id = $1";
    /// In place of an address that was there before, confirmed or not: the new one has to be confirmed first. How soon the
    /// next digest may go stays, so that nobody gets more of them by changing the address.
    ASK = "INSERT INTO digests (user_id, address, language, wanted, code, code_expires_at, token, told_until, next_at)
        VALUES ($1, $2, $3, FALSE, $4, $5, $6, $7, $7)
        ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, language = excluded.language, wanted = FALSE,
            code = excluded.code, code_expires_at = excluded.code_expires_at, token = excluded.token, tries = 0";
    /// What was written before is not told.
    CONFIRM = "UPDATE digests SET code = NULL, wanted = TRUE, told_until = $3
        WHERE user_id = $1 AND code = $2 AND code_expires_at > $3";
    SWITCH = "UPDATE digests SET language = $3, wanted = $2,
            told_until = CASE WHEN wanted = TRUE THEN told_until ELSE $4 END
        WHERE user_id = $1 AND code IS NULL";
    FORGET = "DELETE FROM digests WHERE user_id = $1";
    BY_TOKEN = "SELECT address, language, wanted, code IS NULL AS confirmed FROM digests WHERE token = $1";
    UNSUBSCRIBE = "UPDATE digests SET wanted = FALSE WHERE token = $1";
    /// Who may get one now, where there is something that they have not read since they were last told or there, and of which
    /// the first message is as old as it must be. Whether it is worth telling of is asked of each of them.
    DUE = "SELECT d.user_id AS \"user\", d.address, d.language, d.token, d.told_until, d.tries,
            CASE WHEN u.last_seen_at > d.told_until THEN u.last_seen_at ELSE d.told_until END AS since
        FROM digests d CROSS JOIN users u
        WHERE d.user_id > $1 AND d.wanted = TRUE AND d.next_at <= $2 AND u.id = d.user_id
            AND EXISTS (SELECT 1 FROM members m CROSS JOIN conversations c
                WHERE m.user_id = d.user_id AND c.id = m.conversation_id AND c.last_sequence > m.read_sequence
                    AND m.notify <> 'none' AND (m.muted_until IS NULL OR m.muted_until <= $2)
                    AND c.last_message_at > d.told_until AND (u.last_seen_at IS NULL OR c.last_message_at > u.last_seen_at)
                    AND (SELECT x.created_at FROM messages x WHERE x.conversation_id = c.id
                        AND x.sequence > m.read_sequence ORDER BY x.sequence LIMIT 1) <= $3)
        ORDER BY d.user_id LIMIT $4";
    /// Where there is something new for one of them, the newest first.
    UNREAD = "SELECT m.conversation_id AS conversation, m.read_sequence AS read, m.notify
        FROM members m CROSS JOIN conversations c
        WHERE m.user_id = $1 AND c.id = m.conversation_id AND c.last_sequence > m.read_sequence
            AND m.notify <> 'none' AND (m.muted_until IS NULL OR m.muted_until <= $3) AND c.last_message_at > $2
        ORDER BY c.last_message_at DESC LIMIT $4";
    /// Of two nodes, and of two rounds, one gets it.
    CLAIM = "UPDATE digests SET told_until = $3, next_at = $4
        WHERE user_id = $1 AND token = $5 AND told_until = $2 AND wanted = TRUE AND next_at <= $6";
    TAKEN = "UPDATE digests SET tries = 0 WHERE user_id = $1 AND told_until = $2";
    GIVE_BACK = "UPDATE digests SET told_until = $3, next_at = $4, tries = tries + 1
        WHERE user_id = $1 AND told_until = $2 AND wanted = TRUE";
}
