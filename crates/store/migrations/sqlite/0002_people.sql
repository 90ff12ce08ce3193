-- Who blocked, is blocked or hides receipts goes on moving marks; others see them as they were when that began. Null: others
-- see the marks themselves.
ALTER TABLE members ADD COLUMN shown_delivered INTEGER CHECK (shown_delivered >= 0);
ALTER TABLE members ADD COLUMN shown_read INTEGER CHECK (shown_read >= 0);

-- What people keep to themselves.
ALTER TABLE users ADD COLUMN hides_receipts INTEGER NOT NULL DEFAULT 0 CHECK (hides_receipts IN (0, 1));
ALTER TABLE users ADD COLUMN hides_last_seen INTEGER NOT NULL DEFAULT 0 CHECK (hides_last_seen IN (0, 1));

-- Pictures, small and made by the program itself: in the database, so that every node has them. `users.avatar` is the path
-- under which one is served, and its id is the last part of it: another picture is another path.
CREATE TABLE avatars (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 524288)
) STRICT;
