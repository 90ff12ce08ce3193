-- Files: what is known of them. Their bytes are where the settings say, under the id.

CREATE TABLE files (
    id              UUID PRIMARY KEY,
    uploader_id     UUID NOT NULL REFERENCES users (id),
    -- `coming`: the row is written before the bytes, so that there are never bytes that no row knows of. `gone`: nobody may
    -- read it any more, and its bytes are taken away before the row is.
    state           TEXT NOT NULL CHECK (state IN ('coming', 'kept', 'gone')),
    name            TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    size            BIGINT NOT NULL CHECK (size >= 0),
    width           BIGINT,
    height          BIGINT,
    thumb_hash      TEXT,
    thumbnail_type  TEXT,
    thumbnail_size  BIGINT NOT NULL DEFAULT 0 CHECK (thumbnail_size >= 0),
    created_at      BIGINT NOT NULL,
    -- The message that carries it.
    conversation_id UUID,
    sequence        BIGINT,
    CHECK ((conversation_id IS NULL) = (sequence IS NULL))
);
CREATE INDEX files_by_uploader ON files (uploader_id, size, thumbnail_size) WHERE state <> 'gone';
CREATE INDEX files_by_message ON files (conversation_id, sequence) WHERE conversation_id IS NOT NULL;
CREATE INDEX files_unclaimed ON files (created_at) WHERE conversation_id IS NULL AND state <> 'gone';
CREATE INDEX files_gone ON files (id) WHERE state = 'gone';

-- What a message carries, as JSON made from `files` when it was written: reading a page looks at nothing else.
ALTER TABLE messages ADD COLUMN files TEXT;
