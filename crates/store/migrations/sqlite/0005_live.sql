-- What a member sets for themselves in a conversation. The version counts the changes.
ALTER TABLE members ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 0 CHECK (settings_version >= 0);
ALTER TABLE members ADD COLUMN notify TEXT NOT NULL DEFAULT 'all' CHECK (notify IN ('all', 'mentions', 'none'));
ALTER TABLE members ADD COLUMN muted_until INTEGER;
ALTER TABLE members ADD COLUMN unread_from INTEGER CHECK (unread_from > 0);

-- When the last of a person's connections ended.
ALTER TABLE users ADD COLUMN last_seen_at INTEGER;
