//! The statements about files.

use crate::sql::statements;

statements! {
    /// Two uploads of one person at once take turns: both together must fit into what the person has left.
    UPLOADER_LOCK = "SELECT id FROM users WHERE id = $1" then postgres "FOR NO KEY UPDATE";
    /// What a person's files take. Each counts as a kilobyte more than it has, so that many small ones are bounded too.
    USED = "SELECT CAST(COALESCE(SUM(size + thumbnail_size + 1024), 0) AS BIGINT) FROM files
        WHERE uploader_id = $1 AND state <> 'gone'";
    INSERT = "INSERT INTO files (id, uploader_id, state, name, media_type, size, width, height, thumb_hash,
            thumbnail_type, thumbnail_size, created_at)
        VALUES ($1, $2, 'coming', $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    KEEP = "UPDATE files SET state = 'kept' WHERE id = $1 AND state = 'coming'";
    /// Before a message carries it, it is its uploader's; afterwards of those who may read the message.
    GET = "SELECT f.id, f.name, f.media_type, f.size, f.width, f.height, f.thumb_hash, f.thumbnail_type
        FROM files f WHERE f.id = $1 AND f.state = 'kept' AND
            ((f.conversation_id IS NULL AND f.uploader_id = $2) OR EXISTS (SELECT 1 FROM members m
                WHERE m.conversation_id = f.conversation_id AND m.user_id = $2))";
    REMOVE = "UPDATE files SET state = 'gone'
        WHERE id = $1 AND uploader_id = $2 AND conversation_id IS NULL AND state <> 'gone'";
    /// What is still coming is given up sooner than what came and nobody wanted.
    EXPIRE = "UPDATE files SET state = 'gone' WHERE conversation_id IS NULL AND state <> 'gone' AND created_at < $1
        AND (state = 'coming' OR created_at < $2)";
    GONE = "SELECT id FROM files WHERE state = 'gone' ORDER BY id LIMIT $1";
    FORGET = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS file FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[]) AS rows (file))"
    } "DELETE FROM files WHERE state = 'gone' AND id IN (SELECT file FROM input)";
    /// What senders offer to a batch of messages: theirs, there, and in no message yet. Whoever takes one away meanwhile
    /// waits.
    OFFERED = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS file, unhex(value ->> 1) AS sender FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::uuid[]) AS rows (file, sender))"
    } "SELECT f.id, f.name, f.media_type, f.size, f.width, f.height, f.thumb_hash, f.thumbnail_type, f.uploader_id
        FROM input i CROSS JOIN files f
        WHERE f.id = i.file AND f.uploader_id = i.sender AND f.state = 'kept' AND f.conversation_id IS NULL
        ORDER BY f.id" then postgres "FOR NO KEY UPDATE OF f";
    CLAIM = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS file, unhex(value ->> 1) AS conversation,
            value ->> 2 AS place FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[])
            AS rows (file, conversation, place))"
    } "UPDATE files SET conversation_id = i.conversation, sequence = i.place FROM input i WHERE id = i.file";
    /// Of a message that was deleted.
    RELEASE = "UPDATE files SET state = 'gone' WHERE conversation_id = $1 AND sequence = $2";
    /// Of the messages of a deleted conversation that are about to be taken away.
    PURGE = "UPDATE files SET state = 'gone' WHERE conversation_id = $1 AND sequence <
        (SELECT MIN(sequence) FROM messages WHERE conversation_id = $1) + $2";
}
