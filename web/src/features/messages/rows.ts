//! From messages to what the list shows: one row for each, that knows whether it begins a day or a group and how far the
//! message has come. Row and message have the same place in the order, so that loading older ones moves nothing.
import type { Attachment, Member, Message, UserId } from "~/contract";
import { LIMITS } from "~/contract";
import { type Change as OnItsWay, withChanges } from "~/features/changes/slice";
import type { OutboxItem } from "~/features/outbox/slice";
import type { Change } from "~/i18n/system-sentence";
import type { Reason } from "~/storage/database";
import { sameDay } from "~/ui/format-time";

export type Progress = "sending" | "sent" | "delivered" | "read" | "failed";

export interface Row {
  /** Stays the same when a message on its way becomes a real one. */
  key: string;
  sequence: number | undefined;
  tempId: string | undefined;
  fromUserId: UserId;
  name: string;
  avatarUrl: string | null;
  mine: boolean;
  system: boolean;
  /** What a system message tells of. */
  change: Change | undefined;
  /** The message itself, with what is on its way to it; one that is on its way itself has none yet. */
  message: Message | undefined;
  text: string;
  /** What it carries. */
  files: readonly Attachment[];
  /** The message that this one answers: where it is, and it itself if it is known. */
  answers: { sequence: number; message: Message | undefined } | undefined;
  /** Usernames of those whom the text names, between spaces. */
  mentions: string;
  mentionsMe: boolean;
  at: string;
  /** Only for one's own. */
  progress: Progress | undefined;
  reason: Reason | undefined;
  beginsDay: boolean;
  beginsUnread: boolean;
  beginsGroup: boolean;
  endsGroup: boolean;
}

/** Messages of one person within this time stand together. */
const GROUP_MS = 5 * 60_000;

interface RowsInput {
  messages: Message[];
  pending: OutboxItem[];
  members: Member[];
  me: UserId;
  /** The first message after this one, of somebody else, begins what is new. `null`: nothing is. */
  readBefore: number | null;
  changes?: readonly OnItsWay[];
  /** What is known at a place of the conversation. */
  at?: (sequence: number) => Message | undefined;
}

const NO_CHANGES: readonly OnItsWay[] = [];
const NO_FILES: readonly Attachment[] = [];

/** How far one's own message has come: as far as with the slowest of the others. */
export function progressOf(sequence: number, members: Member[], me: UserId): Progress {
  const others = members.filter((member) => member.userId !== me);
  // Where as many are listed as can be, there may be more, of whom nothing is heard.
  if (others.length === 0 || members.length >= LIMITS.receiptMembers) return "sent";
  if (others.every((member) => member.read >= sequence)) return "read";
  return others.every((member) => member.delivered >= sequence) ? "delivered" : "sent";
}

export function rowsOf({
  messages,
  pending,
  members,
  me,
  readBefore,
  changes = NO_CHANGES,
  at = () => undefined,
}: RowsInput): Row[] {
  const here = new Set<string>();
  const known = new Map(members.map((member) => [member.userId, member]));
  const nameOf = (id: UserId) => known.get(id)?.displayName;
  const answersOf = (sequence: number | undefined) => {
    const message = sequence === undefined ? undefined : at(sequence);
    return sequence === undefined
      ? undefined
      : { sequence, message: message && withChanges(message, changes) };
  };
  const rows: Row[] = messages.map((stored) => {
    const message = withChanges(stored, changes);
    const { fromUserId, system } = message;
    const name = nameOf(fromUserId) ?? message.name;
    const { mentions = [] } = message;
    const mine = message.fromUserId === me;
    if (mine && message.tempId) here.add(message.tempId);
    return {
      key: mine && message.tempId ? message.tempId : message.id,
      sequence: message.sequence,
      tempId: message.tempId,
      fromUserId,
      name,
      avatarUrl: known.get(fromUserId)?.avatarUrl ?? null,
      mine,
      system: message.kind === "system",
      change: system && { system, name, fromUserId, me, nameOf },
      message,
      text: message.msg,
      files: message.files ?? NO_FILES,
      answers: message.deletedAt === undefined ? answersOf(message.replySequence) : undefined,
      mentions: mentions.map((id) => known.get(id)?.username ?? "").join(" "),
      mentionsMe: mentions.includes(me),
      at: message.timestamp,
      progress: mine && !system ? progressOf(message.sequence, members, me) : undefined,
      ...ungrouped,
    };
  });
  for (const item of pending) {
    if (here.has(item.tempId)) continue;
    rows.push({
      key: item.tempId,
      sequence: undefined,
      tempId: item.tempId,
      fromUserId: me,
      name: "",
      avatarUrl: null,
      mine: true,
      system: false,
      change: undefined,
      message: undefined,
      text: item.msg,
      files: item.files ?? NO_FILES,
      answers: answersOf(item.replyTo?.sequence),
      mentions: "",
      mentionsMe: false,
      at: item.createdAt,
      progress: item.state === "waiting" ? "sending" : item.state,
      ...ungrouped,
      reason: item.reason,
    });
  }
  group(rows, readBefore);
  return rows;
}

const ungrouped = {
  reason: undefined,
  beginsDay: false,
  beginsUnread: false,
  beginsGroup: true,
  endsGroup: true,
};

function group(rows: Row[], readBefore: number | null): void {
  let divided = readBefore === null;
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    // Whether the first row begins a day or a group is only known once the message before it is there, or if there is none. Saying
    // so too early would take the space away again when older ones come, and move what is read.
    row.beginsDay = before ? !sameDay(before.at, row.at) : row.sequence === undefined || row.sequence === 1;
    if (!divided && !row.mine && row.sequence !== undefined && row.sequence > (readBefore ?? 0)) {
      row.beginsUnread = true;
      divided = true;
    }
    row.beginsGroup = row.beginsDay || row.beginsUnread || (before !== undefined && !together(before, row));
    if (before) before.endsGroup = row.beginsGroup;
  });
}

function together(before: Row, row: Row): boolean {
  return (
    !before.system &&
    !row.system &&
    before.fromUserId === row.fromUserId &&
    new Date(row.at).getTime() - new Date(before.at).getTime() < GROUP_MS
  );
}
