-- Who blocked, is blocked or hides receipts goes on moving marks; others see them as they were when that began. Null: others
-- see the marks themselves.
ALTER TABLE members ADD COLUMN shown_delivered BIGINT CHECK (shown_delivered >= 0);
ALTER TABLE members ADD COLUMN shown_read BIGINT CHECK (shown_read >= 0);

-- What people keep to themselves.
ALTER TABLE users ADD COLUMN hides_receipts BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN hides_last_seen BOOLEAN NOT NULL DEFAULT FALSE;

-- Pictures, small and made by the program itself: in the database, so that every node has them. `users.avatar` is the path
-- under which one is served, and its id is the last part of it: another picture is another path.
CREATE TABLE avatars (
    id         UUID PRIMARY KEY,
    media_type TEXT NOT NULL,
    bytes      BYTEA NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 524288)
);
