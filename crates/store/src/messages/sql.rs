//! The statements about messages.

use crate::sql::statements;

/// As [`statements!`], for queries that give what decides whether somebody may write (`m` is the member, `u` the person,
/// `c` the conversation), and for those that give whole messages: `m` is the message, `s` its sender, `c` its conversation.
macro_rules! with_messages {
    (plain { $($plain:tt)* } senders { $($(#[$sender_doc:meta])* $sender_name:ident =
        $({ sqlite $sender_sqlite:literal, postgres $sender_postgres:literal })? $sender_body:literal
        $(then postgres $sender_tail:literal)?;)* } messages { $($(#[$doc:meta])* $name:ident =
        $({ sqlite $sqlite:literal, postgres $postgres:literal })? $body:literal;)* }) => {
        statements! {
            $($plain)*
            $($(#[$sender_doc])* $sender_name = $({ sqlite $sender_sqlite, postgres $sender_postgres })?
                "SELECT m.conversation_id AS conversation, m.user_id AS \"user\", u.display_name AS name, m.role,
                    EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = m.user_id
                        AND b.blocked_id IN (c.direct_low, c.direct_high)) AS blocking,
                    EXISTS (SELECT 1 FROM blocks b WHERE b.blocked_id = m.user_id
                        AND b.blocker_id IN (c.direct_low, c.direct_high)) AS blocked,
                    EXISTS (SELECT 1 FROM connections k WHERE k.user_low = c.direct_low
                        AND k.user_high = c.direct_high AND k.state = 'accepted') AS connected,
                    (c.posting = 'all' OR m.role <> 'member') AS may_post "
                $sender_body $(then postgres $sender_tail)?;)*
            $($(#[$doc])* $name = $({ sqlite $sqlite, postgres $postgres })?
                "SELECT m.id, m.conversation_id AS conversation, m.sequence,
                    COALESCE(m.changed_version, m.version) AS version, m.sender_id AS sender,
                    s.display_name AS sender_name,
                    CASE WHEN m.sender_id = c.direct_low THEN c.direct_high ELSE c.direct_low END AS to_user,
                    m.temp_id, m.body, m.reply_to, m.reply_sequence, m.mentions, m.files, m.reactions, m.preview, m.kind,
                    m.created_at, m.edited_at, m.deleted_at, m.system "
                $body;)*
        }
    };
}

with_messages! {
    plain {
        IS_MEMBER = "SELECT COUNT(*) FROM members WHERE conversation_id = $1 AND user_id = $2";
        /// Locks are taken in the order of ids, so that two nodes with the same conversations cannot wait for each other.
        CONVERSATIONS_LOCK = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (conversation))"
        } "SELECT c.id, c.kind, c.direct_low, c.direct_high, c.last_sequence, c.version, c.member_count
            FROM input i CROSS JOIN conversations c WHERE c.id = i.conversation ORDER BY c.id"
            then postgres "FOR NO KEY UPDATE OF c";
        IN_CONVERSATION = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, unhex(value ->> 1) AS id
                FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::uuid[]) AS rows (conversation, id))"
        } "SELECT m.conversation_id, m.id, m.sequence FROM input i CROSS JOIN messages m
            WHERE m.id = i.id AND m.conversation_id = i.conversation";
        NAMED = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS name FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::text[]) AS rows (conversation, name))"
        } "SELECT m.conversation_id, u.username, u.id FROM input i CROSS JOIN users u CROSS JOIN members m
            WHERE u.username = i.name AND m.conversation_id = i.conversation AND m.user_id = u.id";
        /// In the order of the unique key: where two nodes insert the same keys in other conversations at once, one waits
        /// for the other, and never each for the other.
        INSERT = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS sequence,
                value ->> 2 AS version, unhex(value ->> 3) AS id, unhex(value ->> 4) AS sender, value ->> 5 AS temp_id,
                unhex(value ->> 6) AS reply_to, value ->> 7 AS reply_sequence, value ->> 8 AS mentions,
                value ->> 9 AS files, value ->> 10 AS kind, value ->> 11 AS created_at, value ->> 12 AS body,
                value ->> 13 AS doc FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[],
                $6::text[], $7::uuid[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[],
                $13::text[], $14::bigint[])
                AS rows (conversation, sequence, version, id, sender, temp_id, reply_to, reply_sequence, mentions, files,
                kind, created_at, body, doc))"
        } "INSERT INTO messages (conversation_id, sequence, version, id, sender_id, temp_id, reply_to, reply_sequence,
                mentions, files, kind, created_at, body, doc)
            SELECT conversation, sequence, version, id, sender, temp_id, reply_to, reply_sequence, mentions, files,
                kind, created_at, body, doc
            FROM input ORDER BY sender, temp_id, conversation, sequence";
        CONVERSATIONS_ADVANCE = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS last_sequence,
                value ->> 2 AS version, value ->> 3 AS last_message_at FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])
                AS rows (conversation, last_sequence, version, last_message_at))"
        } "UPDATE conversations SET last_sequence = i.last_sequence, version = i.version,
                last_message_at = i.last_message_at
            FROM input i WHERE id = i.conversation";
        SENDERS_ADVANCE = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, unhex(value ->> 1) AS sender,
                value ->> 2 AS sequence FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[])
                AS rows (conversation, sender, sequence))"
        } "UPDATE members SET delivered_sequence = i.sequence, read_sequence = i.sequence
            FROM input i WHERE conversation_id = i.conversation AND user_id = i.sender";
        PLACE = "SELECT conversation_id FROM messages WHERE id = $1";
        CHANGE = "UPDATE messages SET changed_version = $3, body = $4, mentions = $5, reactions = $6, edited_at = $7,
            deleted_at = $8, files = $9, preview = $10 WHERE conversation_id = $1 AND sequence = $2";
        VERSIONS_ADVANCE = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS version FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::bigint[]) AS rows (conversation, version))"
        } "UPDATE conversations SET version = i.version FROM input i WHERE id = i.conversation";
        REACTION_INSERT = "INSERT INTO reactions (conversation_id, sequence, user_id, emoji, version)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (conversation_id, sequence, user_id, emoji) DO NOTHING";
        REACTION_DELETE = "DELETE FROM reactions
            WHERE conversation_id = $1 AND sequence = $2 AND user_id = $3 AND emoji = $4";
        REACTIONS_DELETE = "DELETE FROM reactions WHERE conversation_id = $1 AND sequence = $2";
        REACTED_FIRST = "SELECT user_id FROM reactions WHERE conversation_id = $1 AND sequence = $2 AND emoji = $3
            ORDER BY version LIMIT $4";
        REACTED = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS sequence,
                unhex(value ->> 2) AS viewer FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[])
                AS rows (conversation, sequence, viewer))"
        } "SELECT r.conversation_id, r.sequence, r.user_id, r.emoji FROM input i CROSS JOIN reactions r
            WHERE r.conversation_id = i.conversation AND r.sequence = i.sequence AND r.user_id = i.viewer";
        /// What the user marked unread counts as not read.
        UNREAD = "SELECT v.conversation_id,
                CASE WHEN v.unread_from <= v.read_sequence THEN v.unread_from - 1 ELSE v.read_sequence END,
                c.last_sequence
            FROM members v JOIN conversations c ON c.id = v.conversation_id
            WHERE v.user_id = $1 AND c.last_sequence >
                CASE WHEN v.unread_from <= v.read_sequence THEN v.unread_from - 1 ELSE v.read_sequence END
            ORDER BY c.last_message_at DESC, c.id DESC LIMIT 1000";
    }
    senders {
        /// The locks keep a sender in until the commit; they too are taken in the order of their keys.
        SENDERS_LOCK = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation, unhex(value ->> 1) AS sender
                FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::uuid[]) AS rows (conversation, sender))"
        } "FROM input i CROSS JOIN members m CROSS JOIN users u CROSS JOIN conversations c
            WHERE m.conversation_id = i.conversation AND m.user_id = i.sender AND u.id = i.sender
                AND c.id = i.conversation
            ORDER BY m.conversation_id, m.user_id" then postgres "FOR NO KEY UPDATE OF m";
        /// One of them, in a transaction that holds the one lock of `SQLite`.
        SENDER = "FROM members m CROSS JOIN users u CROSS JOIN conversations c
            WHERE m.conversation_id = $1 AND m.user_id = $2 AND u.id = m.user_id AND c.id = m.conversation_id";
    }
    messages {
        BY_TEMP_ID = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS sender, value ->> 1 AS temp_id FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::text[]) AS rows (sender, temp_id))"
        } ", m.version AS first_version, c.kind AS conversation_kind, c.member_count
            FROM input i CROSS JOIN messages m CROSS JOIN conversations c CROSS JOIN users s
            WHERE m.sender_id = i.sender AND m.temp_id = i.temp_id AND c.id = m.conversation_id AND s.id = i.sender";
        BY_ID = "FROM messages m CROSS JOIN conversations c CROSS JOIN users s
            WHERE m.id = $1 AND m.conversation_id = $2 AND c.id = m.conversation_id AND s.id = m.sender_id";
        LAST = {
            sqlite "WITH input AS (SELECT unhex(value ->> 0) AS conversation FROM json_each($1))",
            postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (conversation))"
        } "FROM input i CROSS JOIN conversations c CROSS JOIN messages m CROSS JOIN users s
            WHERE c.id = i.conversation AND m.conversation_id = i.conversation AND m.sequence = c.last_sequence
                AND s.id = m.sender_id";
        /// The page is cut out before anything is joined to it, so that no planner can think of sorting the whole
        /// conversation first. The program puts the rows in order.
        BEFORE = "FROM (SELECT * FROM messages
                WHERE conversation_id = $1 AND sequence < $3
                    AND EXISTS (SELECT 1 FROM members WHERE conversation_id = $1 AND user_id = $2)
                ORDER BY sequence DESC LIMIT $4) AS m
            CROSS JOIN conversations c CROSS JOIN users s WHERE c.id = $1 AND s.id = m.sender_id";
        AFTER = "FROM (SELECT * FROM messages
                WHERE conversation_id = $1 AND sequence > $3
                    AND EXISTS (SELECT 1 FROM members WHERE conversation_id = $1 AND user_id = $2)
                ORDER BY sequence LIMIT $4) AS m
            CROSS JOIN conversations c CROSS JOIN users s WHERE c.id = $1 AND s.id = m.sender_id";
        /// Nobody's mark is no number, and nothing is beyond it.
        UNDELIVERED = "FROM (SELECT * FROM messages
                WHERE conversation_id = $1 AND sender_id <> $2 AND sequence >
                    (SELECT delivered_sequence FROM members WHERE conversation_id = $1 AND user_id = $2)
                ORDER BY sequence LIMIT $3) AS m
            CROSS JOIN conversations c CROSS JOIN users s WHERE c.id = $1 AND s.id = m.sender_id";
        /// Each range is cut out by itself: left to choose, `PostgreSQL` reads all of a conversation.
        BY_SEQUENCES = {
            sqlite "WITH found AS (SELECT m.* FROM (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS low,
                    value ->> 2 AS high FROM json_each($2)) i CROSS JOIN messages m
                WHERE m.conversation_id = i.conversation AND m.sequence > i.low AND m.sequence <= i.high)",
            postgres "WITH found AS (SELECT m.* FROM UNNEST($2::uuid[], $3::bigint[], $4::bigint[])
                    AS i (conversation, low, high) CROSS JOIN LATERAL (SELECT * FROM messages m
                WHERE m.conversation_id = i.conversation AND m.sequence > i.low AND m.sequence <= i.high OFFSET 0) m)"
        } "FROM found m CROSS JOIN members v CROSS JOIN conversations c CROSS JOIN users s
            WHERE v.conversation_id = m.conversation_id AND v.user_id = $1 AND c.id = m.conversation_id
                AND s.id = m.sender_id
            ORDER BY m.conversation_id, m.sequence";
        /// Messages that were not touched since they were written, by the change that wrote them. A conversation has at
        /// most as many messages behind a version as it has changes: that is where the range of places begins, which the
        /// primary key finds. It is cut out by itself, as above.
        WRITTEN_BETWEEN = {
            sqlite "WITH found AS (SELECT m.* FROM (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS low,
                    value ->> 2 AS high, value ->> 3 AS place FROM json_each($2)) i CROSS JOIN messages m
                WHERE m.conversation_id = i.conversation AND m.sequence > i.place AND m.changed_version IS NULL
                    AND m.version > i.low AND m.version <= i.high)",
            postgres "WITH found AS (SELECT m.* FROM UNNEST($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
                    AS i (conversation, low, high, place) CROSS JOIN LATERAL (SELECT * FROM messages m
                WHERE m.conversation_id = i.conversation AND m.sequence > i.place AND m.changed_version IS NULL
                    AND m.version > i.low AND m.version <= i.high OFFSET 0) m)"
        } "FROM found m CROSS JOIN members v CROSS JOIN conversations c CROSS JOIN users s
            WHERE v.conversation_id = m.conversation_id AND v.user_id = $1 AND c.id = m.conversation_id
                AND s.id = m.sender_id
            ORDER BY m.conversation_id, m.sequence";
        /// Messages by the latest change that touched them.
        CHANGED_BETWEEN = {
            sqlite "WITH found AS (SELECT m.* FROM (SELECT unhex(value ->> 0) AS conversation, value ->> 1 AS low,
                    value ->> 2 AS high FROM json_each($2)) i CROSS JOIN messages m
                WHERE m.conversation_id = i.conversation AND m.changed_version > i.low AND m.changed_version <= i.high)",
            postgres "WITH found AS (SELECT m.* FROM UNNEST($2::uuid[], $3::bigint[], $4::bigint[])
                    AS i (conversation, low, high) CROSS JOIN LATERAL (SELECT * FROM messages m
                WHERE m.conversation_id = i.conversation AND m.changed_version > i.low AND m.changed_version <= i.high
                OFFSET 0) m)"
        } "FROM found m CROSS JOIN members v CROSS JOIN conversations c CROSS JOIN users s
            WHERE v.conversation_id = m.conversation_id AND v.user_id = $1 AND c.id = m.conversation_id
                AND s.id = m.sender_id
            ORDER BY m.conversation_id, m.changed_version";
        /// What the index finds in one window, newest first. `scope` is where the user may look, and `class` what passes over
        /// most of the rest in the index; the members are asked all the same.
        FOUND = {
            sqlite "WITH scope AS MATERIALIZED (SELECT unhex(value ->> 0) AS id, value ->> 1 AS class
                    FROM json_each($8)),
                found AS (SELECT rowid AS doc FROM message_words WHERE message_words MATCH $2 AND rowid >= $7 AND rowid < $3
                    AND (rowid & 4095) IN (SELECT class FROM scope))",
            postgres "WITH scope AS MATERIALIZED (SELECT * FROM UNNEST($8::uuid[], $9::bigint[]) AS rows (id, class)),
                found AS (SELECT doc FROM message_words WHERE words @@ $2::tsquery AND doc >= $7 AND doc < $3
                    AND (doc & 4095) IN (SELECT class FROM scope))"
        } ", f.doc FROM found f CROSS JOIN messages m CROSS JOIN members v CROSS JOIN conversations c CROSS JOIN users s
            WHERE m.doc = f.doc AND v.conversation_id = m.conversation_id AND v.user_id = $1 AND c.id = m.conversation_id
                AND s.id = m.sender_id AND m.deleted_at IS NULL AND m.created_at >= $4 AND m.created_at < $5
                AND m.conversation_id IN (SELECT id FROM scope)
                AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = $1 AND b.blocked_id = m.sender_id)
            ORDER BY f.doc DESC LIMIT $6";
        /// The same where there is nothing to ask the index for.
        LISTED = {
            sqlite "WITH scope AS MATERIALIZED (SELECT unhex(value ->> 0) AS id, value ->> 1 AS class
                    FROM json_each($7)),
                found AS (SELECT doc FROM messages WHERE doc >= $2 AND doc < $3
                    AND (doc & 4095) IN (SELECT class FROM scope))",
            postgres "WITH scope AS MATERIALIZED (SELECT * FROM UNNEST($7::uuid[], $8::bigint[]) AS rows (id, class)),
                found AS (SELECT doc FROM messages WHERE doc >= $2 AND doc < $3
                    AND (doc & 4095) IN (SELECT class FROM scope))"
        } ", f.doc FROM found f CROSS JOIN messages m CROSS JOIN members v CROSS JOIN conversations c CROSS JOIN users s
            WHERE m.doc = f.doc AND v.conversation_id = m.conversation_id AND v.user_id = $1 AND c.id = m.conversation_id
                AND s.id = m.sender_id AND m.deleted_at IS NULL AND m.created_at >= $4 AND m.created_at < $5
                AND m.conversation_id IN (SELECT id FROM scope)
                AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = $1 AND b.blocked_id = m.sender_id)
            ORDER BY f.doc DESC LIMIT $6";
    }
}
