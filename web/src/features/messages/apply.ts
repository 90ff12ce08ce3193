//! The rules by which a conversation follows the server. Fan-out may lose, repeat and reorder; the dense `version` shows
//! which of the three happened. The functions change the given (draft) chat and do nothing else.
import type {
  ConversationSettings,
  ConversationSummary,
  Message,
  Messages,
  Sequence,
  SyncedConversation,
  SystemChange,
  User,
  UserId,
  Version,
} from "~/contract";
import { LIMITS } from "~/contract";
import { ASIDE_MOST, type Chat, HELD_MOST, QUOTES_MOST, WINDOW_MOST } from "./chat";

/**
 * One change, as `RecievedMsg` brings it. The next version is applied, a lower one is a duplicate, a higher one is held
 * until the missing one comes or `sync` is asked.
 */
export function applyMessage(chat: Chat, message: Message): void {
  if (message.version > chat.version + 1) {
    hold(chat, message);
    return;
  }
  put(chat, message);
  if (message.version === chat.version + 1) {
    chat.version = message.version;
    releaseHeld(chat);
  }
}

/** A summary without messages never moves the version: every change touches a message, a new one or one that is there, and
 * which one the summary does not say. */
export function applySummary(chat: Chat, summary: ConversationSummary): void {
  describe(chat, summary);
  // The change that this summary tells of may still come on its own; if it does not, `sync` will bring it.
  chat.heard = Math.max(chat.heard, summary.version);
}

/** One conversation of a `sync` answer. */
export function applySynced(chat: Chat, synced: SyncedConversation): void {
  if (synced.reset) {
    chat.generation += 1;
    chat.messages = {};
    chat.detached = false;
    chat.quotes = {};
    // What else has changed is not told: a page that is on its way may be older than it.
    chat.aside = [];
    chat.asideSince = synced.version;
    const first = synced.messages[0];
    chat.from = first
      ? Math.min(...synced.messages.map((message) => message.sequence))
      : synced.lastSequence + 1;
    chat.to = chat.from - 1;
    chat.lastSequence = synced.lastSequence;
    chat.lastMessage = synced.lastMessage;
  }
  describe(chat, synced);
  for (const message of synced.messages) put(chat, message);
  if (synced.lastSequence > chat.lastSequence) {
    chat.lastSequence = synced.lastSequence;
    chat.lastMessage = synced.lastMessage;
  }
  chat.version = Math.max(chat.version, synced.version);
  releaseHeld(chat);
}

/** Which page was asked for, and at which version of the conversation. Without a place it is the newest page. */
export interface Asked {
  version: Version;
  before?: Sequence;
  after?: Sequence;
  around?: Sequence;
}

/** The page may miss a change that came while it was on its way: it has to be asked for again. */
export function isStale(chat: Chat, asked: Asked): boolean {
  return asked.version < chat.asideSince;
}

/** A page of history. What changed while it was on its way is newer than what it says. */
export function applyPage(chat: Chat, page: Messages, asked: Asked): void {
  if (isStale(chat, asked)) return;
  const first = page.messages[0];
  const last = page.messages.at(-1);
  if (!first || !last) return;
  const empty = chat.from > chat.to;
  const touches = !empty && first.sequence <= chat.to + 1 && last.sequence >= chat.from - 1;
  if (!empty && !touches) {
    // A page at an end of the window that no longer fits was asked for before the window moved; others replace it.
    const atAnEnd = asked.before !== undefined || asked.after !== undefined;
    if (atAnEnd || (asked.around === undefined && last.sequence < chat.from)) return;
    chat.generation += 1;
    chat.messages = {};
  }
  for (const message of page.messages) {
    const changed = chat.aside.find((it) => it.sequence === message.sequence);
    const newer = changed && changed.version > message.version ? changed : message;
    const known = chat.messages[message.sequence];
    if (!known || known.version < newer.version) chat.messages[message.sequence] = newer;
    const end = chat.lastMessage;
    if (end?.sequence === newer.sequence && end.version < newer.version) chat.lastMessage = newer;
  }
  const attached = touches && !chat.detached;
  chat.from = touches ? Math.min(chat.from, first.sequence) : first.sequence;
  chat.to = touches ? Math.max(chat.to, last.sequence) : last.sequence;
  advance(chat);
  chat.detached = !attached && chat.to < chat.lastSequence;
  if (asked.before !== undefined) letGoOfEnd(chat, WINDOW_MOST);
  if (asked.after !== undefined) trim(chat, WINDOW_MOST);
}

