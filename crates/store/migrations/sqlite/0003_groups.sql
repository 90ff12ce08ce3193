-- Groups and channels: what they are about, who may write, and how one comes in.

ALTER TABLE conversations ADD COLUMN topic TEXT;
ALTER TABLE conversations ADD COLUMN posting TEXT NOT NULL DEFAULT 'all' CHECK (posting IN ('all', 'admins'));
-- The title in lower case, by which the list of channels is sorted and searched. Made by the program, because SQLite
-- knows only the lower case of ASCII.
ALTER TABLE conversations ADD COLUMN title_key TEXT;
-- A deleted conversation has no members, so nobody sees it; its messages are taken away afterwards, a portion at a time.
ALTER TABLE conversations ADD COLUMN deleted_at INTEGER;
CREATE INDEX conversations_channels ON conversations (title_key, id) WHERE kind = 'channel' AND deleted_at IS NULL;
CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

-- What a system message says, as JSON; its body is empty.
ALTER TABLE messages ADD COLUMN system TEXT;

-- The code is the right to join, nothing more: it is kept readable, so that admins can look it up again.
CREATE TABLE invites (
    code            TEXT PRIMARY KEY,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    created_by      BLOB NOT NULL REFERENCES users (id),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    max_uses        INTEGER,
    uses            INTEGER NOT NULL DEFAULT 0,
    CHECK (uses >= 0 AND uses <= max_uses)
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_by_conversation ON invites (conversation_id, created_at);
