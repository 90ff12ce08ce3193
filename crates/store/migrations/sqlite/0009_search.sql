-- What messages are found by.

-- The place of a message in the index: newer ones have higher numbers. Its lowest 12 bits tell conversations apart, so that most
-- of what somebody may not read is passed over without looking at the message. Null: it says nothing that is found, or it was
-- written before there was an index and its turn has not come.
ALTER TABLE messages ADD COLUMN doc INTEGER;
CREATE UNIQUE INDEX messages_by_doc ON messages (doc) WHERE doc IS NOT NULL;

-- The terms, made by the program, one space between them. Only what stands in which document: the text itself is looked at
-- before it is shown.
CREATE VIRTUAL TABLE message_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- How far the index was built: the last id whose turn came, in the format that the program had.
CREATE TABLE search_state (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    format   INTEGER NOT NULL,
    after_id BLOB,
    done     INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT;
INSERT INTO search_state (id, format, done) VALUES (1, 1, 0);