/** A message that is quoted. One that may have changed on its way is left out, and asked for when it is shown again. */
export function applyQuote(chat: Chat, message: Message, asked: Asked): void {
  if (isStale(chat, asked)) return;
  const changed = chat.aside.find((it) => it.sequence === message.sequence);
  if (Object.keys(chat.quotes).length >= QUOTES_MOST) chat.quotes = {};
  chat.quotes[message.sequence] = changed && changed.version > message.version ? changed : message;
}

/** Marks only grow, so the highest that was ever heard is right, in whatever order they come. */
export function growMarks(chat: Chat, userId: UserId, delivered: Sequence, read: Sequence): void {
  const member = chat.members.find((candidate) => candidate.userId === userId);
  if (!member) return;
  member.read = Math.max(member.read, read);
  member.delivered = Math.max(member.delivered, delivered, member.read);
}

/** Somebody looks different now, also above what they wrote before: the server says it the same way. */
export function rename(chat: Chat, { id, displayName, avatarUrl }: User): void {
  const member = chat.members.find((candidate) => candidate.userId === id);
  if (member) Object.assign(member, { displayName, avatarUrl });
  for (const message of [
    ...Object.values(chat.messages),
    ...Object.values(chat.quotes),
    ...chat.aside,
    ...chat.held,
    chat.lastMessage,
  ]) {
    if (message?.fromUserId === id) message.name = displayName;
  }
}

/** Each change of the settings raises their version, so the highest that was ever heard is right. */
export function applySettings(chat: Chat, settings: ConversationSettings): void {
  if (settings.version > chat.settings.version) chat.settings = settings;
}

/** Drops the oldest loaded messages, so that a conversation that is not looked at stays small. */
export function trim(chat: Chat, keep: number): void {
  while (chat.to - chat.from + 1 > keep) {
    delete chat.messages[chat.from];
    chat.from += 1;
  }
}

/** Drops the newest loaded messages; the window then ends before the conversation does. */
function letGoOfEnd(chat: Chat, keep: number): void {
  if (chat.to - chat.from + 1 <= keep) return;
  chat.to = chat.from + keep - 1;
  for (const sequence of Object.keys(chat.messages).map(Number)) {
    if (sequence > chat.to) delete chat.messages[sequence];
  }
  chat.detached = true;
}

/** What is kept of a conversation that nobody looks at: its end. */
export function leave(chat: Chat, keep: number): void {
  chat.quotes = {};
  if (chat.detached) {
    const last = chat.lastMessage;
    chat.generation += 1;
    chat.detached = false;
    chat.messages = last ? { [last.sequence]: last } : {};
    chat.from = last ? last.sequence : chat.lastSequence + 1;
    chat.to = chat.lastSequence;
  }
  trim(chat, keep);
}

/**
 * What `sync` compares: marks and the version of the settings only grow, so their sum tells whether one moved. In a large
 * conversation nobody hears the marks of others, and only one's own count; everywhere for whoever keeps theirs to themselves.
 */
export function sumOfMarks(chat: Chat, me: UserId | undefined, onlyOwn = false): number {
  const large = chat.memberCount > LIMITS.receiptMembers;
  const counted = large || onlyOwn ? chat.members.filter((member) => member.userId === me) : chat.members;
  return counted.reduce((sum, member) => sum + member.delivered + member.read, chat.settings.version);
}

export function hasHole(chat: Chat): boolean {
  return chat.heard > chat.version || chat.undescribed !== null;
}

/** Up to where nothing is missing: neither a change nor what one of them means. `sync` asks for the rest. */
export function wholeUpTo(chat: Chat): Version {
  return chat.undescribed === null ? chat.version : Math.min(chat.version, chat.undescribed - 1);
}

/** After a whole `sync`, the only changes still missing are those that came after it and are held. */
export function trustSync(chat: Chat): void {
  chat.heard = chat.held.at(-1)?.version ?? chat.version;
}

/** Inserts or replaces one message, and what follows from it: the last one, the window, its writer's marks. */
function put(chat: Chat, message: Message): void {
  if (message.system) applyChange(chat, message, message.system);
  const quoted = chat.quotes[message.sequence];
  if (quoted && quoted.version < message.version) chat.quotes[message.sequence] = message;
  const fresh = message.sequence > chat.lastSequence;
  const known = chat.messages[message.sequence];
  if (known && !replaces(known, message)) return;
  // Also what is in the window: it may have left it again when a page or a quote comes that was asked for before.
  if (!fresh) putAside(chat, message);
  if (known || (message.sequence > chat.to && !chat.detached)) chat.messages[message.sequence] = message;
  if (fresh || chat.lastMessage?.sequence === message.sequence) {
    chat.lastSequence = Math.max(chat.lastSequence, message.sequence);
    if ((chat.lastMessage?.version ?? 0) <= message.version) chat.lastMessage = message;
  }
  // Whoever writes has seen what was there.
  growMarks(chat, message.fromUserId, message.sequence, message.sequence);
  advance(chat);
}

