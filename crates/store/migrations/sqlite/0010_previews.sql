-- Previews of links.

-- What the page behind the first link of a message says of itself, or that its sender does not want it shown: JSON, beside the
-- link that it is about.
ALTER TABLE messages ADD COLUMN preview TEXT;

-- Pages that were asked lately, also those of which there is nothing to show, so that they are not asked again for each message.
CREATE TABLE previews (
    link       TEXT PRIMARY KEY,
    card       TEXT,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX previews_by_end ON previews (expires_at);
