/** The tables of ND and NDG. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, last_sequence INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS members (conversation_id TEXT NOT NULL, user_id TEXT NOT NULL,
    PRIMARY KEY (conversation_id, user_id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (conversation_id TEXT NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL,
    sender_id TEXT NOT NULL, created_at TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation_id, sequence)) WITHOUT ROWID;
`;
