// Generated from crates/contract by `make contract`. Do not edit.

import type { ConversationKind, Role } from "./contract";

/** For each action and each kind of conversation: whose right it is. `anyone` is who is no member there. */
export const PERMISSIONS = {
  read: { direct: ["member"], group: ["owner", "admin", "member"], channel: ["owner", "admin", "member"] },
  write: { direct: ["member"], group: ["owner", "admin", "member"], channel: ["owner", "admin", "member"] },
  writeAsAdmin: { direct: [], group: ["owner", "admin"], channel: ["owner", "admin"] },
  editMessage: { direct: ["member"], group: ["owner", "admin", "member"], channel: ["owner", "admin", "member"] },
  deleteMessage: { direct: ["member"], group: ["owner", "admin", "member"], channel: ["owner", "admin", "member"] },
  deleteOthersMessage: { direct: [], group: ["owner", "admin"], channel: ["owner", "admin"] },
  react: { direct: ["member"], group: ["owner", "admin", "member"], channel: ["owner", "admin", "member"] },
  edit: { direct: [], group: ["owner", "admin"], channel: ["owner", "admin"] },
  add: { direct: [], group: ["owner", "admin", "member"], channel: ["owner", "admin"] },
  removeMember: { direct: [], group: ["owner", "admin"], channel: ["owner", "admin"] },
  removeAdmin: { direct: [], group: ["owner"], channel: ["owner"] },
  removeOwner: { direct: [], group: ["owner"], channel: ["owner"] },
  setRole: { direct: [], group: ["owner"], channel: ["owner"] },
  invite: { direct: [], group: ["owner", "admin"], channel: ["owner", "admin"] },
  join: { direct: [], group: [], channel: ["owner", "admin", "member", "anyone"] },
  accept: { direct: [], group: ["owner", "admin", "member", "anyone"], channel: ["owner", "admin", "member", "anyone"] },
  leave: { direct: [], group: ["owner", "admin", "member"], channel: ["owner", "admin", "member"] },
  delete: { direct: [], group: ["owner"], channel: ["owner"] },
} as const;

export type Action = keyof typeof PERMISSIONS;

/** Whether somebody may do it in a conversation of this kind. Without a role: somebody who is no member there. */
export function permits(action: Action, kind: ConversationKind, role: Role | undefined): boolean {
  return (PERMISSIONS[action][kind] as readonly string[]).includes(role ?? "anyone");
}
