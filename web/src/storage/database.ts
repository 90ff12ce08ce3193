//! What the browser keeps: messages that are not sent yet, drafts, the ends of conversations, and of what a tab has told,
//! apart for every account. IndexedDB, because it is shared by tabs and survives a reload. Nothing secret is kept here.
import Dexie, { type EntityTable } from "dexie";
import type { Attachment } from "~/contract";
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
  /** What it carries: on the server already. */
  files?: Attachment[] | undefined;
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

/** A file that was chosen for a message: its bytes until they are on the server, what the server said of it from then on. */
export interface UploadRow {
  id: string;
  userId: string;
  /** The conversation, as the outbox names it. */
  key: string;
  /** The page that has it in hand. Another tab leaves it alone for as long as that one is there. */
  page: string;
  /** Which was chosen first. */
  order: number;
  name: string;
  type: string;
  size: number;
  bytes?: Blob | undefined;
  file?: Attachment | undefined;
}

/** Bytes of files on their way that are kept here at most, of one account. Who leaves with more is asked first. */
const UPLOAD_BYTES_MOST = 128 * 1024 * 1024;

const chatId = (userId: string, id: string) => `${userId} ${id}`;
export const draftId = ({ userId, key }: Pick<DraftRow, "userId" | "key">) => `${userId} ${key}`;

export class Database extends Dexie {
  declare outbox: EntityTable<OutboxRow, "order">;
  declare drafts: EntityTable<DraftRow, "id">;
  declare chats: EntityTable<ChatRow, "id">;
  declare told: EntityTable<ToldRow, "id">;
  declare uploads: EntityTable<UploadRow, "id">;

  constructor(name = "linnet") {
    super(name);
    this.version(1).stores({
      outbox: "++order, &tempId, userId, [userId+key]",
      drafts: "id, userId",
    });
    this.version(2).stores({ chats: "id, userId" });
    this.version(3).stores({ told: "id, userId" });
    this.version(4).stores({ uploads: "id, userId" });
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
      await this.transaction("rw", this.outbox, this.drafts, this.uploads, async () => {
        await this.outbox.add(row);
        await this.drafts.delete(draftId(row));
        const carried = new Set(row.files?.map(({ id }) => id));
        if (carried.size === 0) return;
        await this.uploads
          .where({ userId: row.userId })
          .filter(({ file }) => file !== undefined && carried.has(file.id))
          .delete();
      });
    } catch (error) {
      // Another tab, which started in this moment, has stored it.
      if (!(error instanceof Error && error.name === "ConstraintError")) throw error;
    }
    dropUnstored(row);
  }

  /** Whether the file was kept: there may be no room. */
  async keepUpload(row: UploadRow): Promise<boolean> {
    return this.transaction("rw", this.uploads, async () => {
      let bytes = row.size;
      await this.uploads.where({ userId: row.userId }).each((kept) => {
        if (kept.bytes) bytes += kept.size;
      });
      if (bytes > UPLOAD_BYTES_MOST || signedOutElsewhere(row.userId)) return false;
      await this.uploads.put(row);
      return true;
    });
  }

  /** The files that were chosen and not sent, of pages that are gone: from now on this page has them. */
  async claimUploads(userId: string, page: string, isThere: (page: string) => boolean): Promise<UploadRow[]> {
    // What a message carries that was sent as the page was left is not chosen any more.
    await this.queueUnstored(userId);
    return this.transaction("rw", this.uploads, async () => {
      const rows = await this.uploads.where({ userId }).toArray();
      const free = rows.filter((row) => row.page === page || !isThere(row.page));
      for (const { id } of free) await this.uploads.update(id, { page });
      return free.sort((a, b) => a.order - b.order);
    });
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
    const tables = [this.outbox, this.drafts, this.chats, this.told, this.uploads];
    await this.transaction("rw", tables, async () => {
      await this.uploads.where({ userId }).delete();
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
