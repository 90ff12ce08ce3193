-- To whom a digest of what is unread goes by mail. Nothing but a code goes to an address until it was confirmed, which is when
-- there is no code any more.

CREATE TABLE digests (
    user_id         UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    address         TEXT NOT NULL,
    language        TEXT NOT NULL,
    wanted          BOOLEAN NOT NULL,
    code            TEXT,
    code_expires_at BIGINT NOT NULL,
    -- What a mail is unsubscribed from by, without a session.
    token           BYTEA NOT NULL UNIQUE CHECK (length(token) = 32),
    -- What was written up to then was told, or is not to be.
    told_until      BIGINT NOT NULL,
    -- Not before then.
    next_at         BIGINT NOT NULL,
    -- How often the mail server said "later" since the last one that it took.
    tries           BIGINT NOT NULL DEFAULT 0,
    CHECK (code IS NULL OR wanted = FALSE)
);
