//! A small model of the server: what a conversation is, and what it would answer. Tests compare the client with it.
import type {
  ConversationSettings,
  ConversationSummary,
  Me,
  Member,
  Message,
  Messages,
  ReceiptUpdated,
  SettingsUpdated,
  Sync,
  Synced,
  SyncedConversation,
} from "~/contract";
import { LIMITS } from "~/contract";

type Place = { before?: number; after?: number; around?: number };

export const alice: Me = {
  id: "0190a000-0000-7000-8000-00000000000a",
  username: "alice",
  displayName: "Alice",
  avatarUrl: null,
  admin: false,
  deviceId: "0190d000-0000-7000-8000-00000000000a",
  privacy: { receipts: true, lastSeen: true },
};
export const bob: Me = {
  ...alice,
  id: "0190a000-0000-7000-8000-00000000000b",
  username: "bob",
  displayName: "Bob",
};

export const FRESH_SETTINGS: ConversationSettings = {
  version: 0,
  notify: "all",
  mutedUntil: null,
  unreadFrom: null,
};

const RESET_CHANGES = 1_000;

export type Event =
  | { type: "RecievedMsg" | "msgUpdated"; payload: Message }
  | { type: "receiptUpdated"; payload: ReceiptUpdated }
  | { type: "settingsUpdated"; payload: SettingsUpdated };

export class ModelConversation {
  readonly messages: Message[] = [];
  readonly members: Member[];
  readonly id: string;
  version = 0;
  /** Of whoever looks: there is one viewer in a test. */
  settings: ConversationSettings = FRESH_SETTINGS;

  constructor(id: string, people: Me[] = [alice, bob]) {
    this.id = id;
    this.members = people.map((person) => ({
      userId: person.id,
      username: person.username,
      displayName: person.displayName,
      avatarUrl: null,
      role: "member",
      delivered: 0,
      read: 0,
    }));
  }

  send(from: Me, msg: string, tempId?: string): Event {
    this.version += 1;
    const sequence = this.messages.length + 1;
    const message: Message = {
      id: `${this.id}-${sequence}`,
      conversationId: this.id,
      roomId: this.id,
      sequence,
      version: this.version,
      name: from.displayName,
      fromUserId: from.id,
      msg,
      timestamp: new Date(Date.UTC(2026, 4, 3, 9, 0, 0) + sequence * 60_000).toISOString(),
      kind: "text",
      ...(tempId === undefined ? {} : { tempId }),
    };
    this.messages.push(message);
    this.move(from.id, sequence, sequence);
    return { type: "RecievedMsg", payload: message };
  }

  editMessage(sequence: number, msg: string): Event | undefined {
    return this.change(sequence, (message) =>
      message.msg === msg
        ? undefined
        : { ...message, msg, editedAt: `2026-05-04T09:00:00.${this.milliseconds()}Z` },
    );
  }

  deleteMessage(sequence: number): Event | undefined {
    return this.change(sequence, ({ reactions: _, mentions: __, ...message }) => {
      return { ...message, msg: "", deletedAt: `2026-05-05T09:00:00.${this.milliseconds()}Z` };
    });
  }

  reactTo(sequence: number, by: Me, emoji: string, on: boolean): Event | undefined {
    return this.change(sequence, ({ reactions = [], ...message }) => {
      const known = reactions.find((it) => it.emoji === emoji);
      if ((known?.userIds.includes(by.id) ?? false) === on) return undefined;
      const userIds = on
        ? [...(known?.userIds ?? []), by.id]
        : (known?.userIds.filter((id) => id !== by.id) ?? []);
      const changed = { emoji, count: userIds.length, userIds };
      const all = known ? reactions.map((it) => (it === known ? changed : it)) : [...reactions, changed];
      const left = all.filter((it) => it.count > 0);
      return left.length > 0 ? { ...message, reactions: left } : message;
    });
  }

  /** Changes a message that is not deleted; `undefined` where there is nothing to change. */
  private change(sequence: number, how: (message: Message) => Message | undefined): Event | undefined {
    const message = this.messages[sequence - 1];
    const changed = message && message.deletedAt === undefined ? how(message) : undefined;
    if (!changed) return undefined;
    this.version += 1;
    const payload = { ...changed, version: this.version };
    this.messages[sequence - 1] = payload;
    return { type: "msgUpdated", payload };
  }

