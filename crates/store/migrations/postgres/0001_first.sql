-- Times are milliseconds since 1970. They and the ids come from the program.

CREATE TABLE users (
    id            UUID PRIMARY KEY,
    username      TEXT COLLATE "C" NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    avatar        TEXT,
    password_hash TEXT,
    admin         BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT NOT NULL
);

-- What a search finds a person by: the lower-case username, and the lower-case display name from each of its words on.
-- A prefix is then a range of this key, on both databases and in every script.
CREATE TABLE user_words (
    word    TEXT COLLATE "C" NOT NULL,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (word, user_id)
);
CREATE INDEX user_words_by_user ON user_words (user_id);

CREATE TABLE devices (
    id           UUID PRIMARY KEY,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX devices_by_user ON devices (user_id);

-- Every refresh token a device had, hashed, until it would have expired: an old one that is used again was stolen.
CREATE TABLE refresh_tokens (
    hash       BYTEA PRIMARY KEY CHECK (octet_length(hash) = 32),
    device_id  UUID NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX refresh_tokens_by_device ON refresh_tokens (device_id, generation);

-- Rows that every message updates keep free space beside them, so that an update stays on its page.
CREATE TABLE conversations (
    id              UUID PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('direct', 'group', 'channel')),
    title           TEXT,
    avatar          TEXT,
    direct_low      UUID REFERENCES users (id),
    direct_high     UUID REFERENCES users (id),
    last_sequence   BIGINT NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
    version         BIGINT NOT NULL DEFAULT 0 CHECK (version >= last_sequence),
    member_count    BIGINT NOT NULL DEFAULT 0 CHECK (member_count >= 0),
    created_at      BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    CHECK ((kind = 'direct') = (direct_low IS NOT NULL AND direct_high IS NOT NULL)),
    CHECK (direct_low < direct_high)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX conversations_direct ON conversations (direct_low, direct_high) WHERE direct_low IS NOT NULL;

CREATE TABLE members (
    conversation_id    UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id            UUID NOT NULL REFERENCES users (id),
    role               TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    -- The order of joining; unique, so that "the first hundred" is a range of an index.
    position           BIGINT NOT NULL,
    delivered_sequence BIGINT NOT NULL DEFAULT 0 CHECK (delivered_sequence >= 0),
    read_sequence      BIGINT NOT NULL DEFAULT 0 CHECK (read_sequence BETWEEN 0 AND delivered_sequence),
    joined_at          BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX members_by_position ON members (conversation_id, position);
CREATE INDEX members_by_user ON members (user_id);

-- A page of history is one range of the primary key, however many messages there are.
CREATE TABLE messages (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    sequence        BIGINT NOT NULL CHECK (sequence > 0),
    version         BIGINT NOT NULL CHECK (version >= sequence),
    id              UUID NOT NULL UNIQUE,
    sender_id       UUID NOT NULL REFERENCES users (id),
    temp_id         TEXT COLLATE "C",
    reply_to        UUID,
    kind            TEXT NOT NULL CHECK (kind IN ('text', 'system')),
    created_at      BIGINT NOT NULL,
    body            TEXT NOT NULL,
    PRIMARY KEY (conversation_id, sequence)
);
-- The promise that a message sent again is not a second one, across restarts and nodes.
CREATE UNIQUE INDEX messages_by_temp_id ON messages (sender_id, temp_id) WHERE temp_id IS NOT NULL;
-- Each change touches one message, so two never share a version. Sync reads ranges of this.
CREATE UNIQUE INDEX messages_by_version ON messages (conversation_id, version);

CREATE TABLE connections (
    user_low     UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_high    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state        TEXT NOT NULL CHECK (state IN ('requested', 'accepted')),
    requested_by UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (user_low, user_high),
    CHECK (user_low < user_high),
    CHECK (requested_by IN (user_low, user_high))
);
CREATE INDEX connections_by_high ON connections (user_high);

CREATE TABLE blocks (
    blocker_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    blocked_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
);
CREATE INDEX blocks_by_blocked ON blocks (blocked_id);
