import { useTranslation } from "react-i18next";
import type { Chat } from "~/features/messages/slice";

/** How many are in it, and what it is about. */
export function GroupSubtitle({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const members = t("chats.members", { count: chat.memberCount });
  return chat.topic === null ? (
    members
  ) : (
    <span className="flex gap-1">
      <span className="shrink-0">{members} ·</span> <bdi className="truncate">{chat.topic}</bdi>
    </span>
  );
}
