//! One conversation: `/c/:conversationId`, or `/chat/:toUserId`, where it may not exist yet. Looking at somebody makes
//! nothing: the first message does.
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, useParams } from "react-router";
import { RequestFailure, sentenceOf } from "~/failure";
import { Composer } from "~/features/composer/Composer";
import { MessageList } from "~/features/messages/MessageList";
import { PendingList } from "~/features/messages/PendingList";
import {
  type Chat,
  closed,
  keyOf,
  opened,
  peerOf,
  selectChat,
  selectDirectWith,
  selectReady,
  titleOf,
} from "~/features/messages/slice";
import { type OutboxItem, selectOutbox } from "~/features/outbox/slice";
import { loadPerson, selectPerson } from "~/features/people/slice";
import { selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { Avatar } from "~/ui/Avatar";
import { BackToChats } from "~/ui/Page";
import type { RootState } from "./store";

export default function ChatPage() {
  const { conversationId = null, toUserId = null } = useParams();
  const chat = useSelector((state: RootState) =>
    conversationId === null ? selectDirectWith(state, toUserId) : selectChat(state, conversationId),
  );
  const me = useSelector((state: RootState) => selectMe(state)?.id) ?? "";
  const person = useSelector((state: RootState) => selectPerson(state, toUserId));
  const to = chat ? titleOf(chat, me) : toUserId === me ? undefined : person?.displayName;
  const key = chat ? keyOf(chat, me) : `user:${toUserId}`;
  // The composer is the same one before and after the first message, so that it keeps the focus and the keyboard.
  return (
    <>
      <Pane chat={chat} me={me} toUserId={toUserId} chatKey={key} />
      {to !== undefined && <Composer chatKey={key} to={to} />}
    </>
  );
}

interface PaneProps {
  chat: Chat | undefined;
  me: string;
  toUserId: string | null;
  chatKey: string;
}

function Pane({ chat, me, toUserId, chatKey }: PaneProps) {
  const { t } = useTranslation();
  const ready = useSelector((state: RootState) => selectReady(state));
  const outbox = useSelector((state: RootState) => selectOutbox(state));
  const pending = useMemo(() => outbox.filter((item) => item.key === chatKey), [outbox, chatKey]);
  if (chat) return <Conversation key={chat.id} chat={chat} me={me} pending={pending} />;
  if (!ready) return <Loading />;
  if (toUserId !== null) return <Beginning key={toUserId} userId={toUserId} me={me} pending={pending} />;
  return <Missing sentence={t("chats.missing")} />;
}

function Header({
  title,
  subtitle,
  seed,
  url,
}: {
  title: string;
  subtitle: string;
  seed: string;
  url: string | null;
}) {
  return (
    <header className="flex h-16 shrink-0 items-center gap-3 border-b border-base-300 bg-base-100 px-3 md:px-5">
      <BackToChats />
      <Avatar name={title} seed={seed} url={url} />
      <div className="min-w-0">
        <h1 className="truncate leading-tight font-semibold" title={title}>
          <bdi>{title}</bdi>
        </h1>
        <p className="text-quiet truncate text-sm leading-tight">
          <bdi>{subtitle}</bdi>
        </p>
      </div>
    </header>
  );
}

function Conversation({ chat, me, pending }: { chat: Chat; me: string; pending: OutboxItem[] }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const peer = peerOf(chat, me);
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
        subtitle={peer ? `@${peer.username}` : t("chats.members", { count: chat.memberCount })}
        seed={peer?.userId ?? chat.id}
        url={peer?.avatarUrl ?? chat.avatarUrl}
      />
      <MessageList chat={chat} pending={pending} me={me} />
    </>
  );
}

/** A chat with somebody to whom nothing was written yet. */
function Beginning({ userId, me, pending }: { userId: string; me: string; pending: OutboxItem[] }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const person = useSelector((state: RootState) => selectPerson(state, userId));
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (person) return;
    dispatch(loadPerson(userId)).catch((failure) => {
      const unknown = failure instanceof RequestFailure && ["not_found", "malformed"].includes(failure.code);
      setProblem(unknown ? t("people.unknown") : sentenceOf(failure));
    });
  }, [dispatch, person, userId, t]);
  if (userId === me) return <Missing sentence={t("people.yourself")} />;
  if (problem !== null) return <Missing sentence={problem} />;
  if (!person) return <Loading />;
  const { displayName, username, id, avatarUrl } = person;
  return (
    <>
      <Header title={displayName} subtitle={`@${username}`} seed={id} url={avatarUrl} />
      {pending.length > 0 ? (
        <PendingList pending={pending} me={me} />
      ) : (
        <div className="grid min-h-0 flex-1 place-items-center p-6">
          <div className="flex flex-col items-center gap-3 text-center">
            <Avatar name={displayName} seed={id} url={avatarUrl} size="large" />
            <p className="text-lg font-semibold">{t("people.hello", { name: displayName })}</p>
            <p className="text-quiet max-w-xs text-sm text-balance">{t("people.helloText")}</p>
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
