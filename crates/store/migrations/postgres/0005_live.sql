-- What a member sets for themselves in a conversation. The version counts the changes.
ALTER TABLE members ADD COLUMN settings_version BIGINT NOT NULL DEFAULT 0 CHECK (settings_version >= 0);
ALTER TABLE members ADD COLUMN notify TEXT NOT NULL DEFAULT 'all' CHECK (notify IN ('all', 'mentions', 'none'));
ALTER TABLE members ADD COLUMN muted_until BIGINT;
ALTER TABLE members ADD COLUMN unread_from BIGINT CHECK (unread_from > 0);

-- When the last of a person's connections ended.
ALTER TABLE users ADD COLUMN last_seen_at BIGINT;
