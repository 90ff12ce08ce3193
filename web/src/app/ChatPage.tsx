//! One conversation: `/c/:conversationId`, or `/chat/:toUserId`, where it may not exist yet. Looking at somebody makes
//! nothing: the first message does.
import { Info, Search } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, Outlet, useLocation, useMatch, useParams, useSearchParams } from "react-router";
import type { User } from "~/contract";
import { ChangeTrouble } from "~/features/changes/ChangeTrouble";
import { Composer } from "~/features/composer/Composer";
import { DropZone } from "~/features/composer/DropZone";
import { GroupSubtitle } from "~/features/groups/GroupSubtitle";
import { MessageList } from "~/features/messages/MessageList";
import { PendingList } from "~/features/messages/PendingList";
import {
  type Chat,
  closed,
  type Gone,
  keyOf,
  mayWrite,
  opened,
  peerOf,
  selectChat,
  selectDirectWith,
  selectGone,
  selectReady,
  titleOf,
} from "~/features/messages/slice";
import { NotifyMenu } from "~/features/notifications/NotifyMenu";
import { type OutboxItem, selectOutbox } from "~/features/outbox/slice";
import { Obstacle } from "~/features/people/Obstacle";
import { PersonMenu } from "~/features/people/PersonMenu";
import { type Relation, selectObstacle } from "~/features/people/slice";
import { usePerson } from "~/features/people/use-person";
import { PresenceText } from "~/features/presence/PresenceText";
import { usePresence } from "~/features/presence/slice";
import { selectMe } from "~/features/session/slice";
import { TypingText } from "~/features/typing/TypingText";
import { useAppDispatch } from "~/hooks";
import { withItsTexts } from "~/i18n/i18n";
import { Avatar } from "~/ui/Avatar";
import { BackToChats } from "~/ui/Page";
import { usePageTitle } from "~/ui/page-title";
import { useThreePanes } from "~/ui/use-wide";
import type { RootState } from "./store";

const GonePane = lazy(() => withItsTexts(import("./GonePane")));

export default function ChatPage() {
  const { conversationId = null, toUserId = null } = useParams();
  const chat = useSelector((state: RootState) =>
    conversationId === null ? selectDirectWith(state, toUserId) : selectChat(state, conversationId),
  );
  const me = useSelector((state: RootState) => selectMe(state)?.id) ?? "";
  const peer = chat ? peerOf(chat, me) : undefined;
  const peerId = chat ? peer?.userId : toUserId === me ? null : toUserId;
  const { relation, problem } = usePerson(peerId);
  const obstacle = useSelector((state: RootState) => selectObstacle(state, peerId));
  const gone = useSelector((state: RootState) => selectGone(state, conversationId));
  const to = chat ? titleOf(chat, me) : relation?.user.displayName;
  const key = chat ? keyOf(chat, me) : conversationId ? `conversation:${conversationId}` : `user:${toUserId}`;
  const pending = usePending(key);
  // Where nothing was written yet, it stands in the middle of the page instead.
  const atTheEnd = chat !== undefined || pending.length > 0;
  const details = useMatch("/c/:conversationId/details") !== null && chat !== undefined;
  const wide = useThreePanes();
  const writable = !obstacle && (chat === undefined || mayWrite(chat, me));
  // Messages that nobody sees would be read all the same.
  if (details && !wide) return <Outlet />;
  // The composer is the same one before and after the first message, so that it keeps the focus and the keyboard.
  return (
    <div className="flex min-h-0 flex-1">
      <DropZone chatKey={key} to={writable ? to : undefined}>
        <Pane {...{ chat, me, toUserId, pending, relation, problem, gone, writable }} />
        {relation && obstacle
          ? atTheEnd && (
              <Instead>
                <Obstacle user={relation.user} state={obstacle} />
              </Instead>
            )
          : to !== undefined && (writable ? <Composer chatKey={key} to={to} chat={chat} /> : <AdminsWrite />)}
      </DropZone>
      {details && <Outlet />}
    </div>
  );
}

/** Stands where one would write. */
function Instead({ children }: { children: ReactNode }) {
  return (
    <div className="border-t border-base-300 px-4 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
      {children}
    </div>
  );
}

function AdminsWrite() {
  const { t } = useTranslation();
  return (
    <Instead>
      <p role="status" className="text-quiet text-center text-sm">
        {t("groups.adminsWrite")}
      </p>
    </Instead>
  );
}

function usePending(key: string): OutboxItem[] {
  const outbox = useSelector((state: RootState) => selectOutbox(state));
  return useMemo(() => outbox.filter((item) => item.key === key), [outbox, key]);
}

interface PaneProps {
  chat: Chat | undefined;
  me: string;
  toUserId: string | null;
  pending: OutboxItem[];
  relation: Relation | undefined;
  problem: string | null;
  gone: Gone | undefined;
  /** One may write here. */
  writable: boolean;
}

function Pane({ chat, me, toUserId, pending, relation, problem, gone, writable }: PaneProps) {
  const { t } = useTranslation();
  const ready = useSelector((state: RootState) => selectReady(state));
  const menu = relation && <PersonMenu user={relation.user} state={relation.state} />;
  if (chat) return <Conversation key={chat.id} {...{ chat, me, pending, menu, writable }} />;
  if (gone) {
    return (
      <Suspense fallback={<Loading />}>
        <GonePane key={gone.id} gone={gone} me={me} pending={pending} />
      </Suspense>
    );
  }
  if (!ready) return <Loading />;
  if (toUserId === null) return <Missing sentence={t("chats.missing")} />;
  if (toUserId === me) return <Missing sentence={t("people.yourself")} />;
  if (problem !== null) return <Missing sentence={problem} />;
  if (!relation) return <Loading />;
  return <Beginning key={toUserId} user={relation.user} {...{ me, pending, menu }} />;
}

