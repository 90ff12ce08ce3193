//! What the browser keeps: messages that are not sent yet, drafts, the ends of conversations, and of what a tab has told,
//! apart for every account. IndexedDB, because it is shared by tabs and survives a reload. Nothing secret is kept here.
import Dexie, { type EntityTable } from "dexie";
import type { FailureCode } from "~/failure";
import { endForgetting, toForget } from "./forgetting";
import { signedOutElsewhere } from "./remembered";
import { dropUnstored, forgetUnstored, keepUnstored, type UnstoredRow, unstoredOf } from "./unstored";

/** A message on its way. `order` is the order of writing. */
export interface OutboxRow {
  order: number;
  tempId: string;
  userId: string;
  /** The conversation as the sender names it: `user:<id>` or `conversation:<id>`. One key's messages go in order. */
  key: string;
  msg: string;
  /** The message that it answers, by its id and by its place. */
  replyTo?: Answered | undefined;
  createdAt: string;
  state: "waiting" | "failed";
  reason?: Reason;
}

export interface Answered {
  messageId: string;
  sequence: number;
}

/** Why a message failed: a code, which every language has a sentence for, and the server's own words. */
export interface Reason {
  code: FailureCode;
  message: string;
}

export interface DraftRow {
  id: string;
  userId: string;
  key: string;
  text: string;
  /** The message that is being answered. */
  reply?: Answered | undefined;
}

/** The end of a conversation. What is in it is the business of who keeps it. */
export interface ChatRow {
  id: string;
  userId: string;
  /** The build that kept it. */
  build: string;
  content: unknown;
}

/** The latest message of a conversation that a tab has told of. */
export interface ToldRow {
  id: string;
  userId: string;
  sequence: number;
}

const chatId = (userId: string, id: string) => `${userId} ${id}`;
export const draftId = ({ userId, key }: Pick<DraftRow, "userId" | "key">) => `${userId} ${key}`;

export class Database extends Dexie {
  declare outbox: EntityTable<OutboxRow, "order">;
  declare drafts: EntityTable<DraftRow, "id">;
  declare chats: EntityTable<ChatRow, "id">;
  declare told: EntityTable<ToldRow, "id">;

  constructor(name = "linnet") {
    super(name);
    this.version(1).stores({
      outbox: "++order, &tempId, userId, [userId+key]",
      drafts: "id, userId",
    });
    this.version(2).stores({ chats: "id, userId" });
    this.version(3).stores({ told: "id, userId" });
  }

  /**
   * Takes a message that was just written, and its draft with it: there is one of them at any time, never both. From the
   * call on it survives the page, before the promise ends too.
   */
  async queue(row: UnstoredRow): Promise<void> {
    keepUnstored(row);
    await this.store(row);
  }

  /** Queues what an earlier page wrote and could not queue any more. */
  async queueUnstored(userId: string): Promise<void> {
    for (const row of unstoredOf(userId)) await this.store(row);
  }

  /** Queues a message again, under the same name, as the latest of its conversation. */
  async requeue(row: UnstoredRow): Promise<void> {
    await this.transaction("rw", this.outbox, async () => {
      await this.outbox.where({ tempId: row.tempId }).delete();
      await this.outbox.add(row);
    });
    dropUnstored(row);
  }

  async discard(row: Pick<UnstoredRow, "userId" | "tempId">): Promise<void> {
    dropUnstored(row);
    await this.outbox.where({ tempId: row.tempId }).delete();
  }

  async draftsOf(userId: string): Promise<DraftRow[]> {
    // A message that was sent as the page was left is no draft any more.
    await this.queueUnstored(userId);
    return this.drafts.where({ userId }).toArray();
  }

  private async store(row: UnstoredRow): Promise<void> {
    try {
      await this.transaction("rw", this.outbox, this.drafts, async () => {
        await this.outbox.add(row);
        await this.drafts.delete(draftId(row));
      });
    } catch (error) {
      // Another tab, which started in this moment, has stored it.
      if (!(error instanceof Error && error.name === "ConstraintError")) throw error;
    }
    dropUnstored(row);
  }

  /** The conversations that this build has kept; those of another one are dropped. */
  async chatsOf<T>(userId: string, build: string): Promise<T[]> {
    const rows = await this.chats.where({ userId }).toArray();
    const old = rows.filter((row) => row.build !== build).map(({ id }) => id);
    if (old.length > 0) await this.chats.bulkDelete(old);
    return rows.filter((row) => row.build === build).map(({ content }) => content as T);
  }

  async keepChats(
    userId: string,
    build: string,
    kept: { id: string; content: unknown }[],
    dropped: string[],
  ): Promise<void> {
    const rows = kept.map(({ id, content }) => ({ id: chatId(userId, id), userId, build, content }));
    await this.transaction("rw", this.chats, async () => {
      if (signedOutElsewhere(userId)) return;
      await this.chats.bulkPut(rows);
      await this.chats.bulkDelete(dropped.map((id) => chatId(userId, id)));
    });
  }

  /** Whether nobody has told of a message, or of a later one there: of tabs that hear the same, one is told yes. */
  async claim(userId: string, conversationId: string, sequence: number): Promise<boolean> {
    const id = chatId(userId, conversationId);
    return this.transaction("rw", this.told, async () => {
      if (((await this.told.get(id))?.sequence ?? 0) >= sequence) return false;
      await this.told.put({ id, userId, sequence });
      return true;
    });
  }

  async forgetChats(userId: string): Promise<void> {
    await this.chats.where({ userId }).delete();
    await this.told.where({ userId }).delete();
  }

  /** Forgets everything of one account: whoever signs out leaves nothing behind on a shared machine. */
  async forget(userId: string): Promise<void> {
    forgetUnstored(userId);
    await this.transaction("rw", this.outbox, this.drafts, this.chats, this.told, async () => {
      await this.outbox.where({ userId }).delete();
      await this.drafts.where({ userId }).delete();
      await this.forgetChats(userId);
    });
    endForgetting(userId);
  }

  /** Forgets what an earlier page began to forget, and was left in the middle of. */
  async finishForgetting(): Promise<void> {
    for (const userId of toForget()) await this.forget(userId);
  }
}
