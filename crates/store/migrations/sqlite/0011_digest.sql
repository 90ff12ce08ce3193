-- To whom a digest of what is unread goes by mail. Nothing but a code goes to an address until it was confirmed, which is when
-- there is no code any more.

CREATE TABLE digests (
    user_id         BLOB PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    address         TEXT NOT NULL,
    language        TEXT NOT NULL,
    wanted          INTEGER NOT NULL CHECK (wanted IN (0, 1)),
    code            TEXT,
    code_expires_at INTEGER NOT NULL,
    -- What a mail is unsubscribed from by, without a session.
    token           BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
    -- What was written up to then was told, or is not to be.
    told_until      INTEGER NOT NULL,
    -- Not before then.
    next_at         INTEGER NOT NULL,
    -- How often the mail server said "later" since the last one that it took.
    tries           INTEGER NOT NULL DEFAULT 0,
    CHECK (code IS NULL OR wanted = 0)
) STRICT, WITHOUT ROWID;