function Header({
  title,
  subtitle,
  seed,
  url,
  menu,
  to,
  peerId,
}: {
  title: string;
  subtitle: ReactNode;
  seed: string;
  url: string | null;
  menu: ReactNode;
  /** Where there is more about it. */
  to?: string;
  /** The other person, where there is only one. */
  peerId?: string | undefined;
}) {
  const { t } = useTranslation();
  const status = usePresence(peerId)?.status;
  usePageTitle(title);
  return (
    <header className="flex h-16 shrink-0 items-center gap-3 border-b border-base-300 bg-base-100 px-3 md:px-5">
      <BackToChats />
      <Avatar name={title} seed={seed} url={url} status={status} />
      <div className="min-w-0 flex-1">
        <h1 className="truncate leading-tight font-semibold" title={title}>
          <bdi>{title}</bdi>
        </h1>
        <p className="text-quiet truncate text-sm leading-tight">
          <bdi>{subtitle}</bdi>
        </p>
      </div>
      {to && (
        <Link
          to={to}
          className="btn btn-circle btn-ghost btn-sm"
          aria-label={t("groups.details")}
          title={t("groups.details")}
        >
          <Info aria-hidden="true" className="size-5" />
        </Link>
      )}
      {menu}
    </header>
  );
}

interface ConversationProps {
  chat: Chat;
  me: string;
  pending: OutboxItem[];
  menu: ReactNode;
  writable: boolean;
}

function Conversation({ chat, me, pending, menu, writable }: ConversationProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const peer = peerOf(chat, me);
  const linked = useLinked();
  useEffect(() => {
    dispatch(opened(chat.id));
    return () => {
      dispatch(closed(chat.id));
    };
  }, [dispatch, chat.id]);
  return (
    <>
      <Header
        title={titleOf(chat, me)}
        subtitle={
          <TypingText conversationId={chat.id}>
            {peer ? (
              <PresenceText userId={peer.userId} otherwise={`@${peer.username}`} />
            ) : (
              <GroupSubtitle chat={chat} />
            )}
          </TypingText>
        }
        peerId={peer?.userId}
        seed={peer?.userId ?? chat.id}
        url={peer?.avatarUrl ?? chat.avatarUrl}
        {...(peer ? {} : { to: `/c/${chat.id}/details` })}
        menu={
          <>
            <Link
              to={`/search?in=${chat.id}`}
              className="btn btn-circle btn-ghost btn-sm"
              aria-label={t("chats.searchHere")}
              title={t("chats.searchHere")}
            >
              <Search aria-hidden="true" className="size-5" />
            </Link>
            <NotifyMenu chat={chat} />
            {menu}
          </>
        }
      />
      <MessageList chat={chat} pending={pending} me={me} linked={linked} writable={writable} />
      <ChangeTrouble conversationId={chat.id} />
    </>
  );
}

/** The message that the address names: `/c/<id>?m=<sequence>`. */
function useLinked() {
  const [query] = useSearchParams();
  const { key: visit } = useLocation();
  const sequence = Number(query.get("m"));
  const named = Number.isSafeInteger(sequence) && sequence > 0;
  return useMemo(() => (named ? { sequence, visit } : null), [named, sequence, visit]);
}

interface BeginningProps {
  user: User;
  me: string;
  pending: OutboxItem[];
  menu: ReactNode;
}

/** A chat with somebody to whom nothing was written yet. */
function Beginning({ user, me, pending, menu }: BeginningProps) {
  const { t } = useTranslation();
  const obstacle = useSelector((state: RootState) => selectObstacle(state, user.id));
  const { displayName, username, id, avatarUrl } = user;
  return (
    <>
      <Header title={displayName} subtitle={`@${username}`} seed={id} url={avatarUrl} menu={menu} />
      {pending.length > 0 ? (
        <PendingList pending={pending} me={me} />
      ) : (
        <div className="grid min-h-0 flex-1 place-items-center overflow-y-auto p-6">
          <div className="flex max-w-full flex-col items-center gap-3 text-center">
            <Avatar name={displayName} seed={id} url={avatarUrl} size="large" />
            {obstacle ? (
              <>
                <p className="max-w-full text-lg font-semibold wrap-anywhere">
                  <bdi>{displayName}</bdi>
                </p>
                <Obstacle user={user} state={obstacle} />
              </>
            ) : (
              <>
                <p className="text-lg font-semibold">{t("people.hello", { name: displayName })}</p>
                <p className="text-quiet max-w-xs text-sm text-balance">{t("people.helloText")}</p>
              </>
            )}
          </div>
        </div>
      )}
    </>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" className="grid flex-1 place-items-center">
      <span className="sr-only">{t("common.loading")}</span>
      <span aria-hidden="true" className="loading loading-dots opacity-60" />
    </div>
  );
}

function Missing({ sentence }: { sentence: string }) {
  const { t } = useTranslation();
  usePageTitle(sentence);
  return (
    <div className="bg-field grid flex-1 place-items-center p-6">
      <div className="flex max-w-xs flex-col items-center gap-4 text-center">
        <h1 className="text-lg font-semibold">{sentence}</h1>
        <Link to="/chat" className="btn btn-primary">
          {t("common.backToChats")}
        </Link>
      </div>
    </div>
  );
}
