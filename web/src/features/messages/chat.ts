import type {
  ConversationSettings,
  ConversationSummary,
  Member,
  Message,
  Posting,
  Sequence,
  Version,
} from "~/contract";

/** What the client knows of one conversation. */
export interface Chat {
  id: string;
  kind: ConversationSummary["kind"];
  title: string | null;
  topic: string | null;
  avatarUrl: string | null;
  posting: Posting;
  memberCount: number;
  /** All of them where there are at most 100, otherwise 100 of them with this user among them. */
  members: Member[];
  /** Every change up to this one is in here. */
  version: Version;
  lastSequence: Sequence;
  /** What the user set here for themselves, perhaps on another device. */
  settings: ConversationSettings;
  lastMessage: Message | null;
  /** Loaded messages by sequence. Those of `from..to` have no gap and are the ones shown. */
  messages: Record<Sequence, Message>;
  from: Sequence;
  to: Sequence;
  /** The window ends before the conversation does: one jumped back, or read up so far that the end was let go. */
  detached: boolean;
  /** Counts how often the window was replaced: a list that shows it then starts anew. */
  generation: number;
  /** Changes that came too early: an earlier one is missing. */
  held: Message[];
  /** The latest change that was heard of. Beyond `version` it means that something is missing. */
  heard: Version;
  /** Title, topic, members and so on are as they were at this version. */
  described: Version;
  /** The first change since then that its message does not describe completely: somebody came in. `null`: there is none. */
  undescribed: Version | null;
  /** Messages as they last changed: a page that was on its way meanwhile has them as they were. */
  aside: Message[];
  /** Changes up to this one are not in `aside`: a page that was asked for before it cannot be put right. */
  asideSince: Version;
  /** Messages outside the window that are quoted inside it. */
  quotes: Record<Sequence, Message>;
}

/** Beyond this many changes that wait for a missing one, `sync` is cheaper. */
export const HELD_MOST = 50;
/** Messages kept of a conversation that is not open. */
export const KEPT_WHEN_CLOSED = 200;
/** Messages of the open conversation that are loaded at once; paging lets go of those at the other end. */
export const WINDOW_MOST = 500;
/** Changes that are remembered, since a page may be on its way. */
export const ASIDE_MOST = 100;
export const QUOTES_MOST = 100;

export function chatFrom(summary: ConversationSummary): Chat {
  const last = summary.lastMessage;
  return {
    id: summary.id,
    kind: summary.kind,
    title: summary.title,
    topic: summary.topic,
    avatarUrl: summary.avatarUrl,
    posting: summary.posting,
    memberCount: summary.memberCount,
    members: summary.members,
    version: summary.version,
    lastSequence: summary.lastSequence,
    settings: summary.settings,
    lastMessage: last,
    messages: last ? { [last.sequence]: last } : {},
    from: last ? last.sequence : summary.lastSequence + 1,
    to: summary.lastSequence,
    detached: false,
    generation: 0,
    held: [],
    heard: summary.version,
    described: summary.version,
    undescribed: null,
    aside: [],
    asideSince: summary.version,
    quotes: {},
  };
}

/** Messages of a conversation that the browser keeps. */
export const KEPT_IN_CACHE = 50;

/** What the browser keeps of a conversation: its end, and nothing that waits for something else. */
export function toCache(chat: Chat): Chat {
  const last = chat.lastMessage;
  const from = chat.detached ? chat.lastSequence : Math.max(chat.from, chat.to - KEPT_IN_CACHE + 1);
  const messages: Record<Sequence, Message> = {};
  for (let sequence = from; sequence <= chat.to; sequence += 1) {
    const message = chat.messages[sequence];
    if (message) messages[sequence] = message;
  }
  if (chat.detached && last) messages[last.sequence] = last;
  return {
    ...chat,
    messages,
    from: chat.detached && !last ? chat.lastSequence + 1 : from,
    to: chat.detached ? chat.lastSequence : chat.to,
    detached: false,
    held: [],
    heard: chat.version,
    aside: [],
    asideSince: chat.version,
    quotes: {},
  };
}

/** The messages to show, oldest first. */
export function windowOf(chat: Chat): Message[] {
  const shown: Message[] = [];
  for (let sequence = chat.from; sequence <= chat.to; sequence += 1) {
    const message = chat.messages[sequence];
    if (message) shown.push(message);
  }
  return shown;
}
