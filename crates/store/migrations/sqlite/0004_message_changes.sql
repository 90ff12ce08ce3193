-- What happens to a message after it was written: edits, deletions, reactions.

-- The latest change that touched it; null until there is one. `version` stays what writing it gave, because that is what a
-- retry is acknowledged with.
ALTER TABLE messages ADD COLUMN changed_version INTEGER CHECK (changed_version > version);
ALTER TABLE messages ADD COLUMN edited_at INTEGER;
ALTER TABLE messages ADD COLUMN deleted_at INTEGER;
-- The place of the message that it answers, so that a client can go there.
ALTER TABLE messages ADD COLUMN reply_sequence INTEGER;
-- The ids of members whom the text names, and for each emoji how many people put it there and who came first: JSON, made by
-- the program from `reactions`, so that reading a page does not count them.
ALTER TABLE messages ADD COLUMN mentions TEXT;
ALTER TABLE messages ADD COLUMN reactions TEXT;

UPDATE messages SET reply_sequence = (SELECT a.sequence FROM messages a
        WHERE a.id = messages.reply_to AND a.conversation_id = messages.conversation_id)
    WHERE reply_to IS NOT NULL;

-- Sync finds new messages by walking back from the end of the conversation, so only changed ones need an index.
DROP INDEX messages_by_version;
CREATE UNIQUE INDEX messages_changed ON messages (conversation_id, changed_version) WHERE changed_version IS NOT NULL;

CREATE TABLE reactions (
    conversation_id BLOB NOT NULL,
    sequence        INTEGER NOT NULL,
    user_id         BLOB NOT NULL REFERENCES users (id),
    emoji           TEXT NOT NULL,
    -- The change that it was: the order in which they came.
    version         INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, sequence, user_id, emoji),
    FOREIGN KEY (conversation_id, sequence) REFERENCES messages (conversation_id, sequence) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reactions_in_order ON reactions (conversation_id, sequence, emoji, version);
