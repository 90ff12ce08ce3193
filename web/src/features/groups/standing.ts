//! What somebody may do here: the server's table, asked for one person in one conversation.
import type { Member, Role } from "~/contract";
import type { Chat } from "~/features/messages/slice";
import { type Action, permits } from "~/permissions";

export function roleOf(chat: Chat, me: string): Role | undefined {
  return chat.members.find(({ userId }) => userId === me)?.role;
}

export const may = (chat: Chat, me: string, action: Action): boolean =>
  permits(action, chat.kind, roleOf(chat, me));

const REMOVE = { owner: "removeOwner", admin: "removeAdmin", member: "removeMember" } as const;

export const mayRemove = (chat: Chat, me: string, { userId, role }: Member): boolean =>
  userId !== me && may(chat, me, REMOVE[role]);
