//! The statements about the index of messages. Those that give messages stand with the others that do.

use crate::sql::statements;

statements! {
    /// The next numbers, in any order. A node must not wait for another one's commit, so `PostgreSQL` has a sequence.
    NUMBERS = {
        sqlite "WITH RECURSIVE numbers (number) AS
                (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $1)
            SELECT number + MAX(4294967296, COALESCE((SELECT MAX(doc) >> 12 FROM messages WHERE doc IS NOT NULL), 0))
            FROM numbers",
        postgres "SELECT nextval('message_docs') FROM generate_series(1, $1)"
    } "";
    /// The newest number of what was there before the index.
    OLD_NUMBER = "SELECT COALESCE(MAX(doc), 0) >> 12 FROM messages WHERE doc < 17592186044416";
    WORDS_DELETE = {
        sqlite "DELETE FROM message_words WHERE rowid IN (SELECT value ->> 0 FROM json_each($1))",
        postgres "DELETE FROM message_words WHERE doc = ANY($1::bigint[])"
    } "";
    WORDS_INSERT = {
        sqlite "INSERT INTO message_words (rowid, words) SELECT value ->> 0, value ->> 1 FROM json_each($1)",
        postgres "INSERT INTO message_words (doc, words) SELECT doc, array_to_tsvector(string_to_array(words, ' '))
            FROM UNNEST($1::bigint[], $2::text[]) AS rows (doc, words)"
    } "";
    /// Of the first messages of a deleted conversation, as `PURGE_MESSAGES` takes them away.
    WORDS_PURGE = { sqlite "DELETE FROM message_words WHERE rowid", postgres "DELETE FROM message_words WHERE doc" }
        "IN (SELECT doc FROM messages WHERE conversation_id = $1 AND doc IS NOT NULL AND sequence <
            (SELECT MIN(sequence) FROM messages WHERE conversation_id = $1) + $2)";
    DOC = "SELECT doc FROM messages WHERE conversation_id = $1 AND sequence = $2 AND doc IS NOT NULL";
    DOC_BY_ID = "SELECT doc FROM messages WHERE id = $1 AND doc IS NOT NULL";
    DOCS_SET = {
        sqlite "WITH input AS (SELECT unhex(value ->> 0) AS id, value ->> 1 AS doc FROM json_each($1))",
        postgres "WITH input AS (SELECT * FROM UNNEST($1::uuid[], $2::bigint[]) AS rows (id, doc))"
    } "UPDATE messages SET doc = i.doc FROM input i WHERE messages.id = i.id";
    /// The ends of the two ranges of numbers.
    BOUNDS = "SELECT (SELECT MAX(doc) FROM messages WHERE doc >= 17592186044416),
            (SELECT MIN(doc) FROM messages WHERE doc >= 17592186044416),
            (SELECT MAX(doc) FROM messages WHERE doc < 17592186044416),
            (SELECT MIN(doc) FROM messages WHERE doc < 17592186044416)";
    NEXT_DOC = "SELECT doc, created_at FROM messages WHERE doc >= $1 ORDER BY doc LIMIT 1";
    STATE = "SELECT format, done FROM search_state WHERE id = 1";
    STATE_LOCK = "SELECT format, done, after_id FROM search_state WHERE id = 1" then postgres "FOR UPDATE";
    STATE_SET = "UPDATE search_state SET format = $1, after_id = $2, done = $3 WHERE id = 1";
    /// Locked: an edit of one of them waits, and puts its words in afterwards.
    NEXT = "SELECT id, conversation_id, doc, sender_id, body, files FROM messages
        WHERE id > $1 AND kind = 'text' AND deleted_at IS NULL ORDER BY id LIMIT $2"
        then postgres "FOR NO KEY UPDATE";
    COUNT = "SELECT COUNT(*) FROM messages WHERE kind = 'text' AND deleted_at IS NULL";
    SCOPE = "SELECT c.id, c.kind, c.title, u.username, u.display_name FROM members v
        JOIN conversations c ON c.id = v.conversation_id
        LEFT JOIN users u ON u.id = CASE WHEN c.direct_low = $1 THEN c.direct_high ELSE c.direct_low END
        WHERE v.user_id = $1";
    PERSON = "SELECT id FROM users WHERE username = $1";
}
