import { BellOff } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, NavLink } from "react-router";
import {
  type Chat,
  keyOf,
  type MessagesRoot,
  peerOf,
  selectChats,
  selectReady,
  titleOf,
} from "~/features/messages/slice";
import { type NotificationsRoot, selectQuiet } from "~/features/notifications/slice";
import { type OutboxItem, type OutboxRoot, selectOutbox } from "~/features/outbox/slice";
import { usePresence } from "~/features/presence/slice";
import { type ReceiptsRoot, selectUnread } from "~/features/receipts/slice";
import { selectMe } from "~/features/session/slice";
import { selectTyping, type TypingState } from "~/features/typing/slice";
import { t } from "~/i18n/i18n";
import { systemSentence } from "~/i18n/system-sentence";
import { Avatar } from "~/ui/Avatar";
import { shortTime } from "~/ui/format-time";
import { inShort } from "~/ui/plain-text";
import { useRovingFocus } from "~/ui/use-roving-focus";

type Root = MessagesRoot & OutboxRoot & ReceiptsRoot & NotificationsRoot & { typing: TypingState };

interface Entry {
  chat: Chat;
  /** The newest message that is still on its way. */
  pending: OutboxItem | undefined;
  at: string;
}

function entriesOf(chats: Record<string, Chat>, outbox: OutboxItem[], me: string | undefined): Entry[] {
  const entries: Entry[] = Object.values(chats).map((chat) => {
    const key = keyOf(chat, me);
    const pending = outbox.findLast((item) => item.key === key && item.state !== "sent");
    return { chat, pending, at: pending?.createdAt ?? chat.lastMessage?.timestamp ?? "" };
  });
  return entries.sort((a, b) => b.at.localeCompare(a.at));
}

/** The conversations, the latest first. `filter` leaves those whose name has it. */
export function ConversationList({ filter, current }: { filter: string; current: string | undefined }) {
  const { t } = useTranslation();
  const chats = useSelector((state: Root) => selectChats(state));
  const outbox = useSelector((state: Root) => selectOutbox(state));
  const me = useSelector((state: Root) => selectMe(state)?.id);
  const ready = useSelector((state: Root) => selectReady(state));
  const roving = useRovingFocus();
  const entries = useMemo(() => entriesOf(chats, outbox, me), [chats, outbox, me]);
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = entries.filter(
    ({ chat }) =>
      titleOf(chat, me).toLocaleLowerCase().includes(wanted) || peerOf(chat, me)?.username.includes(wanted),
  );

  if (!ready && entries.length === 0) return <Skeleton />;
  if (shown.length === 0) {
    return wanted ? null : (
      <div className="flex flex-col items-center gap-4 px-5 py-8 text-center">
        <p className="text-quiet text-sm text-balance">{t("chats.empty")}</p>
        {/* On a wide screen the welcome beside the list has it. */}
        <Link to="/people" className="btn btn-sm btn-primary md:hidden">
          {t("common.findPeople")}
        </Link>
      </div>
    );
  }
  return (
    <nav aria-label={t("chats.title")} onKeyDown={roving}>
      <ul className="flex flex-col gap-0.5 px-2 py-1">
        {shown.map((entry) => (
          <li key={entry.chat.id}>
            <ConversationLink entry={entry} me={me} current={entry.chat.id === current} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The latest message in a line, and before it who wrote it. */
function previewOf({ chat, pending }: Entry, me: string | undefined): { by?: string; text: string } {
  const last = chat.lastMessage;
  if (pending) {
    const text = inShort(pending);
    return pending.state === "failed" ? { text } : { by: t("chats.you"), text };
  }
  if (!last) return { text: "" };
  const { fromUserId, system } = last;
  const nameOf = (id: string) => chat.members.find(({ userId }) => userId === id)?.displayName;
  const name = nameOf(fromUserId) ?? last.name;
  if (system) return { text: systemSentence({ system, name, fromUserId, me, nameOf }) };
  const text = last.deletedAt === undefined ? inShort(last) : t("messages.deleted");
  if (fromUserId === me) return { by: t("chats.you"), text };
  return chat.kind === "direct" ? { text } : { by: t("chats.by", { name }), text };
}

function ConversationLink({
  entry,
  me,
  current,
}: {
  entry: Entry;
  me: string | undefined;
  current: boolean;
}) {
  const { t } = useTranslation();
  const { chat, pending, at } = entry;
  const unread = useSelector((state: Root) => selectUnread(state, chat));
  const quiet = useSelector((state: Root) => selectQuiet(state, chat));
  const title = titleOf(chat, me);
  const preview = previewOf(entry, me);
  const peer = peerOf(chat, me);
  const status = usePresence(peer?.userId)?.status;
  const typing = useSelector((state: Root) => selectTyping(state, chat.id).length > 0);
  return (
    <NavLink
      to={`/c/${chat.id}`}
      data-roving
      aria-current={current ? "page" : undefined}
      className={`flex items-center gap-3 rounded-box px-3 py-2.5 ${
        current ? "bg-accent text-accent-content" : "hover:bg-base-300/50"
      }`}
    >
      <Avatar
        name={title}
        seed={peer?.userId ?? chat.id}
        url={peer?.avatarUrl ?? chat.avatarUrl}
        status={status}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={`min-w-0 flex-1 truncate ${unread > 0 ? "font-bold" : "font-semibold"}`}>
            <bdi>{title}</bdi>
          </span>
          {at && (
            <time dateTime={at} className="text-quiet shrink-0 text-xs">
              {shortTime(at, new Date())}
            </time>
          )}
        </span>
        <span className="flex items-center gap-2">
          {typing && (
            <span className="min-w-0 flex-1 truncate text-sm text-primary">{t("typing.short")}</span>
          )}
          <span
            hidden={typing}
            className={`flex min-w-0 flex-1 gap-1 text-sm ${unread > 0 ? "font-medium" : "text-quiet"}`}
          >
            {pending?.state === "failed" && (
              <span className="shrink-0 font-medium text-error">{t("chats.notSent")}</span>
            )}{" "}
            {preview.by && <span className="max-w-1/2 shrink-0 truncate">{preview.by}</span>}{" "}
            <bdi className="truncate">{preview.text}</bdi>
          </span>
          {quiet && (
            <span className="text-quiet shrink-0" title={t("notifications.quiet")}>
              <BellOff aria-hidden="true" className="size-3.5" />
              <span className="sr-only">{t("notifications.quiet")}</span>
            </span>
          )}
          {unread > 0 && (
            <span
              className={`badge badge-sm shrink-0 font-bold ${quiet ? "badge-neutral" : "badge-secondary"}`}
            >
              <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
              <span className="sr-only">{t("chats.unread", { count: unread })}</span>
            </span>
          )}
        </span>
      </span>
    </NavLink>
  );
}

function Skeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex flex-col gap-4 px-5 py-3">
      <span className="sr-only">{t("chats.loading")}</span>
      {[1, 2, 3, 4].map((number) => (
        <div key={number} aria-hidden="true" className="flex items-center gap-3">
          <div className="skeleton size-11 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <div className="skeleton h-3.5 w-1/2" />
            <div className="skeleton h-3 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
