import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { Attachment } from "~/contract";
import { deleteMessage, react, removePreview } from "~/features/changes/slice";
import { editStarted, replyStarted } from "~/features/composer/slice";
import { discard, retry } from "~/features/outbox/slice";
import { markUnread } from "~/features/receipts/slice";
import { type SessionState, selectMe } from "~/features/session/slice";
import { useAppDispatch } from "~/hooks";
import { copyText } from "~/ui/copy-text";
import type { Action } from "./MessageMenu";
import { isPicture } from "./pictures";
import type { Row } from "./rows";
import { Said } from "./Said";
import { type Chat, keyOf, loadQuote, may, windowOf } from "./slice";
import type { Tools } from "./tools";

const Viewer = lazy(() => import("./Viewer"));
const MessageMenu = lazy(() => import("./MessageMenu"));
const DeleteDialog = lazy(() => import("./MessageDialogs").then((it) => ({ default: it.DeleteDialog })));
const WhoDialog = lazy(() => import("./MessageDialogs").then((it) => ({ default: it.WhoDialog })));

interface Options {
  chat: Chat;
  me: string;
  writable: boolean;
  jump: Tools["jump"];
}

type Opened =
  | { what: "actions" | "emoji"; row: Row; anchor: DOMRect }
  | { what: "delete" | "who"; row: Row }
  | { what: "picture"; row: Row; file: Attachment };

/** What this user may do about a message. */
function actionsOf(row: Row, chat: Chat, me: string, writable: boolean): Action[] {
  const { message, mine } = row;
  if (!message) return [];
  const gone = message.deletedAt !== undefined;
  const actions: Action[] = [];
  if (!gone && writable) actions.push("reply");
  if (!gone) actions.push("emoji");
  if (!gone && mine && writable) actions.push("edit");
  if (!gone) actions.push("copy");
  actions.push("link", "unread");
  if (message.reactions?.length) actions.push("who");
  if (!gone && may(chat, me, mine ? "deleteMessage" : "deleteOthersMessage")) actions.push("delete");
  return actions;
}

const NONE: readonly Attachment[] = [];

/** The pictures of a conversation, as far as it is loaded; of a message that is on its way its own. */
function picturesOf(chat: Chat, row: Row): readonly Attachment[] {
  const loaded = windowOf(chat).flatMap((message) =>
    message.deletedAt === undefined ? (message.files ?? []) : [],
  );
  const pictures = loaded.filter(isPicture);
  const own = row.message ? [] : row.files.filter(isPicture);
  return [...pictures, ...own.filter(({ id }) => !pictures.some((it) => it.id === id))];
}

/** The tools of the rows, and what they open: a menu, a question, a list. */
export function useTools({ chat, me, writable, jump }: Options) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const username = useSelector((state: { session: SessionState }) => selectMe(state)?.username) ?? "";
  const [opened, setOpened] = useState<Opened | null>(null);
  const [said, say] = useState("");
  /** The message that has the focus again when what it opened is closed. */
  const from = useRef<HTMLElement | null>(null);
  const { id, members } = chat;
  const chatKey = keyOf(chat, me);

  const reply = useCallback(
    ({ message }: Row) => {
      if (!message) return;
      const to = { messageId: message.id, sequence: message.sequence };
      dispatch(replyStarted({ key: chatKey, to }));
    },
    [dispatch, chatKey],
  );

  const tools = useMemo((): Tools => {
    const names = new Map(members.map((member) => [member.userId, member.displayName]));
    return {
      me,
      username,
      writable,
      jump,
      reply,
      nameOf: (userId) => names.get(userId) ?? "",
      open: (what, row, beside) => {
        from.current = beside.closest("article");
        setOpened({ what, row, anchor: beside.getBoundingClientRect() });
      },
      view: (row, file, beside) => {
        from.current = beside;
        setOpened({ what: "picture", row, file });
      },
      removePreview: ({ message }) => {
        if (message) void dispatch(removePreview(message));
      },
      react: ({ message }, emoji, on) => {
        if (message) void dispatch(react(message, emoji, on));
      },
      fetchQuoted: (sequence) => {
        // It is asked for again when it is shown again.
        dispatch(loadQuote(id, sequence)).catch(() => {});
      },
      retry: (tempId) => void dispatch(retry(tempId)),
      discard: (tempId) => void dispatch(discard(tempId)),
    };
  }, [dispatch, id, me, username, writable, members, jump, reply]);

  const close = useCallback(() => {
    setOpened(null);
    from.current?.focus({ preventScroll: true });
  }, []);

  function act(row: Row, action: Action) {
    const { message } = row;
    if (!message) return;
    if (action === "reply") reply(row);
    if (action === "edit") dispatch(editStarted({ key: chatKey, message }));
    if (action === "delete" || action === "who") setOpened({ what: action, row });
    if (action === "unread")
      void dispatch(markUnread(id, message.sequence)).then((done) => done && say(t("messages.markedUnread")));
    if (action === "copy")
      void copyText(message.msg).then((done) => say(t(done ? "messages.copied" : "messages.notCopied")));
    if (action === "link") {
      const link = `${window.location.origin}/c/${id}?m=${message.sequence}`;
      void copyText(link).then((done) => say(t(done ? "messages.linkCopied" : "messages.notCopied")));
    }
  }

  const pictures = opened?.what === "picture" ? picturesOf(chat, opened.row) : NONE;
  const shown = opened?.what === "picture" && pictures.find(({ id: it }) => it === opened.file.id);
  // Its message was deleted while somebody looked at it.
  const gone = opened?.what === "picture" && !shown;
  useEffect(() => {
    if (gone) close();
  }, [gone, close]);

  const surface = (
    <>
      <Said text={said} onOver={() => say("")} />
      <Suspense>
        {opened?.what === "picture" && shown && (
          <Viewer
            pictures={pictures}
            shown={shown}
            onShow={(file) => setOpened({ ...opened, file })}
            onClose={close}
          />
        )}
        {opened?.what === "delete" && (
          <DeleteDialog
            row={opened.row}
            onClose={close}
            onDelete={() => opened.row.message && void dispatch(deleteMessage(opened.row.message))}
          />
        )}
        {opened?.what === "who" && (
          <WhoDialog row={opened.row} me={me} nameOf={tools.nameOf} onClose={close} />
        )}
        {(opened?.what === "actions" || opened?.what === "emoji") && (
          <MessageMenu
            what={opened.what}
            row={opened.row}
            me={me}
            anchor={opened.anchor}
            actions={actionsOf(opened.row, chat, me, writable)}
            onReact={(emoji, on) => tools.react(opened.row, emoji, on)}
            onAct={(action) => act(opened.row, action)}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
  return { tools, surface };
}
