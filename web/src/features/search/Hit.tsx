import { Paperclip } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import type { SearchHit } from "~/contract";
import { type MessagesRoot, messageAt, selectChat } from "~/features/messages/slice";
import { selectMe } from "~/features/session/slice";
import { Avatar } from "~/ui/Avatar";
import { fullTime, shortTime } from "~/ui/format-time";
import { excerpt } from "./excerpt";

/** One message that was found: a link to it, among those around it. */
export function Hit({ hit, onOpened }: { hit: SearchHit; onOpened: (hit: SearchHit) => void }) {
  const { t } = useTranslation();
  const { message, conversation, highlights } = hit;
  const chat = useSelector((state: MessagesRoot) => selectChat(state, message.conversationId));
  const me = useSelector((state: MessagesRoot) => selectMe(state)?.id);
  // It may have been deleted since it was found.
  const deleted = chat && messageAt(chat, message.sequence)?.deletedAt !== undefined;
  const mine = message.fromUserId === me;
  const sender = chat?.members.find(({ userId }) => userId === message.fromUserId);
  const name = sender?.displayName ?? message.name;
  const files = deleted ? [] : (message.files ?? []);
  const { timestamp } = message;
  return (
    <Link
      to={`/c/${message.conversationId}?m=${message.sequence}`}
      className="flex gap-3 rounded-box px-3 py-2.5 hover:bg-base-300/50"
      onClick={() => onOpened(hit)}
    >
      <Avatar name={name} seed={message.fromUserId} url={sender?.avatarUrl ?? null} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2 text-sm">
          <span className="min-w-0 flex-1 truncate">
            <bdi className="font-semibold">{mine ? t("messages.you") : name}</bdi>
            {/* Between two people it is clear where the other one wrote. */}
            {(mine || conversation.kind !== "direct") && (
              <span className="text-quiet">
                {" · "}
                <bdi>{conversation.title}</bdi>
              </span>
            )}
          </span>
          <time dateTime={timestamp} title={fullTime(timestamp)} className="text-quiet shrink-0 text-xs">
            {shortTime(timestamp, new Date())}
          </time>
        </span>
        {deleted ? (
          <span className="text-quiet block text-sm italic">{t("messages.deleted")}</span>
        ) : (
          // In the text's own direction, which decides where it is cut, but on the page's own side.
          <span
            dir="auto"
            className="line-clamp-3 text-sm wrap-anywhere [text-align:-webkit-match-parent] [text-align:match-parent]"
          >
            {excerpt(message.msg, highlights).map(({ text, found }, at) => {
              const key = `${at}`;
              return found ? (
                <mark key={key} className="rounded-xs bg-warning/45 text-inherit">
                  {text}
                </mark>
              ) : (
                <span key={key}>{text}</span>
              );
            })}
          </span>
        )}
        {files.length > 0 && (
          <span className="text-quiet flex items-center gap-1.5 text-sm">
            <Paperclip aria-hidden="true" className="size-3.5 shrink-0" />
            <span className="truncate">
              <bdi>{files.map(({ name: file }) => file).join(", ")}</bdi>
            </span>
          </span>
        )}
      </span>
    </Link>
  );
}
