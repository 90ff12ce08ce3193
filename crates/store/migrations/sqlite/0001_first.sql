-- Ids are 16-byte UUIDs, times are milliseconds since 1970, and both come from the program.

CREATE TABLE users (
    id            BLOB PRIMARY KEY CHECK (length(id) = 16),
    username      TEXT NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    avatar        TEXT,
    password_hash TEXT,
    admin         INTEGER NOT NULL DEFAULT 0 CHECK (admin IN (0, 1)),
    created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a search finds a person by: the lower-case username, and the lower-case display name from each of its words on.
-- A prefix is then a range of this key, on both databases and in every script.
CREATE TABLE user_words (
    word    TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (word, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_words_by_user ON user_words (user_id);

CREATE TABLE devices (
    id           BLOB PRIMARY KEY CHECK (length(id) = 16),
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_user ON devices (user_id);

-- Every refresh token a device had, hashed, until it would have expired: an old one that is used again was stolen.
CREATE TABLE refresh_tokens (
    hash       BLOB PRIMARY KEY CHECK (length(hash) = 32),
    device_id  BLOB NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_device ON refresh_tokens (device_id, generation);

CREATE TABLE conversations (
    id              BLOB PRIMARY KEY CHECK (length(id) = 16),
    kind            TEXT NOT NULL CHECK (kind IN ('direct', 'group', 'channel')),
    title           TEXT,
    avatar          TEXT,
    direct_low      BLOB REFERENCES users (id),
    direct_high     BLOB REFERENCES users (id),
    last_sequence   INTEGER NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
    version         INTEGER NOT NULL DEFAULT 0 CHECK (version >= last_sequence),
    member_count    INTEGER NOT NULL DEFAULT 0 CHECK (member_count >= 0),
    created_at      INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    CHECK ((kind = 'direct') = (direct_low IS NOT NULL AND direct_high IS NOT NULL)),
    CHECK (direct_low < direct_high)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX conversations_direct ON conversations (direct_low, direct_high) WHERE direct_low IS NOT NULL;

CREATE TABLE members (
    conversation_id    BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id            BLOB NOT NULL REFERENCES users (id),
    role               TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    -- The order of joining; unique, so that "the first hundred" is a range of an index.
    position           INTEGER NOT NULL,
    delivered_sequence INTEGER NOT NULL DEFAULT 0 CHECK (delivered_sequence >= 0),
    read_sequence      INTEGER NOT NULL DEFAULT 0 CHECK (read_sequence BETWEEN 0 AND delivered_sequence),
    joined_at          INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_by_position ON members (conversation_id, position);
CREATE INDEX members_by_user ON members (user_id);

-- The table is its primary key: a page of history is one range of neighbouring rows, however many messages there are.
CREATE TABLE messages (
    conversation_id BLOB NOT NULL REFERENCES conversations (id),
    sequence        INTEGER NOT NULL CHECK (sequence > 0),
    version         INTEGER NOT NULL CHECK (version >= sequence),
    id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    sender_id       BLOB NOT NULL REFERENCES users (id),
    temp_id         TEXT,
    reply_to        BLOB,
    kind            TEXT NOT NULL CHECK (kind IN ('text', 'system')),
    created_at      INTEGER NOT NULL,
    body            TEXT NOT NULL,
    PRIMARY KEY (conversation_id, sequence)
) STRICT, WITHOUT ROWID;
-- The promise that a message sent again is not a second one, across restarts and nodes.
CREATE UNIQUE INDEX messages_by_temp_id ON messages (sender_id, temp_id) WHERE temp_id IS NOT NULL;
-- Each change touches one message, so two never share a version. Sync reads ranges of this.
CREATE UNIQUE INDEX messages_by_version ON messages (conversation_id, version);

CREATE TABLE connections (
    user_low     BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_high    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state        TEXT NOT NULL CHECK (state IN ('requested', 'accepted')),
    requested_by BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (user_low, user_high),
    CHECK (user_low < user_high),
    CHECK (requested_by IN (user_low, user_high))
) STRICT, WITHOUT ROWID;
CREATE INDEX connections_by_high ON connections (user_high);

CREATE TABLE blocks (
    blocker_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    blocked_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_by_blocked ON blocks (blocked_id);