/** An acknowledgement makes a message that does not know whom it names; the same version from the server does. */
function replaces(known: Message, message: Message): boolean {
  if (known.version !== message.version) return known.version < message.version;
  return message.mentions !== undefined && known.mentions === undefined;
}

/** Extends the window over messages that were waiting behind a gap. */
function advance(chat: Chat): void {
  while (chat.messages[chat.to + 1]) chat.to += 1;
  const newest = chat.messages[chat.to];
  if (newest && chat.to > chat.lastSequence) {
    chat.lastSequence = chat.to;
    chat.lastMessage = newest;
  }
}

function putAside(chat: Chat, message: Message): void {
  const at = chat.aside.findIndex((it) => it.sequence === message.sequence);
  if (at >= 0 && (chat.aside[at]?.version ?? 0) >= message.version) return;
  if (at >= 0) chat.aside.splice(at, 1);
  chat.aside.push(message);
  if (chat.aside.length <= ASIDE_MOST) return;
  chat.aside.sort((a, b) => a.version - b.version);
  const dropped = chat.aside.shift();
  chat.asideSince = Math.max(chat.asideSince, dropped?.version ?? 0);
}

function hold(chat: Chat, message: Message): void {
  chat.heard = Math.max(chat.heard, message.version);
  if (chat.held.length >= HELD_MOST || chat.held.some((held) => held.version === message.version)) return;
  chat.held.push(message);
  chat.held.sort((a, b) => a.version - b.version);
}

function releaseHeld(chat: Chat): void {
  while (chat.held[0] && chat.held[0].version <= chat.version + 1) {
    const next = chat.held.shift() as Message;
    put(chat, next);
    chat.version = Math.max(chat.version, next.version);
  }
}

/** Takes over what a summary says, unless something newer is known. Marks only grow, whichever is newer. */
function describe(chat: Chat, summary: ConversationSummary): void {
  const before = chat.members;
  applySettings(chat, summary.settings);
  if (summary.version < chat.described) {
    for (const member of summary.members) growMarks(chat, member.userId, member.delivered, member.read);
    return;
  }
  chat.kind = summary.kind;
  chat.title = summary.title;
  chat.topic = summary.topic;
  chat.avatarUrl = summary.avatarUrl;
  chat.posting = summary.posting;
  chat.memberCount = summary.memberCount;
  chat.members = summary.members.map((member) => ({ ...member }));
  for (const member of before) growMarks(chat, member.userId, member.delivered, member.read);
  chat.described = summary.version;
  chat.undescribed = null;
}

/**
 * What a system message changes. Large conversations get no summary with it, so that it must do by itself. Of who came in it
 * has only the name: where all members are known, a summary follows, or `sync` is asked for one.
 */
function applyChange(chat: Chat, message: Message, change: SystemChange): void {
  if (message.version <= chat.described) return;
  chat.described = message.version;
  const remove = (userId: UserId) => {
    chat.members = chat.members.filter((member) => member.userId !== userId);
    chat.memberCount -= 1;
  };
  switch (change.type) {
    case "titleChanged":
      chat.title = change.title;
      break;
    case "topicChanged":
      chat.topic = change.topic;
      break;
    case "avatarChanged":
      chat.avatarUrl = change.avatarUrl;
      break;
    case "postingChanged":
      chat.posting = change.posting;
      break;
    case "membersAdded":
      chat.memberCount += change.users.length;
      break;
    case "memberJoined":
      chat.memberCount += 1;
      break;
    case "memberRemoved":
      remove(change.user.id);
      break;
    case "memberLeft":
      remove(message.fromUserId);
      break;
    case "roleChanged": {
      const member = chat.members.find(({ userId }) => userId === change.user.id);
      if (member) member.role = change.role;
      break;
    }
    case "created":
      break;
    default:
      // A newer server may make changes that this page does not know.
      chat.undescribed ??= message.version;
  }
  const whole = chat.memberCount <= LIMITS.receiptMembers;
  if (whole && chat.members.length < chat.memberCount) chat.undescribed ??= message.version;
}
