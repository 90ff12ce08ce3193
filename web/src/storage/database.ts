//! What the browser keeps: messages that are not sent yet and drafts, apart for every account. IndexedDB, because it is
//! shared by tabs and survives a reload. Nothing secret is kept here.
import Dexie, { type EntityTable } from "dexie";

/** A message on its way. `order` is the order of writing. */
export interface OutboxRow {
  order: number;
  tempId: string;
  userId: string;
  /** The conversation as the sender names it: `user:<id>` or `conversation:<id>`. One key's messages go in order. */
  key: string;
  msg: string;
  createdAt: string;
  state: "waiting" | "failed";
  /** Why it failed, for people. */
  error?: string;
}

export interface DraftRow {
  id: string;
  userId: string;
  key: string;
  text: string;
}

export class Database extends Dexie {
  declare outbox: EntityTable<OutboxRow, "order">;
  declare drafts: EntityTable<DraftRow, "id">;

  constructor(name = "linnet") {
    super(name);
    this.version(1).stores({
      outbox: "++order, &tempId, userId, [userId+key]",
      drafts: "id, userId",
    });
  }

  /** Forgets everything of one account: whoever signs out leaves nothing behind on a shared machine. */
  async forget(userId: string): Promise<void> {
    await this.transaction("rw", this.outbox, this.drafts, async () => {
      await this.outbox.where({ userId }).delete();
      await this.drafts.where({ userId }).delete();
    });
  }
}
