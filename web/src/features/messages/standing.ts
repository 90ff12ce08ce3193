//! What somebody may do in a conversation: the server's table, asked for one person. The server decides; this only does not
//! offer what it would refuse.
import type { UserId } from "~/contract";
import { type Action, permits } from "~/permissions";
import type { Chat } from "./chat";

export function may(chat: Chat, me: UserId, action: Action): boolean {
  const role = chat.members.find(({ userId }) => userId === me)?.role;
  return permits(action, chat.kind, role);
}

export const mayWrite = (chat: Chat, me: UserId): boolean =>
  may(chat, me, chat.posting === "admins" ? "writeAsAdmin" : "write");
