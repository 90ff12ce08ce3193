-- What messages are found by.

-- The place of a message in the index: newer ones have higher numbers. Its lowest 12 bits tell conversations apart, so that most
-- of what somebody may not read is passed over without looking at the message. Null: it says nothing that is found, or it was
-- written before there was an index and its turn has not come.
ALTER TABLE messages ADD COLUMN doc BIGINT;
CREATE UNIQUE INDEX messages_by_doc ON messages (doc) WHERE doc IS NOT NULL;
-- What was there before the index gets smaller numbers.
CREATE SEQUENCE message_docs MINVALUE 4294967297;

-- The terms, made by the program. Only what stands in which document: the text itself is looked at before it is shown.
CREATE TABLE message_words (
    doc   BIGINT PRIMARY KEY,
    words TSVECTOR NOT NULL
);
-- A long list of what waits to be sorted in would be read by every search.
CREATE INDEX message_words_by_word ON message_words USING GIN (words) WITH (gin_pending_list_limit = 512);

-- How far the index was built: the last id whose turn came, in the format that the program had.
CREATE TABLE search_state (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    format   BIGINT NOT NULL,
    after_id UUID,
    done     BOOLEAN NOT NULL
);
INSERT INTO search_state (id, format, done) VALUES (1, 1, FALSE);