  private milliseconds = () => String(this.version % 1000).padStart(3, "0");

  mark(userId: string, delivered: number, read: number): Event {
    const last = this.messages.length;
    const member = this.move(userId, Math.min(delivered, last), Math.min(read, last));
    return {
      type: "receiptUpdated",
      payload: { conversationId: this.id, userId, delivered: member.delivered, read: member.read },
    };
  }

  set(change: Partial<Omit<ConversationSettings, "version">>, viewer: Me): Event {
    this.settings = { ...this.settings, ...change, version: this.settings.version + 1 };
    return {
      type: "settingsUpdated",
      payload: { conversationId: this.id, settings: this.settings, unread: this.unread(viewer) },
    };
  }

  private unread(viewer: Me): number {
    const read = this.members.find((member) => member.userId === viewer.id)?.read ?? 0;
    return this.messages.length - Math.min(read, (this.settings.unreadFrom ?? Number.POSITIVE_INFINITY) - 1);
  }

  private move(userId: string, delivered: number, read: number): Member {
    const member = this.members.find((candidate) => candidate.userId === userId);
    if (!member) throw new Error(`${userId} is no member`);
    member.read = Math.max(member.read, read);
    member.delivered = Math.max(member.delivered, delivered, member.read);
    return member;
  }

  summary(viewer: Me): ConversationSummary {
    const last = this.messages.at(-1) ?? null;
    const read = this.members.find((member) => member.userId === viewer.id)?.read ?? 0;
    return {
      id: this.id,
      kind: "direct",
      title: null,
      topic: null,
      avatarUrl: null,
      posting: "all",
      version: this.version,
      lastSequence: this.messages.length,
      readSequence: read,
      unread: this.unread(viewer),
      lastMessage: last,
      members: this.members.map((member) => ({ ...member })),
      memberCount: this.members.length,
      settings: this.settings,
    };
  }

  /** A page of history as the server gives it; `around` has the message itself and as many on both sides as fit. */
  page({ before, after, around }: Place = {}, limit = 50): Messages {
    const older = this.messages.filter((message) => message.sequence < (before ?? Number.POSITIVE_INFINITY));
    if (around !== undefined) {
      const from = Math.max(0, around - (limit - Math.floor(limit / 2)));
      const to = around + Math.floor(limit / 2);
      return { messages: this.messages.slice(from, to), more: from > 0 || to < this.messages.length };
    }
    if (after !== undefined) {
      return {
        messages: this.messages.slice(after, after + limit),
        more: after + limit < this.messages.length,
      };
    }
    return { messages: older.slice(-limit), more: older.length > limit };
  }
}

/** Answers `sync` as the contract says, `limit` messages at a time. */
export function answerSync(conversations: ModelConversation[], viewer: Me, asked: Sync, limit = 500): Synced {
  const answers: SyncedConversation[] = [];
  let room = limit;
  let more = false;
  for (const conversation of conversations) {
    const known = asked.versions[conversation.id] ?? 0;
    const large = conversation.members.length > LIMITS.receiptMembers;
    const sum = conversation.members
      .filter((member) => !(large || asked.ownMarks) || member.userId === viewer.id)
      .reduce((total, member) => total + member.delivered + member.read, conversation.settings.version);
    const marksDiffer = asked.marks?.[conversation.id] !== sum;
    if (known >= conversation.version && !marksDiffer && conversation.id in asked.versions) continue;
    const summary = conversation.summary(viewer);
    if (conversation.version - known > RESET_CHANGES) {
      answers.push({ ...summary, messages: conversation.page().messages, reset: true });
      continue;
    }
    const changed = conversation.messages
      .filter((message) => message.version > known)
      .sort((a, b) => a.version - b.version);
    const messages = changed.slice(0, room);
    room -= messages.length;
    const cut = messages.length < changed.length;
    more ||= cut;
    if (cut && messages.length === 0) continue;
    const version = cut ? (messages.at(-1)?.version ?? known) : conversation.version;
    answers.push({ ...summary, version, messages });
  }
  const ids = new Set(conversations.map((conversation) => conversation.id));
  return { conversations: answers, removed: Object.keys(asked.versions).filter((id) => !ids.has(id)), more };
}
